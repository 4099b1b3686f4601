//! The tree, kept for proofs, and its root alone.

use super::{
    hash::{Hash, node},
    proof::Proof,
};

/// The deepest tree: 2²⁰ wallets.
pub const MAX_DEPTH: u8 = 20;

/// What stands where no wallet is.
const EMPTY: Hash = [0; 32];

/// More wallets than [`MAX_DEPTH`] holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than 2^{MAX_DEPTH} wallets")]
pub struct TooManyLeaves;

/// The root over leaves' hashes, in order. Holds one hash a level, however many there are.
///
/// # Errors
/// [`TooManyLeaves`] beyond 2²⁰.
pub fn root(leaves: impl IntoIterator<Item = Hash>) -> Result<Hash, TooManyLeaves> {
    // Of each level the left half that still waits for its right one.
    let mut waiting: Vec<Option<Hash>> = Vec::with_capacity(usize::from(MAX_DEPTH) + 1);
    for (index, leaf) in leaves.into_iter().enumerate() {
        if index >> MAX_DEPTH != 0 {
            return Err(TooManyLeaves);
        }
        let mut hash = leaf;
        let mut level = 0;
        loop {
            match waiting.get_mut(level) {
                None => {
                    waiting.push(Some(hash));
                    break;
                }
                Some(slot) => match slot.take() {
                    None => {
                        *slot = Some(hash);
                        break;
                    }
                    Some(left) => hash = node(&left, &hash),
                },
            }
            level += 1;
        }
    }
    let top = waiting.len();
    let mut empty = EMPTY;
    let mut carried: Option<Hash> = None;
    for (level, slot) in waiting.into_iter().enumerate() {
        let last = level + 1 == top;
        carried = match (slot, carried) {
            (Some(left), Some(right)) => Some(node(&left, &right)),
            (Some(whole), None) if last => Some(whole),
            (Some(left), None) => Some(node(&left, &empty)),
            (None, Some(left)) if !last => Some(node(&left, &empty)),
            (None, carried) => carried,
        };
        empty = node(&empty, &empty);
    }
    Ok(carried.unwrap_or(EMPTY))
}

/// The whole tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// Leaves first, the root last; of each level what is not empty.
    levels: Vec<Vec<Hash>>,
    /// What an empty place is on each level.
    empty: Vec<Hash>,
}

impl Tree {
    /// Over leaves' hashes, in order.
    ///
    /// # Errors
    /// [`TooManyLeaves`] beyond 2²⁰.
    pub fn new(leaves: Vec<Hash>) -> Result<Self, TooManyLeaves> {
        if leaves.len() > 1 << MAX_DEPTH {
            return Err(TooManyLeaves);
        }
        let (mut levels, mut empty) = (Vec::new(), vec![EMPTY]);
        let (mut level, mut nothing) = (leaves, EMPTY);
        while level.len() > 1 {
            let pair = |pair: &[Hash]| {
                let left = pair.first().unwrap_or(&nothing);
                node(left, pair.get(1).unwrap_or(&nothing))
            };
            let above = level.chunks(2).map(pair).collect();
            levels.push(std::mem::replace(&mut level, above));
            nothing = node(&nothing, &nothing);
            empty.push(nothing);
        }
        levels.push(level);
        Ok(Self { levels, empty })
    }

    /// The root; 32 zero bytes of no leaves.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.levels
            .last()
            .and_then(|top| top.first())
            .copied()
            .unwrap_or(EMPTY)
    }

    /// The proof of the leaf at a place; `None` when there is none.
    #[must_use]
    pub fn proof(&self, index: u32) -> Option<Proof> {
        let mut at = index as usize;
        self.levels.first()?.get(at)?;
        let mut siblings = Vec::with_capacity(self.levels.len());
        for (level, empty) in self.levels.iter().zip(&self.empty).take(self.levels.len() - 1) {
            siblings.push(level.get(at ^ 1).copied().unwrap_or(*empty));
            at >>= 1;
        }
        Some(Proof { index, siblings })
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::{id::WalletAddress, money::Io};
    use proptest::prelude::*;

    use super::*;
    use crate::merkle::Leaf;

    fn leaf(number: u32) -> Leaf {
        let mut wallet = [7; 32];
        wallet[..4].copy_from_slice(&number.to_be_bytes());
        Leaf {
            network: *b"practice\0\0\0\0\0\0\0\0",
            wallet: WalletAddress(wallet),
            cumulative: Io(u64::from(number) + 1),
        }
    }

    fn hashes(count: u32) -> Vec<Hash> {
        (0..count).map(|i| leaf(i).hash()).collect()
    }

    #[test]
    fn root_and_tree_agree_at_every_size() {
        for count in 0..70 {
            let tree = Tree::new(hashes(count)).unwrap();
            assert_eq!(root(hashes(count)), Ok(tree.root()), "{count}");
            for index in 0..count {
                let proof = tree.proof(index).unwrap();
                assert!(proof.proves(&leaf(index), &tree.root()), "{index} of {count}");
                let depth = count.next_power_of_two().trailing_zeros();
                assert_eq!(proof.siblings.len(), depth as usize);
            }
            assert_eq!(tree.proof(count), None);
        }
    }

    #[test]
    fn the_bytes_are_fixed() {
        // SHA-256 of 57 and 65 bytes, computed apart.
        let one = Leaf {
            network: *b"mainnet\0\0\0\0\0\0\0\0\0",
            wallet: WalletAddress([1; 32]),
            cumulative: Io(0x0102_0304_0506_0708),
        };
        assert_eq!(hex(&one.hash()), LEAF_HASH);
        assert_eq!(hex(&node(&[2; 32], &[3; 32])), NODE_HASH);
    }

    const LEAF_HASH: &str = "a4e666a0578f4c5e60b69236af56257de3805aea0e934fd77b9a1913ae03524e";
    const NODE_HASH: &str = "f76475df4f1da410c4ceb75d9eaced17fe47c310c7a3488f3bba063e65b8c25d";

    fn hex(hash: &Hash) -> String {
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn more_than_a_million_leaves_are_too_many() {
        let leaves = std::iter::repeat_n([1; 32], (1 << 20) + 1);
        assert_eq!(root(leaves), Err(TooManyLeaves));
    }

    proptest! {
        #[test]
        fn a_changed_proof_proves_nothing(count in 2..40_u32, at: u32, bit in 0..256_usize, level: usize) {
            let tree = Tree::new(hashes(count)).unwrap();
            let (index, root) = (at % count, tree.root());
            let good = tree.proof(index).unwrap();
            let mut flipped = good.clone();
            let level = level % flipped.siblings.len();
            flipped.siblings[level][bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!flipped.proves(&leaf(index), &root));
            let mut moved = good.clone();
            moved.index ^= 1 << level;
            prop_assert!(!moved.proves(&leaf(index), &root));
            let mut beyond = good.clone();
            beyond.index += 1 << good.siblings.len();
            prop_assert_eq!(beyond.root(&leaf(index)), None);
            let mut long = good.clone();
            long.siblings.resize(21, [0; 32]);
            prop_assert_eq!(long.root(&leaf(index)), None);
            let more = Leaf { cumulative: Io(1_000), ..leaf(index) };
            prop_assert!(!good.proves(&more, &root));
            let elsewhere = Leaf { network: [9; 16], ..leaf(index) };
            prop_assert!(!good.proves(&elsewhere, &root));
        }
    }
}
