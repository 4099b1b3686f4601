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
/// First seed of the token account that collects the network's margin in USDC.
pub const USDC_FEE_VAULT: &[u8] = b"usdc_fee_vault";
/// First seed of the token account that rewards are paid from.
pub const REWARD_VAULT: &[u8] = b"reward_vault";
/// First seed of the token account that holds slashed stake.
pub const SLASH_VAULT: &[u8] = b"slash_vault";
/// First seed of the token account that holds the IO of market makers.
pub const MARKET_VAULT: &[u8] = b"market_vault";
/// First seed of the account of reward roots.
pub const REWARDS: &[u8] = b"rewards";
/// First seed of the emission schedule.
pub const SCHEDULE: &[u8] = b"schedule";
/// First seed of what a wallet has claimed.
pub const CLAIMED: &[u8] = b"claimed";
/// First seed of an owner's count of co-stake offers.
pub const OFFERS: &[u8] = b"offers";
/// First seed of a slash.
pub const SLASH: &[u8] = b"slash";
/// First seed of a market maker's account.
pub const MAKER: &[u8] = b"maker";
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

/// The fee vault for USDC; its token owner is the network account, as of all vaults.
#[must_use]
pub const fn usdc_fee_vault() -> [&'static [u8]; 1] {
    [USDC_FEE_VAULT]
}

/// The reward vault.
#[must_use]
pub const fn reward_vault() -> [&'static [u8]; 1] {
    [REWARD_VAULT]
}

/// The slash vault.
#[must_use]
pub const fn slash_vault() -> [&'static [u8]; 1] {
    [SLASH_VAULT]
}

/// The market vault.
#[must_use]
pub const fn market_vault() -> [&'static [u8]; 1] {
    [MARKET_VAULT]
}

/// The account of reward roots.
#[must_use]
pub const fn rewards() -> [&'static [u8]; 1] {
    [REWARDS]
}

/// The emission schedule.
#[must_use]
pub const fn schedule() -> [&'static [u8]; 1] {
    [SCHEDULE]
}

/// What one wallet has claimed.
#[must_use]
pub const fn claimed(wallet: &Bytes32) -> [&[u8]; 2] {
    [CLAIMED, wallet]
}

/// How many co-stake offers one owner has.
#[must_use]
pub const fn offers(owner: &Bytes32) -> [&[u8]; 2] {
    [OFFERS, owner]
}

/// A slash of one device (its account's address) on one piece of evidence (its hash).
#[must_use]
pub const fn slash<'a>(device: &'a Bytes32, evidence: &'a Bytes32) -> [&'a [u8]; 3] {
    [SLASH, device, evidence]
}

/// The account of one market maker.
#[must_use]
pub const fn maker(wallet: &Bytes32) -> [&[u8]; 2] {
    [MAKER, wallet]
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
