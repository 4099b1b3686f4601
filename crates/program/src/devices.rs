//! The devices of a lease: an instruction's last accounts, in the order of the quote.

use hearth_program_interface::Bytes32;
use hearth_program_interface::account::{DeviceStatus, Lease, NO_LEASE};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::message::{MAX_LEASE_DEVICES, Quote};
use pinocchio::{AccountView, Address, ProgramResult};

use crate::refusal::ensure;
use crate::runtime::sha256;
use crate::{loaders, store};

/// The accounts are those that were hashed, in number and order.
#[inline(never)]
fn expected(devices: &[AccountView], count: u8, hash: &Bytes32) -> ProgramResult {
    let count = usize::from(count);
    ensure(
        (1..=MAX_LEASE_DEVICES).contains(&count) && devices.len() == count,
        E::WrongDevices,
    )?;
    let mut addresses: [&[u8]; MAX_LEASE_DEVICES] = [&[]; MAX_LEASE_DEVICES];
    for (address, device) in addresses.iter_mut().zip(devices) {
        *address = device.address().as_array();
    }
    ensure(sha256(&addresses[..count]) == *hash, E::WrongDevices)
}

/// A quote that is about to hold.
pub(crate) struct Hire<'a> {
    pub(crate) quote: &'a Quote,
    pub(crate) id: &'a Address,
    /// Now.
    pub(crate) at: u64,
}

/// Checks that each may be hired under the quote, and marks it hired.
#[inline(never)]
pub(crate) fn hire(devices: &mut [AccountView], hire: &Hire) -> ProgramResult {
    let quote = hire.quote;
    expected(devices, quote.device_count, &quote.devices_hash)?;
    for account in devices {
        let mut device = loaders::device(account, hire.id)?;
        // The one passed before is marked already; the account can have the id from nowhere else.
        ensure(device.lease != quote.lease, E::DuplicateDevice)?;
        ensure(device.lease == NO_LEASE, E::DeviceHired)?;
        ensure(device.owner == quote.provider, E::WrongProvider)?;
        ensure(device.node == quote.node, E::WrongNode)?;
        ensure(device.status == DeviceStatus::Active, E::DeviceNotActive)?;
        ensure(device.is_staked(hire.at), E::DeviceNotStaked)?;
        device.lease = quote.lease;
        store::device(account, &device)?;
    }
    Ok(())
}

/// A lease that is about to become longer.
pub(crate) struct Keep<'a> {
    pub(crate) lease: &'a Lease,
    pub(crate) id: &'a Address,
    /// Now.
    pub(crate) at: u64,
}

/// Checks that each is still held by the lease, staked and active.
#[inline(never)]
pub(crate) fn keep(devices: &[AccountView], keep: &Keep) -> ProgramResult {
    expected(devices, keep.lease.device_count, &keep.lease.devices_hash)?;
    for account in devices {
        let device = loaders::device(account, keep.id)?;
        ensure(device.lease == keep.lease.id, E::WrongLease)?;
        ensure(device.status == DeviceStatus::Active, E::DeviceNotActive)?;
        ensure(device.is_staked(keep.at), E::DeviceNotStaked)?;
    }
    Ok(())
}

/// Frees the devices of a lease.
#[inline(never)]
pub(crate) fn free(devices: &mut [AccountView], lease: &Lease, id: &Address) -> ProgramResult {
    expected(devices, lease.device_count, &lease.devices_hash)?;
    for account in devices {
        let mut device = loaders::device(account, id)?;
        ensure(device.lease == lease.id, E::WrongLease)?;
        device.lease = NO_LEASE;
        store::device(account, &device)?;
    }
    Ok(())
}
