//! Writing accounts of ours back. Each function has its own stack frame, so that the bytes do not lie beside
//! everything else an instruction holds.

use hearth_program_interface::account::{Device, Lease, Network, Rewards, Root, Slash};
use hearth_program_interface::error::ProgramError as E;
use pinocchio::{AccountView, ProgramResult};

use crate::refusal::or;

/// The whole account; its length never changes.
#[inline(never)]
pub(crate) fn bytes(account: &mut AccountView, bytes: &[u8]) -> ProgramResult {
    part(account, 0, bytes)
}

/// A part of the account.
#[inline(never)]
fn part(account: &mut AccountView, at: usize, bytes: &[u8]) -> ProgramResult {
    let mut data = account.try_borrow_mut()?;
    let end = at.saturating_add(bytes.len());
    or(data.get_mut(at..end), E::WrongAccountType)?.copy_from_slice(bytes);
    Ok(())
}

#[inline(never)]
pub(crate) fn network(account: &mut AccountView, network: &Network) -> ProgramResult {
    bytes(account, &network.to_bytes())
}

#[inline(never)]
pub(crate) fn device(account: &mut AccountView, device: &Device) -> ProgramResult {
    bytes(account, &device.to_bytes())
}

#[inline(never)]
pub(crate) fn lease(account: &mut AccountView, lease: &Lease) -> ProgramResult {
    bytes(account, &lease.to_bytes())
}

#[inline(never)]
pub(crate) fn slash(account: &mut AccountView, slash: &Slash) -> ProgramResult {
    bytes(account, &slash.to_bytes())
}

/// The totals at the front of the account.
#[inline(never)]
pub(crate) fn rewards(account: &mut AccountView, rewards: &Rewards) -> ProgramResult {
    bytes(account, &rewards.to_bytes())
}

/// The place of one root.
#[inline(never)]
pub(crate) fn root(account: &mut AccountView, number: u64, root: &Root) -> ProgramResult {
    part(account, Rewards::place(number), &root.to_bytes())
}

/// Empties the place of one root.
#[inline(never)]
pub(crate) fn no_root(account: &mut AccountView, number: u64) -> ProgramResult {
    part(account, Rewards::place(number), &[0; Root::LEN])
}
