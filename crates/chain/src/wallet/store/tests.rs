//! Making, finding, opening and removing wallets.

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

fn addresses(store: &WalletStore) -> Vec<WalletAddress> {
    store.list().unwrap().iter().map(|info| info.address).collect()
}

#[test]
fn a_passphrase_wallet_shows_its_address_and_opens() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), NoKeychain);
    assert_eq!(store.list().unwrap(), []);
    let nobody = WalletAddress([1; 32]);
    assert!(matches!(
        store.unlock(nobody, &secret("x")),
        Err(WalletError::NoWallet)
    ));

    let (wallet, phrase) = store.create(WordCount::TwentyFour, &passphrase()).unwrap();
    assert_eq!(phrase.words().count(), 24);
    let address = wallet.address();
    let expected = WalletInfo {
        address,
        storage: KeyStorage::EncryptedFile,
        has_words: true,
    };
    assert_eq!(store.list().unwrap(), [expected]);
    assert_eq!(store.info(address).unwrap(), Some(expected));
    let opened = store.unlock(address, &secret("correct horse")).unwrap();
    assert_eq!(opened.address(), address);
    assert!(matches!(
        store.unlock(address, &secret("incorrect")),
        Err(WalletError::WrongPassphrase)
    ));
}

#[test]
fn several_wallets_live_side_by_side_and_each_opens_its_own_way() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), MemoryKeychain::default());
    let (first, _) = store.create(WordCount::Twelve, &passphrase()).unwrap();
    let second = store.import(&secret(WORDS), &KeyProtection::Keychain).unwrap();
    let (third, _) = store
        .create(
            WordCount::Twelve,
            &KeyProtection::Passphrase(secret("another horse")),
        )
        .unwrap();
    let mut all = addresses(&store);
    assert_eq!(all.first(), Some(&first.address()));
    all.sort();
    let mut expected = vec![first.address(), second.address(), third.address()];
    expected.sort();
    assert_eq!(all, expected);

    assert!(matches!(
        store.import(&secret(WORDS), &passphrase()),
        Err(WalletError::Exists)
    ));
    assert_eq!(
        store.unlock(second.address(), &secret("")).unwrap().address(),
        second.address()
    );
    assert!(matches!(
        store.unlock(third.address(), &secret("correct horse")),
        Err(WalletError::WrongPassphrase)
    ));
}

#[test]
fn a_removed_wallet_is_gone_and_the_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), NoKeychain);
    let (first, _) = store.create(WordCount::Twelve, &passphrase()).unwrap();
    let second = store.import(&secret(WORDS), &passphrase()).unwrap();
    store.remove(first.address()).unwrap();
    assert_eq!(addresses(&store), [second.address()]);
    assert!(matches!(
        store.remove(first.address()),
        Err(WalletError::NoWallet)
    ));
    // A new one takes the free place, not that of another.
    let (third, _) = store.create(WordCount::Twelve, &passphrase()).unwrap();
    assert_eq!(addresses(&store), [third.address(), second.address()]);
}

#[test]
fn words_can_be_checked_after_opening_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), NoKeychain);
    let address = store.import(&secret(WORDS), &passphrase()).unwrap().address();
    let wallet = store.unlock(address, &secret("correct horse")).unwrap();
    assert_eq!(wallet.word_count(), Some(12));
    let answer = |place, word: &str| (place, secret(word));
    assert!(wallet.knows_words(&[answer(1, "abandon"), answer(12, " About ")]));
    assert!(!wallet.knows_words(&[answer(1, "abandon"), answer(12, "abandon")]));
    assert!(!wallet.knows_words(&[answer(0, "abandon")]));
    assert!(!wallet.knows_words(&[answer(13, "about")]));
    assert!(!wallet.knows_words(&[]));
}

#[test]
fn a_key_file_makes_a_wallet_without_words() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path(), NoKeychain);
    let key = SeedPhrase::parse(WORDS).unwrap().derive().unwrap();
    let public = ed25519_dalek::SigningKey::from_bytes(&key).verifying_key();
    let numbers = [key.as_slice(), public.as_bytes()].concat();
    let file = Secret(serde_json::to_string(&numbers).unwrap());
    let wallet = store.import_key(&file, &passphrase()).unwrap();
    assert_eq!(
        wallet.address().to_string(),
        "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk"
    );
    assert_eq!(
        store.info(wallet.address()).unwrap().map(|info| info.has_words),
        Some(false)
    );
    let opened = store.unlock(wallet.address(), &secret("correct horse")).unwrap();
    assert_eq!((opened.address(), opened.word_count()), (wallet.address(), None));
    assert!(!opened.knows_words(&[(1, secret("abandon"))]));
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
    let opened = store.unlock(wallet.address(), &secret("")).unwrap();
    assert_eq!(opened.address(), wallet.address());
    let file = std::fs::read(folder.path().join("wallet.key")).unwrap();
    let phrase = SeedPhrase::parse(WORDS).unwrap();
    let key = phrase.derive().unwrap();
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
    assert_eq!(pretending.list().unwrap(), []);
}

#[test]
fn a_wallet_of_another_network_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (wallet, _) = store(folder.path(), NoKeychain)
        .create(WordCount::Twelve, &passphrase())
        .unwrap();
    let mainnet = WalletStore::new(folder.path(), NetworkKind::Mainnet, Arc::new(NoKeychain));
    for error in [
        mainnet.list().unwrap_err(),
        mainnet
            .unlock(wallet.address(), &secret("correct horse"))
            .unwrap_err(),
        mainnet.create(WordCount::Twelve, &passphrase()).unwrap_err(),
    ] {
        assert_eq!(error.code(), Code::WrongNetwork);
        assert!(error.to_string().contains("practice"));
    }
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
    std::fs::write(folder.path().join("wallet.key"), vec![0; 1 << 20]).unwrap();
    assert!(matches!(store.list(), Err(WalletError::BadFile { .. })));
    assert!(matches!(
        store.create(WordCount::Twelve, &passphrase()),
        Err(WalletError::BadFile { .. })
    ));
}
