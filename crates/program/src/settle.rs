//! Paying a voucher.

use hearth_program_interface::account::LeaseStatus;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Settled;
use hearth_program_interface::instruction::{Settle, SettleAccounts, TOKEN_PROGRAM};
use pinocchio::ProgramResult;

use crate::loaders::Holder;
use crate::payment::Payout;
use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::statement::{BEFORE, Terms};
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(Settle::from_bytes(context.data), E::BadInstruction)?;
    let [
        lease_account,
        escrow,
        provider_token,
        fee_vault,
        instructions,
        token_program,
    ] = fixed!(context, SettleAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut lease = loaders::lease(lease_account, id)?;
    ensure(lease.status == LeaseStatus::Open, E::LeaseClosed)?;
    loaders::escrow(escrow, &lease, id)?;
    loaders::recorded(fee_vault, &lease.fee_vault)?;
    loaders::token(
        provider_token,
        &Holder {
            owner: &lease.provider,
            mint: &lease.mint,
        },
    )?;
    let terms = Terms {
        id,
        network_tag: &lease.network_tag,
        lease: &lease.id,
        key: &lease.session,
    };
    let voucher = terms.voucher(instructions, BEFORE)?;
    ensure(voucher.amount != lease.settled, E::NothingToSettle)?;
    let later = voucher.amount > lease.settled && voucher.seconds >= lease.seconds_settled;
    ensure(later, E::VoucherOutOfOrder)?;

    let at = now()?;
    let payout = Payout {
        lease_account,
        escrow,
        provider_token,
        fee_vault,
        at,
    };
    let paid = payout.pay_up_to(&mut lease, voucher.amount, voucher.seconds)?;
    store::lease(lease_account, &lease)?;
    let happened = Settled {
        lease: lease.id,
        renter: lease.renter,
        provider: lease.provider,
        currency: lease.currency,
        settled: lease.settled,
        seconds: lease.seconds_settled,
        provider_amount: paid.provider,
        fee_amount: paid.fee,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
