//! The cumulative Merkle tree that rewards are claimed from.
//!
//! A leaf is `SHA-256(0, network tag, wallet, cumulative IO)`, a node `SHA-256(1, left, right)`: no node can pass for
//! a leaf, and a leaf of one network is none on another. The tree is as deep as its leaves need, at most
//! [`MAX_DEPTH`]; places without a wallet hold 32 zero bytes, which nothing hashes to. The bits of a leaf's index say
//! on which side its siblings stand, the lowest bit first, so every index has one proof.

mod hash;
mod proof;
mod tree;

pub use hash::{Hash, Leaf, node};
pub use proof::Proof;
pub use tree::{MAX_DEPTH, TooManyLeaves, Tree, root};
