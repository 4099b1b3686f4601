//! The tree of rewards: what a leaf and a node hash, and how a proof leads to the root. The hash function itself
//! is SHA-256; whoever uses this module brings it.
//!
//! Leaf = SHA-256(0, network tag, wallet, cumulative IO as 8 bytes little-endian), node = SHA-256(1, left, right).
//! The first byte keeps an inner node from passing for a leaf. The bits of a leaf's index, lowest first, say on
//! which side each sibling stands, so an index has one proof. A level with an odd end carries its last node up
//! paired with [`EMPTY`].

use crate::{Bytes32, NetworkTag};

/// First byte of what a leaf hashes.
pub const LEAF: u8 = 0;
/// First byte of what a node hashes.
pub const NODE: u8 = 1;
/// The most siblings in a proof: about a million wallets.
pub const MAX_DEPTH: usize = 20;
/// Stands beside the last node of a level with an odd count.
pub const EMPTY: Bytes32 = [0; 32];

/// A leaf's hash. `sha256` hashes the parts one after the other.
pub fn leaf(
    network_tag: &NetworkTag,
    wallet: &Bytes32,
    cumulative: u64,
    sha256: impl Fn(&[&[u8]]) -> Bytes32,
) -> Bytes32 {
    sha256(&[&[LEAF], network_tag, wallet, &cumulative.to_le_bytes()])
}

/// An inner node's hash.
pub fn node(left: &Bytes32, right: &Bytes32, sha256: impl Fn(&[&[u8]]) -> Bytes32) -> Bytes32 {
    sha256(&[&[NODE], left, right])
}

/// The root that a proof leads to; `None` for a proof that is too long or an index that has no place in a tree
/// of that depth.
pub fn root(
    leaf: Bytes32,
    index: u32,
    proof: &[Bytes32],
    sha256: impl Fn(&[&[u8]]) -> Bytes32,
) -> Option<Bytes32> {
    if proof.len() > MAX_DEPTH || u64::from(index) >> proof.len() != 0 {
        return None;
    }
    let (mut hash, mut place) = (leaf, index);
    for sibling in proof {
        hash = if place & 1 == 0 {
            node(&hash, sibling, &sha256)
        } else {
            node(sibling, &hash, &sha256)
        };
        place >>= 1;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// No hash, but it tells parts and their order apart.
    fn toy(parts: &[&[u8]]) -> Bytes32 {
        let mut state = [7_u8; 32];
        for (at, &byte) in parts.iter().flat_map(|part| part.iter()).enumerate() {
            let place = at % 32;
            state[place] = state[place].wrapping_mul(31).wrapping_add(byte).rotate_left(3);
            state[(place * 7 + 1) % 32] ^= state[place].wrapping_add(at as u8);
        }
        state
    }

    #[test]
    fn every_leaf_of_a_tree_leads_to_its_root() {
        let leaves = [1_u64, 2, 3, 4].map(|amount| leaf(&[9; 16], &[8; 32], amount, toy));
        let (left, right) = (
            node(&leaves[0], &leaves[1], toy),
            node(&leaves[2], &leaves[3], toy),
        );
        let top = node(&left, &right, toy);
        let proofs = [
            [leaves[1], right],
            [leaves[0], right],
            [leaves[3], left],
            [leaves[2], left],
        ];
        for (index, proof) in (0..).zip(proofs) {
            let at = index as usize;
            assert_eq!(root(leaves[at], index, &proof, toy), Some(top));
            assert_ne!(root(leaves[at], index ^ 1, &proof, toy), Some(top));
            assert_ne!(root(leaves[(at + 1) % 4], index, &proof, toy), Some(top));
        }
    }

    #[test]
    fn an_index_outside_the_tree_has_no_proof() {
        assert_eq!(root([1; 32], 4, &[EMPTY; 2], toy), None);
        assert_eq!(root([1; 32], 1, &[], toy), None);
        assert_eq!(root([1; 32], 0, &[], toy), Some([1; 32]));
        assert_eq!(root([1; 32], 0, &[EMPTY; MAX_DEPTH + 1], toy), None);
        assert!(root([1; 32], (1 << MAX_DEPTH) - 1, &[EMPTY; MAX_DEPTH], toy).is_some());
        assert_eq!(root([1; 32], 1 << MAX_DEPTH, &[EMPTY; MAX_DEPTH], toy), None);
    }
}
