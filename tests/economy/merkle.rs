//! The Merkle tree as its rule writes it: recursively.

use hearth_economy::merkle::{Hash, Leaf, root};
use hearth_types::{id::WalletAddress, money::Io};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

fn subtree(leaves: &[Hash], depth: u32) -> Hash {
    if depth == 0 {
        return leaves.first().copied().unwrap_or([0; 32]);
    }
    let half = (1_usize << (depth - 1)).min(leaves.len());
    let mut bytes = vec![1];
    bytes.extend(subtree(&leaves[..half], depth - 1));
    bytes.extend(subtree(&leaves[half..], depth - 1));
    Sha256::digest(bytes).into()
}

proptest! {
    #[test]
    fn the_root_is_the_recursive_one(wallets in prop::collection::vec(any::<([u8; 32], u64)>(), 0..200)) {
        let network = *b"practice\0\0\0\0\0\0\0\0";
        let plain: Vec<Hash> = wallets
            .iter()
            .map(|(wallet, units)| {
                let bytes = [&[0][..], &network[..], &wallet[..], &units.to_le_bytes()[..]].concat();
                Sha256::digest(bytes).into()
            })
            .collect();
        let leaves = wallets.iter().map(|(wallet, units)| {
            let (wallet, cumulative) = (WalletAddress(*wallet), Io(*units));
            Leaf { network, wallet, cumulative }.hash()
        });
        let depth = (0..).find(|depth| 1_usize << depth >= plain.len()).unwrap();
        prop_assert_eq!(root(leaves), Ok(subtree(&plain, depth)));
    }
}
