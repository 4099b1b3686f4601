//! Who can sign a transaction.

use std::fmt;

use ed25519_dalek::{Signer as _, SigningKey};
use hearth_types::id::WalletAddress;

use crate::key_file::{self, KeyFileError};

/// A Solana account whose key is at hand. The key itself never leaves the implementation.
pub trait TxSigner: Send + Sync {
    /// The account.
    fn address(&self) -> WalletAddress;

    /// Its ed25519 signature over these bytes.
    fn sign(&self, message: &[u8]) -> [u8; 64];
}

/// A plain key in memory, such as the coordinator's that pays fees. The secret is wiped when dropped.
pub struct Keypair(SigningKey);

impl Keypair {
    /// From the 32 secret bytes.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// From a file of 32 raw bytes, made with a random key when absent. Blocks on the disk.
    ///
    /// # Errors
    /// [`KeyFileError`] when the file cannot be used or other users may read it.
    pub fn load_or_create(path: &std::path::Path) -> Result<Self, KeyFileError> {
        key_file::load_or_create(path).map(|secret| Self::from_secret(&secret))
    }
}

impl fmt::Debug for Keypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Keypair({})", self.address().short())
    }
}

impl TxSigner for Keypair {
    fn address(&self) -> WalletAddress {
        WalletAddress(self.0.verifying_key().to_bytes())
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

/// An account without its key, to see what a transaction would be before anybody signs it.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned(pub WalletAddress);

impl TxSigner for Unsigned {
    fn address(&self) -> WalletAddress {
        self.0
    }

    /// Sixty-four zeros, which the chain refuses.
    fn sign(&self, _: &[u8]) -> [u8; 64] {
        [0; 64]
    }
}
