//! Seeds of the program's addresses. Each helper gives the seeds without the bump, to be handed to
//! `find_program_address` together with the program's address.
//!
//! Only canonical bumps (those that `find_program_address` finds) are accepted when an account is made, and the
//! bump is then kept in the account. A free choice of bump would give one lease id several addresses, so that a
//! quote could be used several times. The search costs the program 1,500 compute units a try, two tries on
//! average: see [`crate::compute_units`].

use crate::Bytes32;

/// First seed of the network account.
pub const NETWORK: &[u8] = b"network";
/// First seed of the token account that holds all stake.
pub const STAKE_VAULT: &[u8] = b"stake_vault";
/// First seed of the token account that collects the network's margin in IO.
pub const FEE_VAULT: &[u8] = b"fee_vault";
/// First seed of a device account.
pub const DEVICE: &[u8] = b"device";
/// First seed of a lease account.
pub const LEASE: &[u8] = b"lease";
/// First seed of a lease's escrow token account.
pub const ESCROW: &[u8] = b"escrow";

/// The network account.
#[must_use]
pub const fn network() -> [&'static [u8]; 1] {
    [NETWORK]
}

/// The stake vault; its token owner is the network account.
#[must_use]
pub const fn stake_vault() -> [&'static [u8]; 1] {
    [STAKE_VAULT]
}

/// The fee vault; its token owner is the network account.
#[must_use]
pub const fn fee_vault() -> [&'static [u8]; 1] {
    [FEE_VAULT]
}

/// The account of one wallet's device.
#[must_use]
pub const fn device<'a>(owner: &'a Bytes32, device_id: &'a Bytes32) -> [&'a [u8]; 3] {
    [DEVICE, owner, device_id]
}

/// The account of a lease, by the id in its quote.
#[must_use]
pub const fn lease(lease_id: &Bytes32) -> [&[u8]; 2] {
    [LEASE, lease_id]
}

/// The escrow of a lease; its token owner is the lease account.
#[must_use]
pub const fn escrow(lease_id: &Bytes32) -> [&[u8]; 2] {
    [ESCROW, lease_id]
}
