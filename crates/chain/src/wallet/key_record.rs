//! The wallet file's bytes.
//!
//! `magic 8 · version 1 · storage 1 · network tag 16 · address 32 · origin 1`, and when the secret is in the file
//! itself `memory KiB 4 · passes 4 · lanes 4 · salt 16 · nonce 24 · sealed secret 48`. Integers are little-endian.
//! All before the sealed secret is its associated data: nothing of it can be changed without the passphrase.
//! Version 1 had no origin; what it keeps is the key itself.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::{
    KeyInit as _, XChaCha20Poly1305, XNonce,
    aead::{Aead as _, Payload},
};
use hearth_types::id::WalletAddress;
use zeroize::Zeroizing;

use super::{WalletError, secret::Origin};

const MAGIC: [u8; 8] = *b"HEARTHWK";
const VERSION: u8 = 2;
/// Says nothing of where its key came from.
const FIRST_VERSION: u8 = 1;
const IN_KEYCHAIN: u8 = 0;
const IN_FILE: u8 = 1;
/// The longest file that can be one of ours.
pub(super) const MAX_BYTES: usize = PUBLIC_BYTES + KDF_BYTES + SALT_BYTES + NONCE_BYTES + SEALED_BYTES;
const PUBLIC_BYTES: usize = 8 + 1 + 1 + 16 + 32 + 1;
const KDF_BYTES: usize = 12;
const SALT_BYTES: usize = 16;
const NONCE_BYTES: usize = 24;
const SEALED_BYTES: usize = 32 + 16;

/// What a wallet file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeyRecord {
    pub(super) network_tag: [u8; 16],
    pub(super) address: WalletAddress,
    /// What the secret is; `None` in files of the first version, which keep the key itself.
    pub(super) origin: Option<Origin>,
    pub(super) location: KeyLocation,
}

/// Where the secret is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum KeyLocation {
    Keychain,
    File(Box<SealedKey>),
}

/// The encrypted secret with what is needed to open it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SealedKey {
    kdf: Kdf,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
    sealed: [u8; SEALED_BYTES],
}

/// Cost of deriving a key from the passphrase (argon2id).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kdf {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Kdf {
    /// For new files.
    const CURRENT: Self = Self {
        memory_kib: 64 * 1024,
        passes: 3,
        lanes: 1,
    };

    /// Whether a file may ask for this: neither cheap to guess nor more than any machine can bear.
    const fn in_bounds(self) -> bool {
        self.memory_kib >= 19 * 1024
            && self.memory_kib <= 256 * 1024
            && self.passes >= 2
            && self.passes <= 8
            && self.lanes >= 1
            && self.lanes <= 4
    }

    fn key(self, passphrase: &str, salt: &[u8; SALT_BYTES]) -> Result<Zeroizing<[u8; 32]>, WalletError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32))
            .map_err(|_| WalletError::Crypto)?;
        let mut key = Zeroizing::new([0; 32]);
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
            .map_err(|_| WalletError::Crypto)?;
        Ok(key)
    }
}

impl KeyRecord {
    /// A record whose secret lies in the keychain.
    pub(super) const fn in_keychain(network_tag: [u8; 16], address: WalletAddress, origin: Origin) -> Self {
        Self {
            network_tag,
            address,
            origin: Some(origin),
            location: KeyLocation::Keychain,
        }
    }

    /// A record with the secret sealed by a passphrase. Takes 64 MiB and about 0.2 s.
    pub(super) fn seal(
        network_tag: [u8; 16],
        address: WalletAddress,
        origin: Origin,
        secret: &[u8; 32],
        passphrase: &str,
    ) -> Result<Self, WalletError> {
        let (mut salt, mut nonce) = ([0; SALT_BYTES], [0; NONCE_BYTES]);
        getrandom::fill(&mut salt).map_err(WalletError::Random)?;
        getrandom::fill(&mut nonce).map_err(WalletError::Random)?;
        let key = Kdf::CURRENT.key(passphrase, &salt)?;
        let mut record = Self {
            network_tag,
            address,
            origin: Some(origin),
            location: KeyLocation::File(Box::new(SealedKey {
                kdf: Kdf::CURRENT,
                salt,
                nonce,
                sealed: [0; SEALED_BYTES],
            })),
        };
        let header = record.header();
        let sealed = XChaCha20Poly1305::new(key.as_slice().into())
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret,
                    aad: &header,
                },
            )
            .map_err(|_| WalletError::Crypto)?;
        if let KeyLocation::File(file) = &mut record.location {
            file.sealed = sealed.try_into().map_err(|_| WalletError::Crypto)?;
        }
        Ok(record)
    }

    /// The secret in this record's own sealed key.
    pub(super) fn open(&self, key: &SealedKey, passphrase: &str) -> Result<Zeroizing<[u8; 32]>, WalletError> {
        let cipher_key = key.kdf.key(passphrase, &key.salt)?;
        let opened = XChaCha20Poly1305::new(cipher_key.as_slice().into())
            .decrypt(
                &XNonce::from(key.nonce),
                Payload {
                    msg: &key.sealed,
                    aad: &self.header(),
                },
            )
            .map(Zeroizing::new)
            .map_err(|_| WalletError::WrongPassphrase)?;
        opened
            .as_slice()
            .try_into()
            .map(Zeroizing::new)
            .map_err(|_| WalletError::Crypto)
    }

    /// All but the sealed key.
    fn header(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(MAX_BYTES);
        bytes.extend(MAGIC);
        bytes.push(if self.origin.is_some() {
            VERSION
        } else {
            FIRST_VERSION
        });
        bytes.push(match self.location {
            KeyLocation::Keychain => IN_KEYCHAIN,
            KeyLocation::File(_) => IN_FILE,
        });
        bytes.extend(self.network_tag);
        bytes.extend(self.address.0);
        bytes.extend(self.origin.map(Origin::byte));
        if let KeyLocation::File(key) = &self.location {
            for cost in [key.kdf.memory_kib, key.kdf.passes, key.kdf.lanes] {
                bytes.extend(cost.to_le_bytes());
            }
            bytes.extend(key.salt);
            bytes.extend(key.nonce);
        }
        bytes
    }

    /// The file's bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.header();
        if let KeyLocation::File(key) = &self.location {
            bytes.extend(key.sealed);
        }
        bytes
    }

    /// Reads a file's bytes; the text says what does not fit.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut rest = bytes;
        if take::<8>(&mut rest)? != MAGIC {
            return Err("it does not begin like one");
        }
        let [version, storage] = take(&mut rest)?;
        let (network_tag, address) = (take(&mut rest)?, WalletAddress(take(&mut rest)?));
        let origin = match version {
            FIRST_VERSION => None,
            VERSION => {
                let [byte] = take(&mut rest)?;
                Some(Origin::from_byte(byte).ok_or("its origin is unknown")?)
            }
            _ => return Err("its version is unknown"),
        };
        let location = match storage {
            IN_KEYCHAIN => KeyLocation::Keychain,
            IN_FILE => {
                let mut cost = || take(&mut rest).map(u32::from_le_bytes);
                let kdf = Kdf {
                    memory_kib: cost()?,
                    passes: cost()?,
                    lanes: cost()?,
                };
                if !kdf.in_bounds() {
                    return Err("its passphrase parameters are out of bounds");
                }
                KeyLocation::File(Box::new(SealedKey {
                    kdf,
                    salt: take(&mut rest)?,
                    nonce: take(&mut rest)?,
                    sealed: take(&mut rest)?,
                }))
            }
            _ => return Err("its kind of storage is unknown"),
        };
        if rest.is_empty() {
            Ok(Self {
                network_tag,
                address,
                origin,
                location,
            })
        } else {
            Err("it is too long")
        }
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], &'static str> {
    let (part, after) = rest.split_first_chunk::<N>().ok_or("it is too short")?;
    *rest = after;
    Ok(*part)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TAG: [u8; 16] = *b"practice\0\0\0\0\0\0\0\0";

    fn sealed() -> KeyRecord {
        KeyRecord {
            network_tag: TAG,
            address: WalletAddress([3; 32]),
            origin: Some(Origin::TwelveWords),
            location: KeyLocation::File(Box::new(SealedKey {
                kdf: Kdf::CURRENT,
                salt: [4; SALT_BYTES],
                nonce: [5; NONCE_BYTES],
                sealed: [6; SEALED_BYTES],
            })),
        }
    }

    #[test]
    fn a_sealed_key_opens_with_its_passphrase_only() {
        let record = KeyRecord::seal(
            TAG,
            WalletAddress([3; 32]),
            Origin::Key,
            &[9; 32],
            "correct horse",
        )
        .unwrap();
        let record = KeyRecord::parse(&record.to_bytes()).unwrap();
        let KeyLocation::File(key) = &record.location else {
            panic!("not in the file")
        };
        assert_eq!(record.open(key, "correct horse").unwrap().as_slice(), [9; 32]);
        assert!(matches!(
            record.open(key, "wrong horse"),
            Err(WalletError::WrongPassphrase)
        ));

        let elsewhere = KeyRecord {
            network_tag: *b"mainnet\0\0\0\0\0\0\0\0\0",
            ..record.clone()
        };
        assert!(matches!(
            elsewhere.open(key, "correct horse"),
            Err(WalletError::WrongPassphrase)
        ));
        let renamed = KeyRecord {
            address: WalletAddress([8; 32]),
            ..record.clone()
        };
        assert!(matches!(
            renamed.open(key, "correct horse"),
            Err(WalletError::WrongPassphrase)
        ));
        let other_origin = KeyRecord {
            origin: Some(Origin::TwelveWords),
            ..record.clone()
        };
        assert!(matches!(
            other_origin.open(key, "correct horse"),
            Err(WalletError::WrongPassphrase)
        ));
    }

    #[test]
    fn a_file_of_the_first_version_keeps_its_bytes() {
        let first = KeyRecord {
            origin: None,
            ..sealed()
        };
        let bytes = first.to_bytes();
        assert_eq!((bytes[8], bytes.len()), (1, MAX_BYTES - 1));
        assert_eq!(KeyRecord::parse(&bytes), Ok(first));
    }

    #[test]
    fn a_file_cannot_ask_for_more_than_a_machine_has() {
        for kdf in [
            Kdf {
                memory_kib: u32::MAX,
                ..Kdf::CURRENT
            },
            Kdf {
                memory_kib: 8,
                ..Kdf::CURRENT
            },
            Kdf {
                passes: u32::MAX,
                ..Kdf::CURRENT
            },
            Kdf {
                passes: 0,
                ..Kdf::CURRENT
            },
            Kdf {
                lanes: u32::MAX,
                ..Kdf::CURRENT
            },
        ] {
            let mut record = sealed();
            if let KeyLocation::File(key) = &mut record.location {
                key.kdf = kdf;
            }
            assert!(KeyRecord::parse(&record.to_bytes()).is_err(), "{kdf:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_parse_or_are_refused(bytes: Vec<u8>) {
            let _ = KeyRecord::parse(&bytes);
        }

        #[test]
        fn what_parses_is_written_back_the_same(at in 0..MAX_BYTES, value: u8, length in 0..=MAX_BYTES) {
            let mut bytes = sealed().to_bytes();
            bytes[at] = value;
            bytes.truncate(length);
            match KeyRecord::parse(&bytes) {
                Ok(record) => prop_assert_eq!(record.to_bytes(), bytes),
                Err(reason) => prop_assert!(!reason.is_empty()),
            }
        }

        #[test]
        fn a_cut_file_is_refused(length in 0..MAX_BYTES) {
            prop_assert!(KeyRecord::parse(&sealed().to_bytes()[..length]).is_err());
        }
    }

    #[test]
    fn a_keychain_record_survives() {
        let record = KeyRecord::in_keychain(TAG, WalletAddress([7; 32]), Origin::TwentyFourWords);
        assert_eq!(KeyRecord::parse(&record.to_bytes()), Ok(record));
    }
}
