//! An open wallet.

use std::fmt;

use hearth_types::id::WalletAddress;
use zeroize::Zeroizing;

use crate::signer::{Keypair, TxSigner};

/// A wallet that signs. Its key cannot be taken out and is wiped when dropped.
pub struct Wallet(Keypair);

impl Wallet {
    pub(super) fn new(secret: &Zeroizing<[u8; 32]>) -> Self {
        Self(Keypair::from_secret(secret))
    }
}

impl TxSigner for Wallet {
    fn address(&self) -> WalletAddress {
        self.0.address()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wallet({})", self.address().short())
    }
}
