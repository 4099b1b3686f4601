//! Closing a lease without the node, once the time for settling is over.

use hearth_program_interface::account::LeaseStatus;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::ClosedBy;
use hearth_program_interface::instruction::{CloseExpired, TOKEN_PROGRAM};
use pinocchio::ProgramResult;

use crate::close::{Ending, finish};
use crate::loaders::Holder;
use crate::payment::{Paid, Refund};
use crate::refusal::{ensure, or, refuse};
use crate::runtime::now;
use crate::{Context, devices, loaders};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(CloseExpired::from_bytes(context.data), E::BadInstruction)?;
    let [
        lease_account,
        escrow,
        renter_token,
        rent_payer,
        token_program,
        rented @ ..,
    ] = &mut *context.accounts
    else {
        return refuse(E::NotEnoughAccounts);
    };
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut lease = loaders::lease(lease_account, id)?;
    ensure(lease.status == LeaseStatus::Open, E::LeaseClosed)?;
    let at = now()?;
    ensure(at >= lease.expires_at, E::LeaseNotExpired)?;
    loaders::escrow(escrow, &lease, id)?;
    loaders::recorded(rent_payer, &lease.rent_payer)?;
    loaders::token(
        renter_token,
        &Holder {
            owner: &lease.renter,
            mint: &lease.mint,
        },
    )?;

    Refund {
        lease_account,
        escrow,
        renter_token,
        rent_payer,
    }
    .refund(&mut lease)?;
    devices::free(rented, &lease, id)?;
    finish(
        lease_account,
        &mut lease,
        &Ending {
            by: ClosedBy::Expiry,
            paid: Paid::NOTHING,
            at,
        },
    )
}
