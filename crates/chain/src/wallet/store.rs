//! Makes, finds and opens the wallet of one data folder.

use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use hearth_types::{
    id::WalletAddress,
    ipc::{KeyProtection, KeyStorage, Secret},
    network::NetworkKind,
};
use zeroize::Zeroizing;

use super::{
    Keychain, KeychainError, SeedPhrase, Wallet, WalletError, WordCount,
    key_record::{self, KeyLocation, KeyRecord},
};
use crate::{key_file, signer::TxSigner as _};

/// Shortest passphrase accepted for a new wallet, characters.
pub const MIN_PASSPHRASE_CHARS: usize = 8;

/// How a new wallet's key is to be kept.
pub type Protection = KeyProtection;

/// The wallet of one data folder and network. Every call blocks (disk, keychain dialog, 64 MiB argon2id), so
/// async callers run it on a blocking thread.
#[derive(Clone)]
pub struct WalletStore {
    path: PathBuf,
    network: NetworkKind,
    keychain: Arc<dyn Keychain>,
}

impl WalletStore {
    /// The wallet in `folder`, which is made when a wallet is.
    #[must_use]
    pub fn new(folder: &Path, network: NetworkKind, keychain: Arc<dyn Keychain>) -> Self {
        Self {
            path: folder.join("wallet.key"),
            network,
            keychain,
        }
    }

    /// Whether there is a wallet file, usable or not.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.path.symlink_metadata().is_ok()
    }

    /// The wallet's address, also while it is locked; `None` when there is no wallet.
    ///
    /// # Errors
    /// [`WalletError::WrongNetwork`], [`WalletError::BadFile`] or [`WalletError::Read`].
    pub fn address(&self) -> Result<Option<WalletAddress>, WalletError> {
        Ok(self.read()?.map(|record| record.address))
    }

    /// Where its key lies; `None` when there is no wallet.
    ///
    /// # Errors
    /// As [`Self::address`].
    pub fn storage(&self) -> Result<Option<KeyStorage>, WalletError> {
        Ok(self.read()?.map(|record| match record.location {
            KeyLocation::Keychain => KeyStorage::Keychain,
            KeyLocation::File(_) => KeyStorage::EncryptedFile,
        }))
    }

    /// Makes a new wallet with random words, which are given out this once.
    ///
    /// # Errors
    /// [`WalletError::Exists`], [`WalletError::ShortPassphrase`], [`WalletError::Keychain`] and what else can
    /// go wrong with keeping a key.
    pub fn create(
        &self,
        words: WordCount,
        protection: &Protection,
    ) -> Result<(Wallet, SeedPhrase), WalletError> {
        let phrase = SeedPhrase::generate(words)?;
        Ok((self.keep(&phrase, protection)?, phrase))
    }

    /// Brings a wallet back from its words.
    ///
    /// # Errors
    /// As [`Self::create`] and [`SeedPhrase::parse`].
    pub fn import(&self, words: &Secret, protection: &Protection) -> Result<Wallet, WalletError> {
        self.keep(&SeedPhrase::parse(&words.0)?, protection)
    }

    /// Opens the wallet. The passphrase is ignored when the key lies in the keychain.
    ///
    /// # Errors
    /// [`WalletError::NoWallet`], [`WalletError::WrongPassphrase`], [`WalletError::WrongNetwork`],
    /// [`WalletError::Keychain`] and what else can go wrong with reading a key.
    pub fn unlock(&self, passphrase: &Secret) -> Result<Wallet, WalletError> {
        let record = self.read()?.ok_or(WalletError::NoWallet)?;
        let secret = match &record.location {
            KeyLocation::Keychain => self
                .keychain
                .get(&self.entry_name(record.address))
                .map_err(WalletError::Keychain)?,
            KeyLocation::File(key) => record.open(key, &passphrase.0)?,
        };
        let wallet = Wallet::new(&secret);
        if wallet.address() == record.address {
            Ok(wallet)
        } else {
            Err(WalletError::KeychainMismatch)
        }
    }

    fn keep(&self, phrase: &SeedPhrase, protection: &Protection) -> Result<Wallet, WalletError> {
        if self.exists() {
            return Err(WalletError::Exists);
        }
        let secret = phrase.derive()?;
        let wallet = Wallet::new(&secret);
        let (tag, address) = (self.network.tag(), wallet.address());
        let record = match protection {
            KeyProtection::Keychain => {
                self.keep_in_keychain(&self.entry_name(address), &secret)
                    .map_err(WalletError::Keychain)?;
                KeyRecord::in_keychain(tag, address)
            }
            KeyProtection::Passphrase(passphrase) => {
                if passphrase.0.chars().count() < MIN_PASSPHRASE_CHARS {
                    return Err(WalletError::ShortPassphrase);
                }
                KeyRecord::seal(tag, address, &secret, &passphrase.0)?
            }
        };
        match key_file::write_new(&self.path, &record.to_bytes()) {
            Ok(()) => Ok(wallet),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(WalletError::Exists),
            Err(source) => Err(WalletError::Write {
                path: self.path.clone(),
                source,
            }),
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

    /// The same wallet in two profiles is one entry; two wallets never share one.
    fn entry_name(&self, address: WalletAddress) -> String {
        format!("{} {address}", tag_text(&self.network.tag()))
    }

    fn read(&self) -> Result<Option<KeyRecord>, WalletError> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(key_record::MAX_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        match fs::File::open(&self.path).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(WalletError::Read {
                    path: self.path.clone(),
                    source,
                });
            }
        }
        let record = KeyRecord::parse(&bytes).map_err(|reason| WalletError::BadFile {
            path: self.path.clone(),
            reason,
        })?;
        if record.network_tag == self.network.tag() {
            Ok(Some(record))
        } else {
            Err(WalletError::WrongNetwork {
                expected: tag_text(&self.network.tag()),
                found: tag_text(&record.network_tag),
            })
        }
    }
}

/// A tag without its padding; the tag of a damaged file may be any bytes.
fn tag_text(tag: &[u8; 16]) -> String {
    tag.split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .escape_ascii()
        .to_string()
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Mutex};

    use hearth_types::ipc::Code;

    use super::{super::NoKeychain, *};

    const WORDS: &str =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    #[derive(Default)]
    struct MemoryKeychain(Mutex<HashMap<String, [u8; 32]>>);

    impl Keychain for MemoryKeychain {
        fn set(&self, name: &str, secret: &[u8; 32]) -> Result<(), KeychainError> {
            self.0.lock().unwrap().insert(name.into(), *secret);
            Ok(())
        }

        fn get(&self, name: &str) -> Result<Zeroizing<[u8; 32]>, KeychainError> {
            self.0
                .lock()
                .unwrap()
                .get(name)
                .map(|secret| Zeroizing::new(*secret))
                .ok_or(KeychainError::NoEntry)
        }
    }

    /// Takes everything and keeps nothing.
    struct Forgetful;

    impl Keychain for Forgetful {
        fn set(&self, _: &str, _: &[u8; 32]) -> Result<(), KeychainError> {
            Ok(())
        }

        fn get(&self, _: &str) -> Result<Zeroizing<[u8; 32]>, KeychainError> {
            Err(KeychainError::NoEntry)
        }
    }

    fn secret(text: &str) -> Secret {
        Secret(text.into())
    }

    fn passphrase() -> Protection {
        KeyProtection::Passphrase(secret("correct horse"))
    }

    fn store(folder: &Path, keychain: impl Keychain + 'static) -> WalletStore {
        WalletStore::new(folder, NetworkKind::Practice, Arc::new(keychain))
    }

    #[test]
    fn a_passphrase_wallet_shows_its_address_and_opens() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), NoKeychain);
        assert_eq!((store.exists(), store.address().unwrap()), (false, None));
        assert!(matches!(store.unlock(&secret("x")), Err(WalletError::NoWallet)));

        let (wallet, phrase) = store.create(WordCount::TwentyFour, &passphrase()).unwrap();
        assert_eq!(phrase.words().count(), 24);
        assert_eq!(store.address().unwrap(), Some(wallet.address()));
        assert_eq!(store.storage().unwrap(), Some(KeyStorage::EncryptedFile));
        assert_eq!(
            store.unlock(&secret("correct horse")).unwrap().address(),
            wallet.address()
        );
        assert!(matches!(
            store.unlock(&secret("incorrect")),
            Err(WalletError::WrongPassphrase)
        ));
        assert!(matches!(
            store.import(&secret(WORDS), &passphrase()),
            Err(WalletError::Exists)
        ));
    }

    #[test]
    fn a_keychain_wallet_leaves_no_secret_in_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), MemoryKeychain::default());
        let wallet = store.import(&secret(WORDS), &KeyProtection::Keychain).unwrap();
        assert_eq!(
            wallet.address().to_string(),
            "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"
        );
        assert_eq!(store.storage().unwrap(), Some(KeyStorage::Keychain));
        assert_eq!(store.unlock(&secret("")).unwrap().address(), wallet.address());
        let file = fs::read(&store.path).unwrap();
        let key = SeedPhrase::parse(WORDS).unwrap().derive().unwrap();
        assert!(
            !file
                .windows(8)
                .any(|part| key.windows(8).any(|secret| secret == part))
        );
    }

    #[test]
    fn without_a_keychain_nothing_is_made_and_the_mend_is_a_passphrase() {
        let folder = tempfile::tempdir().unwrap();
        let without = store(folder.path(), NoKeychain);
        let error = without
            .create(WordCount::Twelve, &KeyProtection::Keychain)
            .unwrap_err();
        assert_eq!(error.code(), Code::KeyStorage);
        assert!(error.mend().unwrap().contains("passphrase"));
        let pretending = store(folder.path(), Forgetful);
        assert!(matches!(
            pretending.create(WordCount::Twelve, &KeyProtection::Keychain),
            Err(WalletError::Keychain(KeychainError::NotKept))
        ));
        assert!(!pretending.exists());
    }

    #[test]
    fn a_wallet_of_another_network_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        store(folder.path(), NoKeychain)
            .create(WordCount::Twelve, &passphrase())
            .unwrap();
        let mainnet = WalletStore::new(folder.path(), NetworkKind::Mainnet, Arc::new(NoKeychain));
        for error in [
            mainnet.address().unwrap_err(),
            mainnet.unlock(&secret("correct horse")).unwrap_err(),
        ] {
            assert_eq!(error.code(), Code::WrongNetwork);
            assert!(error.to_string().contains("practice"));
        }
        assert!(matches!(
            mainnet.create(WordCount::Twelve, &passphrase()),
            Err(WalletError::Exists)
        ));
    }

    #[test]
    fn short_passphrases_and_damaged_files_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path(), NoKeychain);
        let short = KeyProtection::Passphrase(secret("7 chars"));
        assert!(matches!(
            store.create(WordCount::Twelve, &short),
            Err(WalletError::ShortPassphrase)
        ));
        fs::write(&store.path, vec![0; 1 << 20]).unwrap();
        assert!(matches!(store.address(), Err(WalletError::BadFile { .. })));
        assert!(matches!(
            store.create(WordCount::Twelve, &passphrase()),
            Err(WalletError::Exists)
        ));
    }
}
