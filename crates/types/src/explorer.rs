//! Where a transaction or an account can be looked at by anybody.

use crate::{
    id::{Address, TxSignature},
    network::NetworkKind,
};

/// The explorer that Solana's own tools name.
const EXPLORER: &str = "https://explorer.solana.com";

/// The page of a transaction; none on a practice or custom network, which no explorer shows.
#[must_use]
pub fn transaction(network: NetworkKind, signature: TxSignature) -> Option<String> {
    page(network, "tx", &signature.to_string())
}

/// The page of an account: a wallet, a token account, a program.
#[must_use]
pub fn address(network: NetworkKind, address: Address) -> Option<String> {
    page(network, "address", &address.to_string())
}

fn page(network: NetworkKind, what: &str, id: &str) -> Option<String> {
    let cluster = match network {
        NetworkKind::Practice | NetworkKind::Custom => return None,
        NetworkKind::Devnet => "?cluster=devnet",
        NetworkKind::Mainnet => "",
    };
    Some(format!("{EXPLORER}/{what}/{id}{cluster}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_name_their_network_and_practice_has_none() {
        let signature = TxSignature([0; 64]);
        let ones = "1".repeat(64);
        assert_eq!(transaction(NetworkKind::Practice, signature), None);
        assert_eq!(
            transaction(NetworkKind::Devnet, signature),
            Some(format!("https://explorer.solana.com/tx/{ones}?cluster=devnet"))
        );
        assert_eq!(
            transaction(NetworkKind::Mainnet, signature),
            Some(format!("https://explorer.solana.com/tx/{ones}"))
        );
        let system = Address([0; 32]);
        assert_eq!(address(NetworkKind::Practice, system), None);
        assert_eq!(
            address(NetworkKind::Mainnet, system).as_deref(),
            Some("https://explorer.solana.com/address/11111111111111111111111111111111")
        );
    }
}
