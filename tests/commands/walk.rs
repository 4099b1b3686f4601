//! What the script does, a step a function.

use anyhow::Context as _;
use hearth_tests::{
    daemon::{Daemon, GIFT},
    network::Network,
};
use hearth_types::{id::WalletAddress, ipc::GetWallet};
use serde_json::{Value, json};

use crate::script::Script;

/// Somebody else's address.
const STRANGER: WalletAddress = WalletAddress([0x5a; 32]);

/// A new wallet, listed and open.
pub(crate) async fn make_wallet(script: &Script) -> anyhow::Result<WalletAddress> {
    let create = ["wallet", "create", "--passphrase-file", "PASSPHRASE_FILE"];
    let made = script.last(&create).await?;
    let listed = script.last(&["wallet", "list"]).await?;
    let wallets = listed["wallets"].as_array().context("no wallets")?;
    anyhow::ensure!(wallets.len() == 1, "{listed}");
    let own = wallets.first().context("no wallet")?;
    anyhow::ensure!(own["operating"] == true, "{listed}");
    let address = own["address"].as_str().context("no address")?;
    anyhow::ensure!(made["address"] == address, "{made} is not {listed}");
    let links = script.last(&["wallet", "receive"]).await?;
    anyhow::ensure!(links.to_string().contains(address), "{links}");
    Ok(address.parse()?)
}

/// 1,000 IO and some SOL from the local chain's faucet, in the way the network allows: on a network that is not for
/// practice they come from outside.
pub(crate) async fn fund(daemon: &Daemon, network: &Network, wallet: WalletAddress) -> anyhow::Result<()> {
    if network.kind().is_practice() {
        daemon.ask(hearth_types::ipc::AskFaucet {}).await?;
    } else {
        let refused = daemon.ask(hearth_types::ipc::AskFaucet {}).await;
        anyhow::ensure!(refused.is_err(), "a faucet where there is none");
        let rpc = network.rpc()?;
        rpc.call("practice_faucet", json!([wallet, GIFT.0])).await?;
    }
    daemon
        .wait("its tokens", async |client| {
            let wallet = client.ask(GetWallet {}).await?;
            Ok(wallet.filter(|w| w.balances.io >= GIFT).map(|_| ()))
        })
        .await?;
    daemon.wait_reconciled().await
}

/// Without `--yes` only the review is shown; with it, 12.5 IO go to a stranger.
pub(crate) async fn send(script: &Script) -> anyhow::Result<()> {
    let to = STRANGER.to_string();
    let asked = script.try_run(&["wallet", "send", &to, "12.5"]).await?;
    anyhow::ensure!(!asked.well, "sent unasked: {asked:?}");
    anyhow::ensure!(
        asked.lines.iter().any(|line| line.get("review").is_some()),
        "{asked:?}"
    );
    let sent = script.last(&["wallet", "send", &to, "12.5", "--yes"]).await?;
    signature(&sent)?;
    Ok(())
}

/// 200 IO on the first device, and the position says so.
pub(crate) async fn stake(script: &Script) -> anyhow::Result<()> {
    let staked = script.last(&["stake", "add", "0", "200", "--yes"]).await?;
    signature(&staked)?;
    let status = script.run(&["stake", "status"]).await?;
    let first = status.first().context("no device")?;
    let stake = &first["stake"];
    anyhow::ensure!(stake["staked"] == stake["required"], "{first}");
    Ok(())
}

/// A software adapter counts as a device on the practice network only.
pub(crate) async fn no_software_device_is_staked(script: &Script) -> anyhow::Result<()> {
    let status = script.run(&["stake", "status"]).await?;
    anyhow::ensure!(
        !status
            .iter()
            .any(|line| line["stake"]["staked"] != "0" && line["stake"]["staked"] != 0),
        "{status:?}"
    );
    Ok(())
}

/// What anybody may look at: it parses, and history and chain are equal.
pub(crate) async fn read(script: &Script) -> anyhow::Result<()> {
    for line in script.run(&["lease", "list"]).await? {
        anyhow::ensure!(line.get("stage").is_some(), "{line}");
    }
    for line in script.run(&["stake", "status"]).await? {
        anyhow::ensure!(line.get("stake").is_some(), "{line}");
    }
    let mut history = script.run(&["history", "--limit", "100"]).await?;
    let totals = history.pop().context("no totals")?;
    anyhow::ensure!(totals.get("totals").is_some(), "{totals}");
    for row in &history {
        anyhow::ensure!(row.get("amount").is_some() || row.get("entry").is_some(), "{row}");
    }
    script.run(&["history", "verify"]).await?;
    let audit = script.last(&["audit"]).await?;
    anyhow::ensure!(audit["ok"] == true, "{audit}");
    anyhow::ensure!(audit["differences"] == json!([]), "{audit}");
    Ok(())
}

fn signature(of: &Value) -> anyhow::Result<&str> {
    let signature = of["signature"].as_str();
    signature.with_context(|| format!("no signature: {of}"))
}
