//! Which network the app is on.

use std::str::FromStr;

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
    /// A network that somebody runs on a chain of their own.
    Custom,
}

/// What was named is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("networks are practice, devnet, mainnet and custom")]
pub struct UnknownNetwork;

impl FromStr for NetworkKind {
    type Err = UnknownNetwork;

    fn from_str(name: &str) -> Result<Self, UnknownNetwork> {
        let named = Self::ALL.into_iter().find(|kind| kind.name() == name);
        named.ok_or(UnknownNetwork)
    }
}

impl NetworkKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Practice, Self::Devnet, Self::Mainnet, Self::Custom];

    /// Its name on command lines and in JSON.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Practice => "practice",
            Self::Devnet => "devnet",
            Self::Mainnet => "mainnet",
            Self::Custom => "custom",
        }
    }

    /// The tag in everything that is signed.
    #[must_use]
    pub const fn tag(self) -> [u8; 16] {
        match self {
            Self::Practice => *b"practice\0\0\0\0\0\0\0\0",
            Self::Devnet => *b"devnet\0\0\0\0\0\0\0\0\0\0",
            Self::Mainnet => *b"mainnet\0\0\0\0\0\0\0\0\0",
            Self::Custom => *b"custom\0\0\0\0\0\0\0\0\0\0",
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

#[cfg(test)]
mod tests {
    use super::NetworkKind;

    #[test]
    fn every_name_is_its_own_and_the_tag_begins_with_it() {
        for kind in NetworkKind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
            let json = serde_json::to_value(kind).unwrap();
            assert_eq!(json, kind.name());
            let tag = kind.tag();
            let (name, rest) = tag.split_at(kind.name().len());
            assert_eq!(name, kind.name().as_bytes());
            assert!(rest.iter().all(|byte| *byte == 0));
        }
        assert!("testnet".parse::<NetworkKind>().is_err());
    }
}
