//! Signed HTTP requests with replay protection.
//!
//! The signature covers network, method, path, counter and body. The counter grows with every request of a key;
//! the coordinator refuses one it has seen or passed and says which it expects, so a wrong clock harms nobody.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use hearth_types::id::Signature;
use sha2::{Digest as _, Sha256};

/// Header with the signer's key, base58.
pub const KEY_HEADER: &str = "hearth-key";
/// Header with the counter, decimal.
pub const COUNTER_HEADER: &str = "hearth-counter";
/// Header with the signature, base58.
pub const SIGNATURE_HEADER: &str = "hearth-signature";
/// The largest body of a request, bytes.
pub const MAX_BODY: usize = 256 * 1024;

const DOMAIN: &[u8] = b"hearth-request-v1";

/// What a signature covers.
#[derive(Clone, Copy, Debug)]
pub struct RequestParts<'a> {
    /// The network.
    pub network_tag: &'a [u8; 16],
    /// `POST`, `GET`.
    pub method: &'a str,
    /// Path with query, as sent.
    pub path: &'a str,
    /// Larger than any before it by this key.
    pub counter: u64,
    /// The body's bytes.
    pub body: &'a [u8],
}

impl RequestParts<'_> {
    fn digest(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(DOMAIN);
        hash.update(self.network_tag);
        for text in [self.method, self.path] {
            // A length first, so that method and path cannot trade characters.
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        }
        hash.update(self.counter.to_le_bytes());
        hash.update(Sha256::digest(self.body));
        hash.finalize().into()
    }

    /// Signs the request.
    #[must_use]
    pub fn sign(&self, key: &SigningKey) -> Signature {
        Signature(key.sign(&self.digest()).to_bytes())
    }

    /// Whether `key` signed this request.
    #[must_use]
    pub fn is_signed_by(&self, key: &[u8; 32], signature: &Signature) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
        VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(&self.digest(), &signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_covered() {
        let key = SigningKey::from_bytes(&[7; 32]);
        let parts = RequestParts {
            network_tag: &[1; 16],
            method: "POST",
            path: "/v1/nodes",
            counter: 9,
            body: b"{}",
        };
        let signature = parts.sign(&key);
        let public = key.verifying_key().to_bytes();
        assert!(parts.is_signed_by(&public, &signature));
        let tampered = [
            RequestParts {
                network_tag: &[2; 16],
                ..parts
            },
            RequestParts {
                method: "POS",
                path: "T/v1/nodes",
                ..parts
            },
            RequestParts {
                path: "/v1/node",
                ..parts
            },
            RequestParts { counter: 10, ..parts },
            RequestParts {
                body: b"{ }",
                ..parts
            },
        ];
        for parts in tampered {
            assert!(!parts.is_signed_by(&public, &signature), "{parts:?}");
        }
        assert!(!parts.is_signed_by(&[3; 32], &signature));
    }
}
