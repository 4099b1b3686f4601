//! Where the chain is, and the client itself.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicU64},
};

use hearth_types::{id::Address, network::NetworkKind};

use super::{priority::Market, servers::Servers};
use crate::{outgoing::Policy, program::Program, transactions::Transactions};

/// Which chain, which program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainConfig {
    /// Addresses of JSON-RPC servers of the same chain, the preferred one first: several addresses are separated by
    /// commas or spaces. They may hold access tokens, so they are never shown. With two or more, two must agree
    /// before a payment counts as failed, dead or final; for making one a single server that answers will do.
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
    pub(super) servers: Arc<Servers>,
    pub(super) program: Program,
    policy: Policy,
    /// What priority may cost a transaction at most, lamports.
    pub(super) priority_cap: Arc<AtomicU64>,
    pub(super) market: Arc<Market>,
}

impl ChainClient {
    /// A client; nothing is sent yet. Reads what is confirmed, and pays nothing for priority.
    #[must_use]
    pub fn new(config: ChainConfig) -> Self {
        let ChainConfig {
            rpc_url,
            network,
            program,
            io_mint,
        } = config;
        let urls = rpc_url
            .split([',', ' '])
            .filter(|url| !url.is_empty())
            .map(str::to_owned);
        let servers = Servers::new(urls.collect(), network);
        let policy = if network.is_practice() && servers.count() == 1 {
            Policy::practice()
        } else {
            Policy::public(servers.count())
        };
        Self {
            servers: Arc::new(servers),
            policy,
            program: Program {
                network,
                address: program,
                io_mint,
            },
            priority_cap: Arc::default(),
            market: Arc::default(),
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

    /// How transactions are judged here.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// The same client with other patience.
    #[must_use]
    pub fn with_policy(self, policy: Policy) -> Self {
        Self { policy, ..self }
    }
}

impl fmt::Debug for ChainClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChainClient")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}
