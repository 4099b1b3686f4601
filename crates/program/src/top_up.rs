//! Making a lease longer, on the node's consent.

use hearth_program_interface::account::{Lease, LeaseStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::ToppedUp;
use hearth_program_interface::instruction::{TOKEN_PROGRAM, TopUp};
use hearth_program_interface::math::escrow_amount;
use hearth_program_interface::message::Extension;
use pinocchio::{ProgramResult, error::ProgramError};

use crate::devices::Keep;
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, or, refuse, sub};
use crate::runtime::now;
use crate::statement::Terms;
use crate::{Context, devices, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(TopUp::from_bytes(context.data), E::BadInstruction)?;
    let [
        renter,
        lease_account,
        escrow,
        renter_token,
        instructions,
        token_program,
        rented @ ..,
    ] = &mut *context.accounts
    else {
        return refuse(E::NotEnoughAccounts);
    };
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut lease = loaders::lease(lease_account, id)?;
    loaders::signed_by(renter, &lease.renter, E::NotRenter)?;
    ensure(lease.status == LeaseStatus::Open, E::LeaseClosed)?;
    loaders::escrow(escrow, &lease, id)?;
    let held = loaders::token(
        renter_token,
        &Holder {
            owner: &lease.renter,
            mint: &lease.mint,
        },
    )?;
    let terms = Terms {
        id,
        network_tag: &lease.network_tag,
        lease: &lease.id,
        key: &lease.node,
    };
    let extension = terms.extension(instructions)?;
    let at = now()?;
    ensure(at <= extension.expires_at, E::ExtensionExpired)?;
    devices::keep(
        rented,
        &Keep {
            lease: &lease,
            id,
            at,
        },
    )?;
    let added = extend(&mut lease, &extension)?;
    ensure(added <= held, E::InsufficientFunds)?;
    Move {
        from: renter_token,
        to: escrow,
        authority: renter,
    }
    .signed_by_wallet(added)?;
    store::lease(lease_account, &lease)?;
    let happened = ToppedUp {
        lease: lease.id,
        renter: lease.renter,
        provider: lease.provider,
        currency: lease.currency,
        max_seconds: lease.max_seconds,
        added,
        escrowed: lease.escrowed,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

/// Moves the lease's end; gives what its escrow needs for it.
#[inline(never)]
fn extend(lease: &mut Lease, extension: &Extension) -> Result<u64, ProgramError> {
    ensure(extension.max_seconds > lease.max_seconds, E::NothingToExtend)?;
    let further = sub(extension.max_seconds, lease.max_seconds)?;
    let escrowed = or(
        escrow_amount(lease.rate_per_second, extension.max_seconds),
        E::ArithmeticOverflow,
    )?;
    let added = sub(escrowed, lease.escrowed)?;
    lease.escrowed = escrowed;
    lease.max_seconds = extension.max_seconds;
    lease.expires_at = add(lease.expires_at, further)?;
    Ok(added)
}
