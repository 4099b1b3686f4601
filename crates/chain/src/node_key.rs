//! A node's identity key and a renter's keys for single leases. Neither is the wallet's: a rig that reboots
//! unattended lends with these alone.

use std::{fmt, path::Path};

use ed25519_dalek::{Signer as _, SigningKey};
use hearth_types::id::{NodeId, SessionKey};
use zeroize::Zeroizing;

use crate::key_file::{self, KeyFileError};

/// A node's identity: names it, signs its quotes and requests, and is its mesh endpoint's key.
pub struct NodeKey(SigningKey);

impl NodeKey {
    /// From a file of 32 raw bytes, made with a random key when absent. Blocks on the disk.
    ///
    /// # Errors
    /// [`KeyFileError`] when the file cannot be used, has another length or other users may read it.
    pub fn load_or_create(path: &Path) -> Result<Self, KeyFileError> {
        key_file::load_or_create(path).map(|secret| Self::from_secret(&secret))
    }

    /// From the 32 secret bytes.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The node it names.
    #[must_use]
    pub fn id(&self) -> NodeId {
        NodeId(self.0.verifying_key().to_bytes())
    }

    /// The 32 secret bytes, for the mesh endpoint.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The key itself, for what signs with it.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.0
    }

    /// Its signature over these bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for NodeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NodeKey({})", self.id().short())
    }
}

/// A renter's key for one lease; it signs the vouchers, so that paying as time goes by needs no wallet.
pub struct SessionKeypair(SigningKey);

impl SessionKeypair {
    /// A new random key.
    ///
    /// # Errors
    /// [`KeyFileError::Random`] when the system gives no random bytes.
    pub fn random() -> Result<Self, KeyFileError> {
        key_file::random_secret().map(|secret| Self::from_secret(&secret))
    }

    /// From the 32 secret bytes, as kept for a lease that goes on after a restart.
    #[must_use]
    pub fn from_secret(secret: &[u8; 32]) -> Self {
        Self(SigningKey::from_bytes(secret))
    }

    /// The public half, as quotes and leases name it.
    #[must_use]
    pub fn public(&self) -> SessionKey {
        SessionKey(self.0.verifying_key().to_bytes())
    }

    /// The 32 secret bytes, to be kept with the lease.
    #[must_use]
    pub fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes())
    }

    /// The key itself, for what signs with it.
    #[must_use]
    pub const fn signing_key(&self) -> &SigningKey {
        &self.0
    }

    /// Its signature over these bytes.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

impl fmt::Debug for SessionKeypair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionKeypair({})", self.public().short())
    }
}
