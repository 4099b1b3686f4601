//! A claim's proof.

use super::{
    hash::{Hash, Leaf, node},
    tree::MAX_DEPTH,
};

/// What leads from a leaf to the root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The leaf's place.
    pub index: u32,
    /// The other halves, from the leaf up; at most [`MAX_DEPTH`].
    pub siblings: Vec<Hash>,
}

impl Proof {
    /// The root that this leaf has under this proof; `None` when the proof is too long, or too short for its index.
    #[must_use]
    pub fn root(&self, leaf: &Leaf) -> Option<Hash> {
        if self.siblings.len() > usize::from(MAX_DEPTH) || self.index >> self.siblings.len() != 0 {
            return None;
        }
        let mut at = self.index;
        let mut hash = leaf.hash();
        for sibling in &self.siblings {
            hash = if at & 1 == 0 {
                node(&hash, sibling)
            } else {
                node(sibling, &hash)
            };
            at >>= 1;
        }
        Some(hash)
    }

    /// Whether it leads to this root.
    #[must_use]
    pub fn proves(&self, leaf: &Leaf, root: &Hash) -> bool {
        self.root(leaf).as_ref() == Some(root)
    }
}
