//! Where the chain is, and the client itself.

use std::{fmt, sync::Arc};

use hearth_types::{id::Address, network::NetworkKind};
use solana_client::{nonblocking::rpc_client::RpcClient, rpc_client::RpcClientConfig};
use solana_commitment_config::CommitmentConfig;

use super::transport::Transport;
use crate::{program::Program, transactions::Transactions};

/// Which chain, which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainConfig {
    /// Address of the JSON-RPC server; may hold an access token, so it is never shown.
    pub rpc_url: String,
    /// The network that is expected there.
    pub network: NetworkKind,
    /// The on-chain program.
    pub program: Address,
    /// The IO mint.
    pub io_mint: Address,
}

/// A client of one chain and one program on it. Cheap to clone.
#[derive(Clone)]
pub struct ChainClient {
    pub(super) rpc: Arc<RpcClient>,
    pub(super) program: Program,
}

impl ChainClient {
    /// A client; nothing is sent yet. Reads what is confirmed.
    #[must_use]
    pub fn new(config: ChainConfig) -> Self {
        let ChainConfig {
            rpc_url,
            network,
            program,
            io_mint,
        } = config;
        let transport = Transport::new(rpc_url, network.is_practice());
        let rpc = RpcClient::new_sender(
            transport,
            RpcClientConfig::with_commitment(CommitmentConfig::confirmed()),
        );
        Self {
            rpc: Arc::new(rpc),
            program: Program {
                network,
                address: program,
                io_mint,
            },
        }
    }

    /// The program and its addresses.
    #[must_use]
    pub const fn program(&self) -> &Program {
        &self.program
    }

    /// Builders of transactions for it.
    #[must_use]
    pub const fn transactions(&self) -> Transactions {
        Transactions::new(self.program)
    }
}

impl fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainClient")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}
