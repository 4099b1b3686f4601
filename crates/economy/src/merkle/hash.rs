//! What is hashed.

use hearth_types::{id::WalletAddress, money::Io};
use sha2::{Digest as _, Sha256};

/// A SHA-256 hash.
pub type Hash = [u8; 32];

/// First byte of what a leaf hashes.
const LEAF: u8 = 0;
/// First byte of what a node hashes.
const NODE: u8 = 1;

/// What a wallet has ever been able to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// The network's tag, 16 bytes, as in everything signed.
    pub network: [u8; 16],
    /// Whose.
    pub wallet: WalletAddress,
    /// In all; hashed as 8 bytes, little-endian.
    pub cumulative: Io,
}

impl Leaf {
    /// Its hash: over 57 bytes.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Sha256::new()
            .chain_update([LEAF])
            .chain_update(self.network)
            .chain_update(self.wallet.0)
            .chain_update(self.cumulative.0.to_le_bytes())
            .finalize()
            .into()
    }
}

/// The hash of two others: over 65 bytes.
#[must_use]
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([NODE])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}
