//! Where the chain is, and the client itself.

use std::{fmt, sync::Arc, time::Duration};

use hearth_types::{id::Address, network::NetworkKind};
use solana_client::nonblocking::rpc_client::RpcClient;
use solana_commitment_config::CommitmentConfig;

use crate::{program::Program, transactions::Transactions};

/// The longest wait for one answer.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

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
        let rpc = RpcClient::new_with_timeout_and_commitment(
            rpc_url,
            REQUEST_TIMEOUT,
            CommitmentConfig::confirmed(),
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
