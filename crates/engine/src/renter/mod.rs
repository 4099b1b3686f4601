//! Renting: browse, quote, deploy, collect, stop.

mod collect;
mod deploy;
mod market;
mod session;
mod sessions;
mod view;

pub(crate) use deploy::{abandoned, opened};
pub(crate) use sessions::SessionHandle;

use ed25519_dalek::SigningKey;
use hearth_protocol::statement::SignedVoucher;
use hearth_store::leases::{LeaseRow, Voucher};
use hearth_types::{id::Signature, ipc::IpcError};

use crate::engine::internal;

/// The key that signs a lease's vouchers. It lies in the database, which only its owner can read: it must survive
/// a restart without the wallet, and it can spend no more than its lease's escrow.
pub(crate) fn session_key(row: &LeaseRow) -> Result<SigningKey, IpcError> {
    let secret = row
        .session_secret
        .as_ref()
        .ok_or_else(|| internal("a lease without its session key"))?;
    let secret: [u8; 32] = secret.0.as_slice().try_into().map_err(internal)?;
    Ok(SigningKey::from_bytes(&secret))
}

/// A stored voucher as it travels.
pub(crate) fn signed_voucher(voucher: Voucher) -> SignedVoucher {
    SignedVoucher {
        amount: voucher.amount.0,
        seconds: voucher.seconds,
        signature: Signature(voucher.signature),
    }
}
