//! Posting a slash, and dropping one.

use hearth_program_interface::account::{Device, Slash, SlashReason, SlashStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{SlashPosted, SlashVoided};
use hearth_program_interface::instruction::{
    PostSlash, PostSlashAccounts, SYSTEM_PROGRAM, VoidSlash, VoidSlashAccounts,
};
use hearth_program_interface::math::share;
use hearth_program_interface::params::{ABANDON_SECONDS, SLASH_HOLD_SECONDS, SLASH_PENDING_SECONDS};
use hearth_program_interface::seeds;
use pinocchio::ProgramResult;

use crate::create::NewAccount;
use crate::refusal::{add, ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn post(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(PostSlash::from_bytes(context.data), E::BadInstruction)?;
    let [
        verifier,
        network_account,
        device_account,
        slash_account,
        system_program,
    ] = fixed!(context, PostSlashAccounts);
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(verifier, &network.verifier, E::NotVerifier)?;
    loaders::writable(verifier)?;
    let mut device = loaders::device(device_account, id)?;
    ensure(given.evidence != [0; 32], E::EvidenceMissing)?;
    let at = now()?;
    let before = abandoned_before(&device, at);
    let base = device.highest_required(at);
    let amount = share(base, given.reason.share_bps(&network.slash, before));
    ensure(amount > 0, E::ZeroAmount)?;
    let address = *device_account.address().as_array();
    let bump = NewAccount {
        id,
        payer: verifier,
        account: slash_account,
        seeds: &seeds::slash(&address, &given.evidence),
    }
    .create(Slash::LEN)?;
    let slash = Slash {
        bump,
        device: address,
        evidence: given.evidence,
        reason: given.reason,
        status: SlashStatus::Pending,
        co_wallet: device.co.wallet,
        base,
        amount,
        taken_owner: 0,
        taken_co: 0,
        uncovered: 0,
        posted_at: at,
        takes_from: add(at, SLASH_PENDING_SECONDS)?,
        burns_from: 0,
    };
    device.slashes = or(device.slashes.checked_add(1), E::ArithmeticOverflow)?;
    if given.reason == SlashReason::Abandoned {
        (device.abandoned, device.abandoned_at) = (before.saturating_add(1), at);
    }
    store::slash(slash_account, &slash)?;
    store::device(device_account, &device)?;
    let happened = SlashPosted {
        slash: *slash_account.address().as_array(),
        device: address,
        owner: device.owner,
        reason: slash.reason,
        evidence: slash.evidence,
        base,
        amount,
        takes_from: slash.takes_from,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

/// How many leases in a row were abandoned, each within 30 days of the last.
fn abandoned_before(device: &Device, at: u64) -> u8 {
    let lately = device.abandoned_at != 0 && at.saturating_sub(device.abandoned_at) < ABANDON_SECONDS;
    if lately { device.abandoned } else { 0 }
}

#[inline(never)]
pub(crate) fn void(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(VoidSlash::from_bytes(context.data), E::BadInstruction)?;
    let [authority, network, device_account, slash_account] = fixed!(context, VoidSlashAccounts);
    let network = loaders::network(network, id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    let mut device = loaders::device(device_account, id)?;
    let mut slash = loaders::slash(slash_account, device_account.address().as_array(), id)?;
    ensure(slash.status == SlashStatus::Pending, E::SlashNotPending)?;
    let at = now()?;
    let taken = add(slash.taken_owner, slash.taken_co)?;
    slash.amount = taken;
    slash.status = if taken > 0 {
        SlashStatus::Held
    } else {
        SlashStatus::Voided
    };
    slash.burns_from = add(at, SLASH_HOLD_SECONDS)?;
    device.slashes = or(device.slashes.checked_sub(1), E::ArithmeticOverflow)?;
    store::slash(slash_account, &slash)?;
    store::device(device_account, &device)?;
    let happened = SlashVoided {
        slash: *slash_account.address().as_array(),
        device: slash.device,
        status: slash.status,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
