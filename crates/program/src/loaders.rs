//! Checks of accounts: nothing is used before it passed here. Our own accounts are known by owner, type byte,
//! length and by the address that their content and kept bump give.

use hearth_program_interface::account::{
    Claimed, Device, Lease, Maker, Network, Offers, Rewards, Schedule, Slash,
};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::TOKEN_PROGRAM;
use hearth_program_interface::{Bytes32, seeds};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::refusal::{ensure, or, refuse};
use crate::runtime::sha256;

/// What the runtime hashes after seeds and program to make an address.
const ADDRESS_MARKER: &[u8] = b"ProgramDerivedAddress";
/// Length of a token account.
pub(crate) const TOKEN_ACCOUNT_LEN: usize = 165;
/// Length of a mint.
const MINT_LEN: usize = 82;

/// The account signed.
pub(crate) fn signer(account: &AccountView) -> ProgramResult {
    ensure(account.is_signer(), E::MissingSignature)
}

/// The holder of a role or position signed.
pub(crate) fn signed_by(account: &AccountView, key: &Bytes32, reason: E) -> ProgramResult {
    signer(account)?;
    ensure(account.address().as_array() == key, reason)
}

/// The account may be changed.
pub(crate) fn writable(account: &AccountView) -> ProgramResult {
    ensure(account.is_writable(), E::NotWritable)
}

/// The account is the one at this address.
pub(crate) fn at(account: &AccountView, address: &Bytes32) -> ProgramResult {
    ensure(account.address().as_array() == address, E::WrongAddress)
}

/// The account is this program or sysvar.
pub(crate) fn program(account: &AccountView, address: &Bytes32) -> ProgramResult {
    ensure(account.address().as_array() == address, E::WrongProgramAccount)
}

/// The account's address comes from these seeds, bump included. The bump was canonical when the account was
/// made, so comparing the hash is enough.
fn derived(account: &AccountView, id: &Address, seeds: &[&[u8]]) -> ProgramResult {
    const MOST: usize = 6;
    let mut parts: [&[u8]; MOST] = [&[]; MOST];
    let count = seeds.len();
    parts[..count].copy_from_slice(seeds);
    parts[count] = id.as_array();
    parts[count + 1] = ADDRESS_MARKER;
    at(account, &sha256(&parts[..count + 2]))
}

/// The account belongs to us; a free address is no account of ours.
fn ours(account: &AccountView, id: &Address) -> ProgramResult {
    ensure(account.owned_by(id), E::WrongOwner)
}

/// The network.
#[inline(never)]
pub(crate) fn network(account: &AccountView, id: &Address) -> Result<Network, ProgramError> {
    ours(account, id)?;
    let network = or(Network::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::NETWORK, &[network.bump]])?;
    Ok(network)
}

/// The network, about to change.
#[inline(never)]
pub(crate) fn network_to_change(account: &AccountView, id: &Address) -> Result<Network, ProgramError> {
    writable(account)?;
    network(account, id)
}

/// A device that is about to change.
#[inline(never)]
pub(crate) fn device(account: &AccountView, id: &Address) -> Result<Device, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let device = or(Device::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    derived(
        account,
        id,
        &[seeds::DEVICE, &device.owner, &device.device_id, &[device.bump]],
    )?;
    Ok(device)
}

/// A lease that is about to change.
#[inline(never)]
pub(crate) fn lease(account: &AccountView, id: &Address) -> Result<Lease, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let lease = or(Lease::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::LEASE, &lease.id, &[lease.bump]])?;
    Ok(lease)
}

/// A slash of this device, about to change.
#[inline(never)]
pub(crate) fn slash(account: &AccountView, device: &Bytes32, id: &Address) -> Result<Slash, ProgramError> {
    let slash = any_slash(account, id)?;
    ensure(slash.device == *device, E::WrongSlash)?;
    Ok(slash)
}

/// A slash that is about to change.
#[inline(never)]
pub(crate) fn any_slash(account: &AccountView, id: &Address) -> Result<Slash, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let slash = or(Slash::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    let bump = [slash.bump];
    derived(
        account,
        id,
        &[seeds::SLASH, &slash.device, &slash.evidence, &bump],
    )?;
    Ok(slash)
}

/// An owner's count of offers, about to change.
#[inline(never)]
pub(crate) fn offers(account: &AccountView, owner: &Bytes32, id: &Address) -> Result<Offers, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let offers = or(Offers::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::OFFERS, owner, &[offers.bump]])?;
    ensure(offers.owner == *owner, E::WrongAddress)?;
    Ok(offers)
}

/// A market maker's account, about to change.
#[inline(never)]
pub(crate) fn maker(account: &AccountView, id: &Address) -> Result<Maker, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let maker = or(Maker::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::MAKER, &maker.wallet, &[maker.bump]])?;
    Ok(maker)
}

/// The totals of rewards, about to change.
#[inline(never)]
pub(crate) fn rewards(account: &AccountView, id: &Address) -> Result<Rewards, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let rewards = or(Rewards::of_account(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::REWARDS, &[rewards.bump]])?;
    Ok(rewards)
}

/// The emission schedule.
#[inline(never)]
pub(crate) fn schedule(account: &AccountView, id: &Address) -> Result<Schedule, ProgramError> {
    ours(account, id)?;
    let schedule = or(Schedule::of_account(&account.try_borrow()?), E::WrongAccountType)?;
    derived(account, id, &[seeds::SCHEDULE, &[schedule.bump]])?;
    Ok(schedule)
}

/// What a wallet has claimed, about to change.
#[inline(never)]
pub(crate) fn claimed(
    account: &AccountView,
    wallet: &Bytes32,
    id: &Address,
) -> Result<Claimed, ProgramError> {
    writable(account)?;
    ours(account, id)?;
    let claimed = or(Claimed::from_bytes(&account.try_borrow()?), E::WrongAccountType)?;
    ensure(claimed.wallet == *wallet, E::NotClaimant)?;
    derived(account, id, &[seeds::CLAIMED, wallet, &[claimed.bump]])?;
    Ok(claimed)
}

/// The escrow of a lease, about to change.
#[inline(never)]
pub(crate) fn escrow(account: &AccountView, lease: &Lease, id: &Address) -> ProgramResult {
    writable(account)?;
    derived(account, id, &[seeds::ESCROW, &lease.id, &[lease.escrow_bump]])
}

/// A vault or a rent payer, at a recorded address and about to change.
pub(crate) fn recorded(account: &AccountView, address: &Bytes32) -> ProgramResult {
    writable(account)?;
    at(account, address)
}

/// Whose token account it must be, in which mint.
pub(crate) struct Holder<'a> {
    pub(crate) owner: &'a Bytes32,
    pub(crate) mint: &'a Bytes32,
}

/// A wallet's token account, about to change; gives what it holds.
#[inline(never)]
pub(crate) fn token(account: &AccountView, holder: &Holder) -> Result<u64, ProgramError> {
    writable(account)?;
    ensure(account.owner().as_array() == &TOKEN_PROGRAM, E::WrongOwner)?;
    let data = account.try_borrow()?;
    ensure(data.len() == TOKEN_ACCOUNT_LEN, E::WrongAccountType)?;
    ensure(data[..32] == holder.mint[..], E::WrongMint)?;
    ensure(data[32..64] == holder.owner[..], E::WrongTokenAccount)?;
    held(&data)
}

/// What a token account that has been checked holds.
#[inline(never)]
pub(crate) fn balance(account: &AccountView) -> Result<u64, ProgramError> {
    held(&account.try_borrow()?)
}

#[inline(always)]
fn held(data: &[u8]) -> Result<u64, ProgramError> {
    match data.get(64..).and_then(|rest| rest.first_chunk()) {
        Some(amount) => Ok(u64::from_le_bytes(*amount)),
        None => refuse(E::WrongAccountType),
    }
}

/// A mint of the token program with this many decimals.
#[inline(never)]
pub(crate) fn mint(account: &AccountView, decimals: u8) -> ProgramResult {
    const DECIMALS_AT: usize = 44;
    const INITIALIZED_AT: usize = 45;
    ensure(account.owner().as_array() == &TOKEN_PROGRAM, E::WrongOwner)?;
    let data = account.try_borrow()?;
    ensure(
        data.len() == MINT_LEN && data[INITIALIZED_AT] == 1,
        E::WrongAccountType,
    )?;
    ensure(data[DECIMALS_AT] == decimals, E::WrongMint)
}
