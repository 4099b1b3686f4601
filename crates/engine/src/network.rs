//! The network as its coordinator describes it, and the chain client made from that.

use std::path::Path;

use hearth_chain::{ChainClient, ChainConfig};
use hearth_protocol::{coordinator::PROTOCOL_VERSION, statement::Scope};
use hearth_types::{
    ipc::{Code, IpcError},
    network::NetworkInfo,
};

use crate::{config::NetworkConfig, coordinator_client::CoordinatorClient, private_file::write_private};

/// A known network.
pub(crate) struct Network {
    pub(crate) info: NetworkInfo,
    pub(crate) chain: ChainClient,
    pub(crate) scope: Scope,
}

impl Network {
    /// Asks the coordinator; without an answer, what it said last time serves, so that history and refunds do not
    /// depend on it.
    pub(crate) async fn load(
        config: &NetworkConfig,
        coordinator: &CoordinatorClient,
        data_dir: &Path,
    ) -> Result<Self, IpcError> {
        let file = data_dir.join("network.json");
        let info = match coordinator.network().await {
            Ok(reply) if reply.protocol != PROTOCOL_VERSION => {
                let error = IpcError::new(
                    Code::WrongNetwork,
                    "The coordinator speaks another protocol version.",
                );
                return Err(error.mend("Update Hearth."));
            }
            Ok(reply) => reply.network,
            Err(error) => {
                let known = std::fs::read(&file).ok();
                let known = known.and_then(|bytes| serde_json::from_slice::<NetworkInfo>(&bytes).ok());
                known.ok_or(error)?
            }
        };
        if info.kind != config.kind {
            let text = format!(
                "The coordinator serves {:?}, this profile is for {:?}.",
                info.kind, config.kind
            );
            return Err(IpcError::new(Code::WrongNetwork, text)
                .mend("Start with the data folder of that network, or name the right coordinator."));
        }
        write_private(&file, &info)?;
        let chain = ChainClient::new(ChainConfig {
            rpc_url: config.rpc_url.clone(),
            network: info.kind,
            program: info.program,
            io_mint: info.io_mint,
        });
        let scope = Scope {
            network_tag: info.kind.tag(),
            program: info.program,
        };
        Ok(Self { info, chain, scope })
    }
}
