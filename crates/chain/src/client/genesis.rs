//! Which chain a server serves.

use hearth_types::network::NetworkKind;
use serde_json::Value;
use solana_sdk::hash::Hash;

use super::ChainError;

/// Genesis hashes of the public networks.
const MAINNET: &str = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
const DEVNET: &str = "EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG";
const TESTNET: &str = "4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY";

/// The hash that names a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Genesis(Hash);

impl Genesis {
    pub(super) fn parse(answer: &Value) -> Result<Self, ChainError> {
        answer
            .as_str()
            .filter(|text| text.len() <= 64)
            .and_then(|text| text.parse().ok())
            .map(Self)
            .ok_or(ChainError::BadAnswer("no genesis hash"))
    }

    /// Whether this is a chain of that network: a public one has one hash, any other network any but those.
    pub(super) fn check(self, network: NetworkKind) -> Result<(), ChainError> {
        let is = |text: &str| text.parse::<Hash>().is_ok_and(|hash| hash == self.0);
        let fits = match network {
            NetworkKind::Mainnet => is(MAINNET),
            NetworkKind::Devnet => is(DEVNET),
            NetworkKind::Practice | NetworkKind::Custom => ![MAINNET, DEVNET, TESTNET].into_iter().any(is),
        };
        if fits {
            Ok(())
        } else {
            Err(ChainError::WrongNetwork)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_public_chain_passes_for_another_network() {
        let own = Genesis(Hash::new_from_array([7; 32]));
        let chains = [
            (MAINNET, NetworkKind::Mainnet),
            (DEVNET, NetworkKind::Devnet),
            (TESTNET, NetworkKind::Practice),
        ];
        for (text, kind) in chains {
            let genesis = Genesis::parse(&Value::from(text)).unwrap();
            for network in NetworkKind::ALL {
                let fits = network == kind && text != TESTNET;
                assert_eq!(genesis.check(network).is_ok(), fits, "{text} for {network:?}");
            }
        }
        assert!(own.check(NetworkKind::Practice).is_ok());
        assert!(own.check(NetworkKind::Custom).is_ok());
        assert!(own.check(NetworkKind::Devnet).is_err());
        assert!(own.check(NetworkKind::Mainnet).is_err());
        assert!(Genesis::parse(&Value::from("?")).is_err());
    }
}
