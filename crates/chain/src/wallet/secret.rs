//! What is kept of a wallet: 32 bytes, and whether they are its key or the words that it is derived from.

use ed25519_dalek::SigningKey;
use hearth_types::ipc::Secret;
use zeroize::Zeroizing;

use super::{SeedPhrase, Wallet, WalletError, WordCount};

/// No file of 64 numbers comes near this many bytes.
const MAX_KEY_FILE_BYTES: usize = 4096;

/// Where a wallet's key came from, which is what its 32 bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A key file: the bytes are the key.
    Key,
    /// 12 words: the first 16 bytes are their entropy.
    TwelveWords,
    /// 24 words: the bytes are their entropy.
    TwentyFourWords,
}

impl Origin {
    /// As the wallet file says it.
    pub(super) const fn byte(self) -> u8 {
        match self {
            Self::Key => 0,
            Self::TwelveWords => 12,
            Self::TwentyFourWords => 24,
        }
    }

    /// From the wallet file.
    pub(super) const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            0 => Some(Self::Key),
            12 => Some(Self::TwelveWords),
            24 => Some(Self::TwentyFourWords),
            _ => None,
        }
    }

    /// How many words there are, when there are any.
    pub(super) const fn words(self) -> Option<WordCount> {
        match self {
            Self::Key => None,
            Self::TwelveWords => Some(WordCount::Twelve),
            Self::TwentyFourWords => Some(WordCount::TwentyFour),
        }
    }
}

/// The bytes and what they are.
pub(super) struct KeptSecret {
    pub(super) origin: Origin,
    pub(super) bytes: Zeroizing<[u8; 32]>,
}

impl KeptSecret {
    /// Of words.
    pub(super) fn of_words(phrase: &SeedPhrase) -> Self {
        let (count, bytes) = phrase.entropy();
        let origin = match count {
            WordCount::Twelve => Origin::TwelveWords,
            WordCount::TwentyFour => Origin::TwentyFourWords,
        };
        Self { origin, bytes }
    }

    /// Of a key file as Solana's tools write it: a JSON array of 64 numbers, the secret half first.
    ///
    /// # Errors
    /// [`WalletError::NoKeyFile`] or [`WalletError::KeyHalvesDiffer`].
    pub(super) fn of_key_file(text: &Secret) -> Result<Self, WalletError> {
        if text.0.len() > MAX_KEY_FILE_BYTES {
            return Err(WalletError::NoKeyFile);
        }
        // The parser's own error could repeat part of the key.
        let numbers: Vec<u8> = serde_json::from_str(&text.0).map_err(|_| WalletError::NoKeyFile)?;
        let numbers = Zeroizing::new(numbers);
        let (secret, public) = numbers
            .split_first_chunk::<32>()
            .filter(|(_, public)| public.len() == 32)
            .ok_or(WalletError::NoKeyFile)?;
        if SigningKey::from_bytes(secret).verifying_key().to_bytes() != public {
            return Err(WalletError::KeyHalvesDiffer);
        }
        Ok(Self {
            origin: Origin::Key,
            bytes: Zeroizing::new(*secret),
        })
    }

    /// The wallet that it opens.
    ///
    /// # Errors
    /// [`WalletError::Derive`].
    pub(super) fn open(&self) -> Result<Wallet, WalletError> {
        let Some(count) = self.origin.words() else {
            return Ok(Wallet::new(&self.bytes, None));
        };
        let phrase = SeedPhrase::from_entropy(count, &self.bytes)?;
        let key = phrase.derive()?;
        Ok(Wallet::new(&key, Some(phrase)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signer::TxSigner as _;

    fn key_file(secret: [u8; 32], public: &[u8]) -> Secret {
        let numbers = [secret.as_slice(), public].concat();
        Secret(serde_json::to_string(&numbers).unwrap())
    }

    fn public(secret: [u8; 32]) -> [u8; 32] {
        SigningKey::from_bytes(&secret).verifying_key().to_bytes()
    }

    #[test]
    fn a_key_file_of_solanas_tools_opens_its_own_address() {
        let text = key_file([7; 32], &public([7; 32]));
        let wallet = KeptSecret::of_key_file(&text).unwrap().open().unwrap();
        assert_eq!(wallet.address().0, public([7; 32]));
        assert_eq!(wallet.word_count(), None);
    }

    #[test]
    fn halves_that_do_not_belong_together_are_refused() {
        let text = key_file([7; 32], &public([8; 32]));
        assert!(matches!(
            KeptSecret::of_key_file(&text),
            Err(WalletError::KeyHalvesDiffer)
        ));
    }

    #[test]
    fn anything_else_is_no_key_file_and_is_not_repeated() {
        let short = key_file([7; 32], &[1; 31]);
        let long = key_file([7; 32], &[1; 33]);
        for text in [
            "",
            "{}",
            "[1,2,3]",
            "[256]",
            "\"7\"",
            &short.0,
            &long.0,
            &"[".repeat(5000),
        ] {
            let Err(error) = KeptSecret::of_key_file(&Secret(text.to_owned())) else {
                panic!("{text} counts as a key file");
            };
            assert!(matches!(error, WalletError::NoKeyFile), "{text}");
            assert!(!error.to_string().contains("256"));
        }
    }

    #[test]
    fn words_and_origin_survive_the_file() {
        for origin in [Origin::Key, Origin::TwelveWords, Origin::TwentyFourWords] {
            assert_eq!(Origin::from_byte(origin.byte()), Some(origin));
        }
        assert_eq!(Origin::from_byte(13), None);
    }
}
