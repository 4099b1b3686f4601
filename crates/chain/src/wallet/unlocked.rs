//! An open wallet.

use std::fmt;

use hearth_types::{id::WalletAddress, ipc::Secret};
use zeroize::Zeroizing;

use super::SeedPhrase;
use crate::signer::{Keypair, TxSigner};

/// A wallet that signs. Its key and words cannot be taken out and are wiped when dropped.
pub struct Wallet {
    key: Keypair,
    phrase: Option<SeedPhrase>,
}

impl Wallet {
    pub(super) fn new(key: &Zeroizing<[u8; 32]>, phrase: Option<SeedPhrase>) -> Self {
        Self {
            key: Keypair::from_secret(key),
            phrase,
        }
    }

    /// How many words bring it back; `None` when it came from a key file.
    #[must_use]
    pub fn word_count(&self) -> Option<usize> {
        self.phrase.as_ref().map(|phrase| phrase.words().count())
    }

    /// Whether each word is the one at its place, counted from 1. Case and surrounding space do not matter.
    #[must_use]
    pub fn knows_words(&self, answers: &[(u8, Secret)]) -> bool {
        let Some(phrase) = &self.phrase else {
            return false;
        };
        // Every answer is looked at, so that the time says nothing of which one is wrong.
        answers.iter().fold(!answers.is_empty(), |right, (place, typed)| {
            let word = usize::from(*place)
                .checked_sub(1)
                .and_then(|place| phrase.words().nth(place));
            right & word.is_some_and(|word| word.eq_ignore_ascii_case(typed.0.trim()))
        })
    }
}

impl TxSigner for Wallet {
    fn address(&self) -> WalletAddress {
        self.key.address()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message)
    }
}

impl fmt::Debug for Wallet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Wallet({})", self.address().short())
    }
}
