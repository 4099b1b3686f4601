//! What can go wrong with the wallet.

use std::{io, path::PathBuf};

use hearth_types::ipc::{Code, IpcError};

use super::KeychainError;

/// Why a wallet cannot be made, read or opened.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// There is none.
    #[error("there is no wallet yet")]
    NoWallet,
    /// It is here, and a wallet is never overwritten.
    #[error("this wallet is here already")]
    Exists,
    /// The number of words is neither 12 nor 24.
    #[error("a seed phrase has 12 or 24 words")]
    WordCount,
    /// A word is not in the English list.
    #[error("word {position} of the seed phrase is not in the list of words")]
    UnknownWord {
        /// Counted from 1.
        position: usize,
    },
    /// The words are all known but do not belong together.
    #[error("the seed phrase has a wrong checksum")]
    Checksum,
    /// Not the JSON array of 64 numbers that Solana's tools write.
    #[error("this is no key file: it is not a list of 64 numbers from 0 to 255")]
    NoKeyFile,
    /// The two halves of a key file are of different keys.
    #[error("the two halves of this key file do not belong together")]
    KeyHalvesDiffer,
    /// Fewer characters than [`super::MIN_PASSPHRASE_CHARS`].
    #[error("the passphrase is too short")]
    ShortPassphrase,
    /// The passphrase does not open the file, or the file was changed.
    #[error("the passphrase does not open this wallet")]
    WrongPassphrase,
    /// The file belongs to another network.
    #[error("this wallet belongs to the network '{found}', not to '{expected}'")]
    WrongNetwork {
        /// The network asked for.
        expected: String,
        /// The file's.
        found: String,
    },
    /// The wallet file is none, is damaged or is of a newer version.
    #[error("the wallet file {path} is damaged or of a newer version: {reason}")]
    BadFile {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: &'static str,
    },
    /// The file cannot be read.
    #[error("the wallet file {path} cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// The file cannot be written.
    #[error("the wallet file {path} cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// The keychain refused or is not there.
    #[error("the keychain cannot be used")]
    Keychain(#[source] KeychainError),
    /// The keychain holds another key than the wallet file names.
    #[error("the keychain holds another key than this wallet's")]
    KeychainMismatch,
    /// Derivation failed.
    #[error("the key cannot be derived")]
    Derive,
    /// Key derivation from the passphrase or encryption failed, for want of memory mostly.
    #[error("the key cannot be encrypted or decrypted")]
    Crypto,
    /// The system gave no randomness.
    #[error("the system gave no random bytes")]
    Random(#[source] getrandom::Error),
}

impl WalletError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::NoWallet => Code::NoWallet,
            Self::Exists => Code::WalletExists,
            Self::WordCount | Self::UnknownWord { .. } | Self::Checksum => Code::BadSeedPhrase,
            Self::NoKeyFile | Self::KeyHalvesDiffer => Code::BadKeyFile,
            Self::ShortPassphrase => Code::BadRequest,
            Self::WrongPassphrase => Code::WrongPassphrase,
            Self::WrongNetwork { .. } => Code::WrongNetwork,
            Self::BadFile { .. }
            | Self::Read { .. }
            | Self::Write { .. }
            | Self::Keychain(_)
            | Self::KeychainMismatch => Code::KeyStorage,
            Self::Derive | Self::Crypto | Self::Random(_) => Code::Internal,
        }
    }

    /// What the owner can do about it.
    #[must_use]
    pub const fn mend(&self) -> Option<&'static str> {
        match self {
            Self::NoWallet => Some("Create a wallet or bring one back from its words."),
            Self::Exists => Some("Use the wallet that is there; a wallet is never overwritten."),
            Self::WordCount => Some("Enter all words in order, separated by spaces."),
            Self::UnknownWord { .. } => Some("Check the spelling of that word."),
            Self::Checksum => Some("Check that every word is right and in its place."),
            Self::NoKeyFile => Some("Choose the file that “solana-keygen” or another Solana wallet wrote."),
            Self::KeyHalvesDiffer => {
                Some("The file is damaged or was put together by hand. Use another copy.")
            }
            Self::ShortPassphrase => Some("Use at least 8 characters."),
            Self::WrongPassphrase => Some("Try again; the seed phrase brings the wallet back without it."),
            Self::WrongNetwork { .. } => Some(
                "Start with the data folder of this network, or move the other network's wallet file away.",
            ),
            Self::BadFile { .. } => Some("Move the file away and bring the wallet back from its words."),
            Self::Read { .. } | Self::Write { .. } => {
                Some("Give this user access to the data folder and its files.")
            }
            Self::Keychain(_) => {
                Some("Unlock the keychain, or protect the wallet with a passphrase instead.")
            }
            Self::KeychainMismatch => {
                Some("Move the wallet file away and bring the wallet back from its words.")
            }
            Self::Crypto => Some("Close other programs; opening the wallet needs 64 MB of memory."),
            Self::Derive | Self::Random(_) => None,
        }
    }
}

impl From<WalletError> for IpcError {
    fn from(error: WalletError) -> Self {
        crate::error::ipc(error.code(), &error, error.mend())
    }
}
