//! Makes, finds and opens the wallets of one data folder.

use std::{io, path::Path, sync::Arc};

use hearth_types::{
    id::WalletAddress,
    ipc::{KeyProtection, KeyStorage, Secret},
    network::NetworkKind,
};
use zeroize::Zeroizing;

use super::{
    Keychain, KeychainError, SeedPhrase, Wallet, WalletError, WordCount,
    files::{KeyFiles, tag_text},
    key_record::{KeyLocation, KeyRecord},
    secret::{KeptSecret, Origin},
};
use crate::{key_file, signer::TxSigner as _};

/// Shortest passphrase accepted for a new wallet, characters.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// How a new wallet's key is to be kept.
pub type Protection = KeyProtection;

/// What a wallet file says, locked or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WalletInfo {
    /// The wallet.
    pub address: WalletAddress,
    /// Where its key lies.
    pub storage: KeyStorage,
    /// Whether its words are kept with the key, so that a backup can be checked.
    pub has_words: bool,
}

/// The wallets of one data folder and network. Every call blocks (disk, keychain dialog, 64 MiB argon2id), so
/// async callers run it on a blocking thread.
#[derive(Clone)]
pub struct WalletStore {
    files: KeyFiles,
    network: NetworkKind,
    keychain: Arc<dyn Keychain>,
}

impl WalletStore {
    /// The wallets in `folder`, which is made when a wallet is.
    #[must_use]
    pub fn new(folder: &Path, network: NetworkKind, keychain: Arc<dyn Keychain>) -> Self {
        Self {
            files: KeyFiles::new(folder, network.tag()),
            network,
            keychain,
        }
    }

    /// Every wallet: the first one's file first, the others by address.
    ///
    /// # Errors
    /// [`WalletError::WrongNetwork`], [`WalletError::BadFile`] or [`WalletError::Read`] for the first file that
    /// cannot be used.
    pub fn list(&self) -> Result<Vec<WalletInfo>, WalletError> {
        let records = self.files.all()?;
        Ok(records.iter().map(|(_, record)| info(record)).collect())
    }

    /// One wallet; `None` when it is not here.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub fn info(&self, address: WalletAddress) -> Result<Option<WalletInfo>, WalletError> {
        Ok(self.files.find(address)?.map(|(_, record)| info(&record)))
    }

    /// Makes a new wallet with random words, which are given out this once.
    ///
    /// # Errors
    /// [`WalletError::ShortPassphrase`], [`WalletError::Keychain`] and what else can go wrong with keeping a key.
    pub fn create(
        &self,
        words: WordCount,
        protection: &Protection,
    ) -> Result<(Wallet, SeedPhrase), WalletError> {
        let phrase = SeedPhrase::generate(words)?;
        Ok((self.keep(&KeptSecret::of_words(&phrase), protection)?, phrase))
    }

    /// Brings a wallet back from its words.
    ///
    /// # Errors
    /// [`WalletError::Exists`], those of [`Self::create`] and [`SeedPhrase::parse`].
    pub fn import(&self, words: &Secret, protection: &Protection) -> Result<Wallet, WalletError> {
        let phrase = SeedPhrase::parse(&words.0)?;
        self.keep(&KeptSecret::of_words(&phrase), protection)
    }

    /// Takes over a key file of Solana's tools: a JSON array of 64 numbers.
    ///
    /// # Errors
    /// [`WalletError::NoKeyFile`], [`WalletError::KeyHalvesDiffer`], [`WalletError::Exists`] and those of
    /// [`Self::create`].
    pub fn import_key(&self, file: &Secret, protection: &Protection) -> Result<Wallet, WalletError> {
        self.keep(&KeptSecret::of_key_file(file)?, protection)
    }

    /// Opens a wallet. The passphrase is ignored when the key lies in the keychain.
    ///
    /// # Errors
    /// [`WalletError::NoWallet`], [`WalletError::WrongPassphrase`], [`WalletError::WrongNetwork`],
    /// [`WalletError::Keychain`] and what else can go wrong with reading a key.
    pub fn unlock(&self, address: WalletAddress, passphrase: &Secret) -> Result<Wallet, WalletError> {
        let (_, record) = self.files.find(address)?.ok_or(WalletError::NoWallet)?;
        let bytes = match &record.location {
            KeyLocation::Keychain => self
                .keychain
                .get(&self.entry_name(address, record.origin))
                .map_err(WalletError::Keychain)?,
            KeyLocation::File(key) => record.open(key, &passphrase.0)?,
        };
        let origin = record.origin.unwrap_or(Origin::Key);
        let wallet = KeptSecret { origin, bytes }.open()?;
        if wallet.address() == record.address {
            Ok(wallet)
        } else {
            Err(WalletError::KeychainMismatch)
        }
    }

    /// Forgets a wallet: its file goes for good. An entry in the keychain stays, because another data folder may
    /// use the same one.
    ///
    /// # Errors
    /// [`WalletError::NoWallet`] or [`WalletError::Write`].
    pub fn remove(&self, address: WalletAddress) -> Result<(), WalletError> {
        let (path, _) = self.files.find(address)?.ok_or(WalletError::NoWallet)?;
        std::fs::remove_file(&path).map_err(|source| WalletError::Write { path, source })
    }

    fn keep(&self, secret: &KeptSecret, protection: &Protection) -> Result<Wallet, WalletError> {
        let wallet = secret.open()?;
        let (tag, address) = (self.network.tag(), wallet.address());
        if self.files.find(address)?.is_some() {
            return Err(WalletError::Exists);
        }
        let record = match protection {
            KeyProtection::Keychain => {
                self.keep_in_keychain(&self.entry_name(address, Some(secret.origin)), &secret.bytes)
                    .map_err(WalletError::Keychain)?;
                KeyRecord::in_keychain(tag, address, secret.origin)
            }
            KeyProtection::Passphrase(passphrase) => {
                if passphrase.0.chars().count() < MIN_PASSPHRASE_CHARS {
                    return Err(WalletError::ShortPassphrase);
                }
                KeyRecord::seal(tag, address, secret.origin, &secret.bytes, &passphrase.0)?
            }
        };
        let path = self.files.free(address);
        match key_file::write_new(&path, &record.to_bytes()) {
            Ok(()) => Ok(wallet),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(WalletError::Exists),
            Err(source) => Err(WalletError::Write { path, source }),
        }
    }

    /// Reads the entry back before the wallet counts as kept: some keychains only pretend.
    fn keep_in_keychain(&self, name: &str, secret: &Zeroizing<[u8; 32]>) -> Result<(), KeychainError> {
        self.keychain.set(name, secret)?;
        match self.keychain.get(name) {
            Ok(kept) if kept == *secret => Ok(()),
            Ok(_) | Err(KeychainError::NoEntry) => Err(KeychainError::NotKept),
            Err(error) => Err(error),
        }
    }

    /// The same wallet in two profiles is one entry; two wallets, or a key and the words it came from, never share
    /// one.
    fn entry_name(&self, address: WalletAddress, origin: Option<Origin>) -> String {
        let network = tag_text(&self.network.tag());
        match origin.and_then(Origin::words) {
            Some(_) => format!("{network} {address} words"),
            None => format!("{network} {address}"),
        }
    }
}

fn info(record: &KeyRecord) -> WalletInfo {
    WalletInfo {
        address: record.address,
        storage: match record.location {
            KeyLocation::Keychain => KeyStorage::Keychain,
            KeyLocation::File(_) => KeyStorage::EncryptedFile,
        },
        has_words: record.origin.and_then(Origin::words).is_some(),
    }
}

#[cfg(test)]
mod tests;
