//! The money commands as a script runs them, `--json` and all: on a practice network, on one that is not for
//! practice, and, when the environment names one, on devnet.
#![cfg(target_os = "linux")]

mod script;
mod walk;

use hearth_tests::{daemon::Daemon, network::Network};
use hearth_types::network::NetworkKind;

use crate::script::Script;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_practice_network() -> anyhow::Result<()> {
    on_a_network_of(NetworkKind::Practice).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_custom_network() -> anyhow::Result<()> {
    on_a_network_of(NetworkKind::Custom).await
}

/// Reads only: nothing is asked of a public network but what it shows. `HEARTH_DEVNET_COORDINATOR_URL` names the
/// coordinator, `HEARTH_DEVNET_RPC_URL` the chain (Solana's own when absent).
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs devnet: set HEARTH_DEVNET_COORDINATOR_URL"]
async fn on_devnet() -> anyhow::Result<()> {
    let coordinator = std::env::var("HEARTH_DEVNET_COORDINATOR_URL")?;
    let rpc = std::env::var("HEARTH_DEVNET_RPC_URL");
    let rpc = rpc.unwrap_or_else(|_| "https://api.devnet.solana.com".to_owned());
    let folder = tempfile::Builder::new().prefix("hearth-commands-").tempdir()?;
    let mut daemon = Daemon::on_network("script", folder.path(), NetworkKind::Devnet, [&rpc, &coordinator]);
    daemon.start().await?;
    let script = Script::new(&daemon, folder.path())?;
    walk::make_wallet(&script).await?;
    walk::read(&script).await?;
    Ok(())
}

async fn on_a_network_of(kind: NetworkKind) -> anyhow::Result<()> {
    let folder = tempfile::Builder::new().prefix("hearth-commands-").tempdir()?;
    let network = Network::start_as(kind, &folder.path().join("network")).await?;
    let mut daemon = Daemon::new("script", folder.path(), &network);
    daemon.start().await?;
    let script = Script::new(&daemon, folder.path())?;
    let wallet = walk::make_wallet(&script).await?;
    walk::fund(&daemon, &network, wallet).await?;
    walk::send(&script).await?;
    if kind.is_practice() {
        walk::stake(&script).await?;
    } else {
        walk::no_software_device_is_staked(&script).await?;
    }
    daemon.wait_reconciled().await?;
    walk::read(&script).await
}
