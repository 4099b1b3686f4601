//! ed25519 over the statements that money follows: quotes, vouchers, closes, extensions, registrations, greetings.
//!
//! Quotes, vouchers, closes and extensions use the byte layouts of `program-interface`, because the on-chain program checks
//! the same signatures.

use ed25519_dalek::{Signer as _, SigningKey, VerifyingKey};
use hearth_program_interface::message;
use hearth_types::{
    id::{Address, LeaseId, NodeId, Signature, WalletAddress},
    market::Quote,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The network and program a statement is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// Network tag.
    pub network_tag: [u8; 16],
    /// The on-chain program.
    pub program: Address,
}

/// A quote with the node's signature.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedQuote {
    /// What the node consents to.
    pub quote: Quote,
    /// By the node key.
    pub signature: Signature,
}

/// A voucher with the renter's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedVoucher {
    /// Paid since the lease opened, base units.
    pub amount: u64,
    /// Paid for since the lease opened, seconds.
    pub seconds: u64,
    /// By the session key.
    pub signature: Signature,
}

/// A close with the node's signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedClose {
    /// Asked for in all, base units.
    pub amount: u64,
    /// Used in all, seconds.
    pub seconds: u64,
    /// By the node key.
    pub signature: Signature,
}

/// A node's consent to a longer lease at the same rate, with its signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedExtension {
    /// The longest the lease may be paid for in all, seconds.
    pub max_seconds: u64,
    /// The chain's second after which it is of no use.
    pub expires_at: u64,
    /// By the node key.
    pub signature: Signature,
}

/// Whether `key` signed `message`.
#[must_use]
pub fn is_signed_by(key: &[u8; 32], message: &[u8], signature: &Signature) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature.as_bytes());
    VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(message, &signature).is_ok())
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature(key.sign(message).to_bytes())
}

/// SHA-256 over the addresses of the device accounts, in order; stands for them in a quote.
#[must_use]
pub fn devices_hash(device_accounts: &[Address]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for account in device_accounts {
        hash.update(account.as_bytes());
    }
    hash.finalize().into()
}

impl Scope {
    /// The bytes of a quote, as signed. `device_accounts`: the on-chain addresses of `quote.devices`, in order.
    #[must_use]
    pub fn quote_bytes(&self, quote: &Quote, device_accounts: &[Address]) -> [u8; message::Quote::LEN] {
        message::Quote {
            network_tag: self.network_tag,
            program: self.program.0,
            lease: quote.lease.0,
            node: quote.node.0,
            provider: quote.provider.0,
            renter: quote.renter.0,
            session: quote.session.0,
            devices_hash: devices_hash(device_accounts),
            // A quote with more than 255 devices cannot be opened anyway: the hash covers them all.
            device_count: u8::try_from(device_accounts.len()).unwrap_or(u8::MAX),
            currency: 0,
            rate_per_second: quote.rate.0,
            max_seconds: quote.max_seconds,
            expires_at: quote.expires_at.seconds(),
        }
        .to_bytes()
    }

    /// Signs a quote with the node key.
    #[must_use]
    pub fn sign_quote(&self, key: &SigningKey, quote: Quote, device_accounts: &[Address]) -> SignedQuote {
        let signature = sign(key, &self.quote_bytes(&quote, device_accounts));
        SignedQuote { quote, signature }
    }

    /// Whether the quote's node signed it.
    #[must_use]
    pub fn quote_is_genuine(&self, quote: &SignedQuote, device_accounts: &[Address]) -> bool {
        let bytes = self.quote_bytes(&quote.quote, device_accounts);
        is_signed_by(quote.quote.node.as_bytes(), &bytes, &quote.signature)
    }

    /// The bytes of a voucher, as signed.
    #[must_use]
    pub fn voucher_bytes(&self, lease: LeaseId, amount: u64, seconds: u64) -> [u8; message::Voucher::LEN] {
        message::Voucher {
            network_tag: self.network_tag,
            program: self.program.0,
            lease: lease.0,
            amount,
            seconds,
        }
        .to_bytes()
    }

    /// Signs a voucher with the session key.
    #[must_use]
    pub fn sign_voucher(&self, key: &SigningKey, lease: LeaseId, amount: u64, seconds: u64) -> SignedVoucher {
        let signature = sign(key, &self.voucher_bytes(lease, amount, seconds));
        SignedVoucher {
            amount,
            seconds,
            signature,
        }
    }

    /// Whether `session` signed the voucher.
    #[must_use]
    pub fn voucher_is_genuine(&self, session: &[u8; 32], lease: LeaseId, voucher: &SignedVoucher) -> bool {
        let bytes = self.voucher_bytes(lease, voucher.amount, voucher.seconds);
        is_signed_by(session, &bytes, &voucher.signature)
    }

    /// The bytes of a close, as signed.
    #[must_use]
    pub fn close_bytes(&self, lease: LeaseId, amount: u64, seconds: u64) -> [u8; message::Close::LEN] {
        message::Close {
            network_tag: self.network_tag,
            program: self.program.0,
            lease: lease.0,
            amount,
            seconds,
        }
        .to_bytes()
    }

    /// Signs a close with the node key.
    #[must_use]
    pub fn sign_close(&self, key: &SigningKey, lease: LeaseId, amount: u64, seconds: u64) -> SignedClose {
        let signature = sign(key, &self.close_bytes(lease, amount, seconds));
        SignedClose {
            amount,
            seconds,
            signature,
        }
    }

    /// Whether `node` signed the close.
    #[must_use]
    pub fn close_is_genuine(&self, node: NodeId, lease: LeaseId, close: &SignedClose) -> bool {
        let bytes = self.close_bytes(lease, close.amount, close.seconds);
        is_signed_by(node.as_bytes(), &bytes, &close.signature)
    }

    /// The bytes of an extension, as signed; its signature is left out.
    #[must_use]
    pub fn extension_bytes(
        &self,
        lease: LeaseId,
        extension: &SignedExtension,
    ) -> [u8; message::Extension::LEN] {
        message::Extension {
            network_tag: self.network_tag,
            program: self.program.0,
            lease: lease.0,
            max_seconds: extension.max_seconds,
            expires_at: extension.expires_at,
        }
        .to_bytes()
    }

    /// Signs an extension with the node key: up to `max_seconds` in all, of use until the chain's second `expires_at`.
    #[must_use]
    pub fn sign_extension(
        &self,
        key: &SigningKey,
        lease: LeaseId,
        max_seconds: u64,
        expires_at: u64,
    ) -> SignedExtension {
        let unsigned = SignedExtension {
            max_seconds,
            expires_at,
            signature: Signature([0; 64]),
        };
        let signature = sign(key, &self.extension_bytes(lease, &unsigned));
        SignedExtension {
            signature,
            ..unsigned
        }
    }

    /// Whether `node` signed the extension.
    #[must_use]
    pub fn extension_is_genuine(&self, node: NodeId, lease: LeaseId, extension: &SignedExtension) -> bool {
        let bytes = self.extension_bytes(lease, extension);
        is_signed_by(node.as_bytes(), &bytes, &extension.signature)
    }

    /// What a wallet signs to let a node act as its provider.
    #[must_use]
    pub fn registration_bytes(&self, node: NodeId, wallet: WalletAddress) -> Vec<u8> {
        let domain: &[u8] = b"hearth-register1";
        [
            domain,
            &self.network_tag,
            self.program.as_bytes(),
            node.as_bytes(),
            wallet.as_bytes(),
        ]
        .concat()
    }

    /// What a session key signs to prove, on one mesh connection, that it is the lease's renter.
    #[must_use]
    pub fn hello_bytes(&self, lease: LeaseId, node: NodeId, renter_endpoint: &[u8; 32]) -> Vec<u8> {
        let domain: &[u8] = b"hearth-hello-v1\0";
        [
            domain,
            &self.network_tag,
            self.program.as_bytes(),
            lease.as_bytes(),
            node.as_bytes(),
            renter_endpoint,
        ]
        .concat()
    }

    /// Signs a greeting with the session key.
    #[must_use]
    pub fn sign_hello(
        &self,
        key: &SigningKey,
        lease: LeaseId,
        node: NodeId,
        renter_endpoint: &[u8; 32],
    ) -> Signature {
        sign(key, &self.hello_bytes(lease, node, renter_endpoint))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(tag: u8) -> Scope {
        Scope {
            network_tag: [tag; 16],
            program: Address([9; 32]),
        }
    }

    #[test]
    fn a_voucher_is_good_for_its_lease_network_and_amount_only() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let session = key.verifying_key().to_bytes();
        let voucher = scope(1).sign_voucher(&key, LeaseId([2; 32]), 100, 10);
        assert!(scope(1).voucher_is_genuine(&session, LeaseId([2; 32]), &voucher));
        assert!(!scope(2).voucher_is_genuine(&session, LeaseId([2; 32]), &voucher));
        assert!(!scope(1).voucher_is_genuine(&session, LeaseId([3; 32]), &voucher));
        let more = SignedVoucher {
            amount: 101,
            ..voucher
        };
        assert!(!scope(1).voucher_is_genuine(&session, LeaseId([2; 32]), &more));
        assert!(!scope(1).voucher_is_genuine(&[5; 32], LeaseId([2; 32]), &voucher));
    }

    #[test]
    fn an_extension_is_good_for_its_lease_time_and_end_only() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let node = NodeId(key.verifying_key().to_bytes());
        let (lease, good) = (
            LeaseId([2; 32]),
            scope(1).sign_extension(&key, LeaseId([2; 32]), 600, 9),
        );
        assert!(scope(1).extension_is_genuine(node, lease, &good));
        assert!(!scope(2).extension_is_genuine(node, lease, &good));
        assert!(!scope(1).extension_is_genuine(node, LeaseId([3; 32]), &good));
        for other in [
            SignedExtension {
                max_seconds: 601,
                ..good
            },
            SignedExtension {
                expires_at: 10,
                ..good
            },
        ] {
            assert!(!scope(1).extension_is_genuine(node, lease, &other));
        }
    }

    #[test]
    fn a_voucher_cannot_pass_for_a_close() {
        let key = SigningKey::from_bytes(&[1; 32]);
        let node = NodeId(key.verifying_key().to_bytes());
        let voucher = scope(1).sign_voucher(&key, LeaseId([2; 32]), 100, 10);
        let close = SignedClose {
            amount: 100,
            seconds: 10,
            signature: voucher.signature,
        };
        assert!(!scope(1).close_is_genuine(node, LeaseId([2; 32]), &close));
    }
}
