//! Addresses made to be taken for another one. Screens shorten an address to its two ends, and a forger needs no
//! more than those.

use hearth_types::id::WalletAddress;

/// Equal characters at both ends together from which two addresses count as alike. By chance that happens to about
/// one pair in 100,000.
const ALIKE: usize = 4;

/// Whether two different addresses begin and end so much alike that a person may take one for the other.
pub(super) fn look_alike(one: WalletAddress, other: WalletAddress) -> bool {
    if one == other {
        return false;
    }
    // Letters that differ in case only are taken for each other as well.
    let (one, other) = (one.to_string().to_lowercase(), other.to_string().to_lowercase());
    let same = |pairs: &mut dyn Iterator<Item = (u8, u8)>| pairs.take_while(|(a, b)| a == b).count();
    let head = same(&mut one.bytes().zip(other.bytes()));
    let tail = same(&mut one.bytes().rev().zip(other.bytes().rev()));
    head.saturating_add(tail) >= ALIKE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> WalletAddress {
        text.parse().unwrap()
    }

    #[test]
    fn shared_ends_are_alike_and_shared_middles_are_not() {
        let known = address("HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk");
        for forged in [
            "HAgkzzzzMQLgt6rVgv7cBQFJWFto5Dqxi472uT3Dzzzz",
            "HAzzzzzzMQLgt6rVgv7cBQFJWFto5Dqxi472uT3Dzzqk",
            "Hazzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzpqk",
        ] {
            assert!(look_alike(known, address(forged)), "{forged}");
        }
        for honest in [
            "4zzk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpq4",
            "HAzzzzzzMQLgt6rVgv7cBQFJWFto5Dqxi472uT3Dzzzk",
        ] {
            assert!(!look_alike(known, address(honest)), "{honest}");
        }
        assert!(!look_alike(known, known));
    }

    #[test]
    fn random_addresses_are_hardly_ever_alike() {
        let mut alike = 0;
        for number in 0..2_000_u32 {
            let [a, b] = [2 * number, 2 * number + 1].map(|n| {
                use sha2::Digest as _;
                WalletAddress(sha2::Sha256::digest(n.to_le_bytes()).into())
            });
            alike += u32::from(look_alike(a, b));
        }
        assert_eq!(alike, 0);
    }
}
