//! Ids. Each is 32 (a signature 64) bytes and is written in base58, as Solana writes addresses.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// Why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseIdError {
    /// A character outside base58.
    #[error("not base58")]
    NotBase58,
    /// Decodes to another length.
    #[error("expected {expected} bytes, found {found}")]
    WrongLength {
        /// The id's length.
        expected: usize,
        /// What the text decoded to.
        found: usize,
    },
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $len:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(pub [u8; $len]);

        impl $name {
            /// The bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; $len] {
                &self.0
            }

            /// First and last four characters, for people: `7xKX…gAsU`.
            #[must_use]
            pub fn short(&self) -> String {
                let text = self.to_string();
                let (head, tail) = (text.get(..4), text.get(text.len().saturating_sub(4)..));
                format!("{}…{}", head.unwrap_or_default(), tail.unwrap_or_default())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&bs58::encode(&self.0).into_string())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({})", stringify!($name), self.short())
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                // Base58 needs at most 1.37 characters a byte; refuse before decoding what cannot fit.
                if text.len() > $len * 2 {
                    return Err(ParseIdError::WrongLength { expected: $len, found: text.len() });
                }
                let bytes = bs58::decode(text).into_vec().map_err(|_| ParseIdError::NotBase58)?;
                let found = bytes.len();
                let bytes =
                    bytes.try_into().map_err(|_| ParseIdError::WrongLength { expected: $len, found })?;
                Ok(Self(bytes))
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseIdError;

            fn try_from(text: String) -> Result<Self, ParseIdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    };
}

id!(
    /// A SHA-256 hash: of evidence, of a report, of a node in a tree of rewards.
    Digest, 32
);
id!(
    /// A Solana wallet: owns tokens, stakes, pays and is paid.
    WalletAddress, 32
);
id!(
    /// A node's ed25519 identity key; also its mesh endpoint id.
    NodeId, 32
);
id!(
    /// One GPU: SHA-256 over node id and the hardware's stable identity.
    DeviceId, 32
);
id!(
    /// A lease, as the on-chain account names it. Random, chosen by the node that quotes.
    LeaseId, 32
);
id!(
    /// A renter's key for one lease; signs vouchers.
    SessionKey, 32
);
id!(
    /// Any other on-chain account: program, mint, vault.
    Address, 32
);
id!(
    /// An ed25519 signature over one of our messages.
    Signature, 64
);
id!(
    /// A transaction's signature, which is also its id.
    TxSignature, 64
);

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn text_and_bytes_are_the_same_id(bytes: [u8; 32]) {
            let id = WalletAddress(bytes);
            prop_assert_eq!(id.to_string().parse::<WalletAddress>(), Ok(id));
        }

        #[test]
        fn any_text_parses_or_is_refused(text: String) {
            let _ = text.parse::<TxSignature>();
        }
    }

    #[test]
    fn a_longer_key_is_refused() {
        let text = TxSignature([7; 64]).to_string();
        assert!(matches!(
            text.parse::<WalletAddress>(),
            Err(ParseIdError::WrongLength { .. })
        ));
    }
}
