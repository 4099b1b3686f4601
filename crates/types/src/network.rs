//! Which network the app is on.

use serde::{Deserialize, Serialize};

use crate::{
    id::Address,
    money::{Io, Lamports},
};

/// A network. Nothing signed for one can be used on another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NetworkKind {
    /// Coordinator, chain and faucet on this machine; tokens are worthless.
    #[default]
    Practice,
    /// Solana's public test network.
    Devnet,
    /// The real one.
    Mainnet,
}

impl NetworkKind {
    /// The tag in everything that is signed.
    #[must_use]
    pub const fn tag(self) -> [u8; 16] {
        match self {
            Self::Practice => *b"practice\0\0\0\0\0\0\0\0",
            Self::Devnet => *b"devnet\0\0\0\0\0\0\0\0\0\0",
            Self::Mainnet => *b"mainnet\0\0\0\0\0\0\0\0\0",
        }
    }

    /// Whether tokens here are worth nothing.
    #[must_use]
    pub const fn is_practice(self) -> bool {
        matches!(self, Self::Practice)
    }
}

/// What an engine needs to know of its network; the coordinator publishes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInfo {
    /// Which network.
    pub kind: NetworkKind,
    /// The on-chain program.
    pub program: Address,
    /// The IO mint.
    pub io_mint: Address,
    /// Stake a device needs.
    pub min_stake_per_device: Io,
    /// Seconds between an unstake request and the withdrawal.
    pub cooldown_seconds: u64,
    /// Seconds after a lease's latest end until it may be closed without the node.
    pub settle_window_seconds: u64,
    /// The network's share of lease pay, 1/10,000.
    pub margin_bps: u16,
}

/// What a wallet holds on chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Balances {
    /// IO that can be spent.
    pub io: Io,
    /// SOL, for fees and rent.
    pub sol: Lamports,
}
