//! Seed phrases (BIP39, English) and the key that the common wallets derive from them.

use std::fmt;

use bip39::{Language, Mnemonic};
use solana_derivation_path::DerivationPath;
use solana_keypair::seed_derivable::keypair_from_seed_and_derivation_path;
use zeroize::Zeroizing;

use super::WalletError;

/// No phrase of 24 words comes near this many bytes.
const MAX_PHRASE_BYTES: usize = 1024;

/// How long a seed phrase is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordCount {
    /// 128 bits.
    Twelve,
    /// 256 bits.
    TwentyFour,
}

impl WordCount {
    const fn entropy_bytes(self) -> usize {
        match self {
            Self::Twelve => 16,
            Self::TwentyFour => 32,
        }
    }
}

impl TryFrom<u8> for WordCount {
    type Error = WalletError;

    fn try_from(words: u8) -> Result<Self, WalletError> {
        match words {
            12 => Ok(Self::Twelve),
            24 => Ok(Self::TwentyFour),
            _ => Err(WalletError::WordCount),
        }
    }
}

/// The words that bring a wallet back. Wiped when dropped, never shown in debug text.
pub struct SeedPhrase(Mnemonic);

impl SeedPhrase {
    /// A new random phrase.
    ///
    /// # Errors
    /// [`WalletError::Random`] when the system gives no random bytes.
    pub fn generate(words: WordCount) -> Result<Self, WalletError> {
        let mut entropy = Zeroizing::new([0; 32]);
        let entropy = &mut entropy[..words.entropy_bytes()];
        getrandom::fill(entropy).map_err(WalletError::Random)?;
        let phrase =
            Mnemonic::from_entropy_in(Language::English, entropy).map_err(|_| WalletError::WordCount)?;
        Ok(Self(phrase))
    }

    /// From what a person types: any spacing, any case.
    ///
    /// # Errors
    /// [`WalletError::WordCount`], [`WalletError::UnknownWord`] or [`WalletError::Checksum`].
    pub fn parse(text: &str) -> Result<Self, WalletError> {
        if text.len() > MAX_PHRASE_BYTES {
            return Err(WalletError::WordCount);
        }
        let text = Zeroizing::new(text.to_lowercase());
        if !matches!(text.split_whitespace().count(), 12 | 24) {
            return Err(WalletError::WordCount);
        }
        match Mnemonic::parse_in_normalized(Language::English, &text) {
            Ok(phrase) => Ok(Self(phrase)),
            Err(bip39::Error::UnknownWord(index)) => Err(WalletError::UnknownWord {
                position: index.saturating_add(1),
            }),
            Err(bip39::Error::BadWordCount(_) | bip39::Error::BadEntropyBitCount(_)) => {
                Err(WalletError::WordCount)
            }
            Err(bip39::Error::InvalidChecksum | bip39::Error::AmbiguousLanguages(_)) => {
                Err(WalletError::Checksum)
            }
        }
    }

    /// From the entropy that [`Self::entropy`] gave.
    pub(super) fn from_entropy(words: WordCount, entropy: &[u8; 32]) -> Result<Self, WalletError> {
        let entropy = &entropy[..words.entropy_bytes()];
        Mnemonic::from_entropy_in(Language::English, entropy)
            .map(Self)
            .map_err(|_| WalletError::WordCount)
    }

    /// What the words stand for, padded with zeros, and how many they are.
    pub(super) fn entropy(&self) -> (WordCount, Zeroizing<[u8; 32]>) {
        let mut kept = Zeroizing::new([0; 32]);
        let (entropy, length) = self.0.to_entropy_array();
        let entropy = Zeroizing::new(entropy);
        for (place, byte) in kept.iter_mut().zip(entropy.iter().take(length)) {
            *place = *byte;
        }
        let count = if length == WordCount::Twelve.entropy_bytes() {
            WordCount::Twelve
        } else {
            WordCount::TwentyFour
        };
        (count, kept)
    }

    /// The words, in order.
    pub fn words(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.0.words()
    }

    /// The secret at `m/44'/501'/0'/0'` (SLIP-0010), where Phantom, Solflare and others keep the first account.
    pub(super) fn derive(&self) -> Result<Zeroizing<[u8; 32]>, WalletError> {
        let seed = Zeroizing::new(self.0.to_seed_normalized(""));
        let path = DerivationPath::new_bip44(Some(0), Some(0));
        let key = keypair_from_seed_and_derivation_path(seed.as_slice(), Some(path))
            .map_err(|_| WalletError::Derive)?;
        Ok(Zeroizing::new(*key.secret_bytes()))
    }
}

impl fmt::Debug for SeedPhrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeedPhrase(…)")
    }
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;
    use hearth_types::id::WalletAddress;
    use proptest::prelude::*;

    use super::*;

    const ABANDON: &str =
        "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";

    fn address(phrase: &SeedPhrase) -> String {
        let key = SigningKey::from_bytes(&phrase.derive().unwrap());
        WalletAddress(key.verifying_key().to_bytes()).to_string()
    }

    #[test]
    fn the_address_is_the_one_other_wallets_show() {
        let phrase = SeedPhrase::parse(ABANDON).unwrap();
        assert_eq!(address(&phrase), "HAgk14JpMQLgt6rVgv7cBQFJWFto5Dqxi472uT3DKpqk");
    }

    #[test]
    fn derivation_follows_slip_0010() {
        // Test vector 1 of SLIP-0010 for ed25519, chain m/0'.
        let seed: Vec<u8> = (0..16).collect();
        let path = DerivationPath::from_absolute_path_str("m/0'").unwrap();
        let key = keypair_from_seed_and_derivation_path(&seed, Some(path)).unwrap();
        let expected = [
            0x68, 0xe0, 0xfe, 0x46, 0xdf, 0xb6, 0x7e, 0x36, 0x8c, 0x75, 0x37, 0x9a, 0xce, 0xc5, 0x91, 0xda,
            0xd1, 0x9d, 0xf3, 0xcd, 0xe2, 0x6e, 0x63, 0xb9, 0x3a, 0x8e, 0x70, 0x4f, 0x1d, 0xad, 0xe7, 0xa3,
        ];
        assert_eq!(key.secret_bytes(), &expected);
    }

    #[test]
    fn spacing_and_case_do_not_matter() {
        let messy = format!("  {}\n", ABANDON.to_uppercase().replace(' ', "  \t"));
        assert_eq!(
            address(&SeedPhrase::parse(&messy).unwrap()),
            address(&SeedPhrase::parse(ABANDON).unwrap())
        );
    }

    #[test]
    fn new_phrases_parse_and_differ() {
        for (count, words) in [(WordCount::Twelve, 12), (WordCount::TwentyFour, 24)] {
            let (one, two) = (
                SeedPhrase::generate(count).unwrap(),
                SeedPhrase::generate(count).unwrap(),
            );
            let text: Vec<_> = one.words().collect();
            assert_eq!(text.len(), words);
            assert_eq!(
                address(&SeedPhrase::parse(&text.join(" ")).unwrap()),
                address(&one)
            );
            assert_ne!(address(&one), address(&two));
            let (kept_count, entropy) = one.entropy();
            assert_eq!(kept_count, count);
            let again = SeedPhrase::from_entropy(kept_count, &entropy).unwrap();
            assert_eq!(address(&again), address(&one));
        }
    }

    #[test]
    fn mistakes_are_named() {
        assert!(matches!(
            SeedPhrase::parse("abandon"),
            Err(WalletError::WordCount)
        ));
        assert!(matches!(
            SeedPhrase::parse(&ABANDON.replace("about", "hearth")),
            Err(WalletError::UnknownWord { position: 12 })
        ));
        assert!(matches!(
            SeedPhrase::parse(&ABANDON.replace("about", "abandon")),
            Err(WalletError::Checksum)
        ));
        assert_eq!(
            format!("{:?}", SeedPhrase::parse(ABANDON).unwrap()),
            "SeedPhrase(…)"
        );
    }

    proptest! {
        #[test]
        fn any_text_parses_or_is_refused(text: String) {
            let _ = SeedPhrase::parse(&text);
        }
    }
}
