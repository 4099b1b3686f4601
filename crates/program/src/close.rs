//! Closing a lease on the node's word.

use hearth_program_interface::account::{Lease, LeaseStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Closed, ClosedBy};
use hearth_program_interface::instruction::{Close, TOKEN_PROGRAM};
use hearth_program_interface::message;
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::loaders::Holder;
use crate::payment::{Paid, Payout, Refund};
use crate::refusal::{ensure, or, refuse};
use crate::runtime::now;
use crate::statement::{BEFORE_THAT, Terms};
use crate::{Context, devices, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(Close::from_bytes(context.data), E::BadInstruction)?;
    let [
        lease_account,
        escrow,
        provider_token,
        renter_token,
        fee_vault,
        rent_payer,
        instructions,
        token_program,
        rented @ ..,
    ] = &mut *context.accounts
    else {
        return refuse(E::NotEnoughAccounts);
    };
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut lease = loaders::lease(lease_account, id)?;
    ensure(lease.status == LeaseStatus::Open, E::LeaseClosed)?;
    loaders::escrow(escrow, &lease, id)?;
    loaders::recorded(fee_vault, &lease.fee_vault)?;
    loaders::recorded(rent_payer, &lease.rent_payer)?;
    loaders::token(
        provider_token,
        &Holder {
            owner: &lease.provider,
            mint: &lease.mint,
        },
    )?;
    loaders::token(
        renter_token,
        &Holder {
            owner: &lease.renter,
            mint: &lease.mint,
        },
    )?;

    let close = asked(&lease, instructions, id)?;
    let at = now()?;
    let payout = Payout {
        lease_account,
        escrow,
        provider_token,
        fee_vault,
        at,
    };
    let paid = if close.amount > lease.settled {
        payout.pay_up_to(&mut lease, close.amount, close.seconds)?
    } else {
        Paid::NOTHING
    };
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
            by: ClosedBy::Node,
            paid,
            at,
        },
    )
}

/// What the node asks for, and the voucher that pays it when it is more than what is settled.
#[inline(never)]
fn asked(lease: &Lease, instructions: &AccountView, id: &Address) -> Result<message::Close, ProgramError> {
    let terms = Terms {
        id,
        network_tag: &lease.network_tag,
        lease: &lease.id,
        key: &lease.node,
    };
    let close = terms.close(instructions)?;
    if close.amount > lease.settled {
        let voucher = Terms {
            key: &lease.session,
            ..terms
        }
        .voucher(instructions, BEFORE_THAT)?;
        let pays = voucher.amount >= close.amount && voucher.seconds >= close.seconds;
        ensure(pays, E::VoucherTooLow)?;
    }
    Ok(close)
}

/// How a lease ended.
pub(crate) struct Ending {
    pub(crate) by: ClosedBy,
    /// What moved to provider and network now.
    pub(crate) paid: Paid,
    pub(crate) at: u64,
}

/// Marks a refunded lease closed.
#[inline(never)]
pub(crate) fn finish(account: &mut AccountView, lease: &mut Lease, ending: &Ending) -> ProgramResult {
    lease.status = LeaseStatus::Closed;
    lease.closed_at = ending.at;
    store::lease(account, lease)?;
    let happened = Closed {
        lease: lease.id,
        renter: lease.renter,
        provider: lease.provider,
        by: ending.by,
        currency: lease.currency,
        settled: lease.settled,
        seconds: lease.seconds_settled,
        provider_amount: ending.paid.provider,
        fee_amount: ending.paid.fee,
        refunded: lease.refunded,
        at: ending.at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
