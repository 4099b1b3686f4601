//! The practice network's coordinator, in the same process as its chain but over the same HTTP as any other.

use anyhow::Context as _;
use hearth_chain::{ChainClient, ChainConfig, Keypair};
use hearth_coordinator::{Coordinator, CoordinatorConfig, RunningCoordinator};
use hearth_practice::{COORDINATOR, RunningPractice, prices};
use hearth_types::id::Address;

use crate::Options;

/// Starts it on the running chain.
pub(crate) async fn start(
    network: &RunningPractice,
    options: &Options,
) -> anyhow::Result<RunningCoordinator> {
    let rpc_url = network.rpc_url();
    let chain = ChainClient::new(ChainConfig {
        rpc_url: rpc_url.clone(),
        network: network.kind(),
        program: Address(network.program_id().to_bytes()),
        io_mint: Address(network.io_mint().to_bytes()),
    });
    let network_info = chain
        .network_info()
        .await
        .context("reading the network's parameters")?;
    let config = CoordinatorConfig {
        data_dir: options.data_dir.join(COORDINATOR),
        listen: options.coordinator_listen,
        rpc_url,
        network: network_info,
        fee_payer: Keypair::from_secret(network.coordinator_key().secret_bytes()),
        prices: prices::script,
    };
    match Coordinator::start(config).await {
        Ok(running) => Ok(running),
        Err(error) => {
            let mend = error.mend();
            Err(anyhow::Error::new(error).context(mend))
        }
    }
}
