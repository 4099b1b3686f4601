//! The operating system's keychain behind a small trait, so that a machine without one still works.

use zeroize::Zeroizing;

/// Names our entries among those of other programs.
const SERVICE: &str = "hearth";

/// Why the keychain did not serve.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// There is none on this system, or it does not answer.
    #[error("this system offers no keychain")]
    Unavailable(#[source] Option<Box<dyn std::error::Error + Send + Sync>>),
    /// It is locked or refuses access.
    #[error("the keychain is locked or refuses access")]
    Denied(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It has no such entry.
    #[error("the keychain has no entry for this wallet")]
    NoEntry,
    /// What it gave back is not what was put in.
    #[error("the keychain did not keep the entry")]
    NotKept,
}

/// A place that keeps secrets for this user. Calls block and may show a dialog.
pub trait Keychain: Send + Sync {
    /// Keeps a secret under a name, replacing what was there.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn set(&self, name: &str, secret: &[u8; 32]) -> Result<(), KeychainError>;

    /// The secret under a name.
    ///
    /// # Errors
    /// [`KeychainError`].
    fn get(&self, name: &str) -> Result<Zeroizing<[u8; 32]>, KeychainError>;
}

/// Secret Service on Linux, Keychain on macOS, Credential Manager on Windows.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsKeychain;

impl Keychain for OsKeychain {
    fn set(&self, name: &str, secret: &[u8; 32]) -> Result<(), KeychainError> {
        let entry = keyring::Entry::new(SERVICE, name).map_err(from_keyring)?;
        entry.set_secret(secret).map_err(from_keyring)
    }

    fn get(&self, name: &str) -> Result<Zeroizing<[u8; 32]>, KeychainError> {
        let entry = keyring::Entry::new(SERVICE, name).map_err(from_keyring)?;
        let secret = Zeroizing::new(entry.get_secret().map_err(from_keyring)?);
        secret
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| KeychainError::NotKept)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "keyring's enum is non-exhaustive")]
fn from_keyring(error: keyring::Error) -> KeychainError {
    match error {
        keyring::Error::NoEntry => KeychainError::NoEntry,
        keyring::Error::NoStorageAccess(cause) => KeychainError::Denied(cause),
        keyring::Error::PlatformFailure(cause) => KeychainError::Unavailable(Some(cause)),
        // May carry the secret itself, so it is not kept as a cause.
        keyring::Error::BadEncoding(_) => KeychainError::NotKept,
        other => KeychainError::Denied(other.into()),
    }
}

/// For systems where none is to be used.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeychain;

impl Keychain for NoKeychain {
    fn set(&self, _: &str, _: &[u8; 32]) -> Result<(), KeychainError> {
        Err(KeychainError::Unavailable(None))
    }

    fn get(&self, _: &str) -> Result<Zeroizing<[u8; 32]>, KeychainError> {
        Err(KeychainError::Unavailable(None))
    }
}
