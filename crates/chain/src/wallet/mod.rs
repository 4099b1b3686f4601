//! Wallets: seed phrase, derivation, key files and where a key lies.
//!
//! A wallet is one file in the data folder. It always says network and address, so both can be read while the
//! wallet is locked; the secret (the words' entropy, or the key when there are no words) is either in the operating
//! system's keychain or in the file, encrypted with a passphrase. The network is part of what is authenticated: a
//! file of another network is refused.

mod error;
mod files;
mod key_record;
mod keychain;
mod secret;
mod seed_phrase;
mod store;
mod unlocked;

pub use error::WalletError;
pub use keychain::{Keychain, KeychainError, NoKeychain, OsKeychain};
pub use seed_phrase::{SeedPhrase, WordCount};
pub use store::{MIN_PASSPHRASE_CHARS, Protection, WalletInfo, WalletStore};
pub use unlocked::Wallet;
