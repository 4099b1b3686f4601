//! The co-staker's side: accepting, leaving, withdrawing.

use hearth_program_interface::account::{CoStake, NOBODY};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{CoStakeWithdrawn, CoStaked};
use hearth_program_interface::instruction::{
    AcceptOffer, AcceptOfferAccounts, LeaveCoStake, LeaveCoStakeAccounts, TOKEN_PROGRAM, WithdrawCoStake,
    WithdrawCoStakeAccounts,
};
use hearth_program_interface::params;
use pinocchio::ProgramResult;

use crate::co_offer::{accepted, count_one_less};
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or};
use crate::runtime::now;
use crate::together::log_leaving;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn accept(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(AcceptOffer::from_bytes(context.data), E::BadInstruction)?;
    let [
        co_staker,
        network_account,
        account,
        co_token,
        stake_vault,
        token_program,
    ] = fixed!(context, AcceptOfferAccounts);
    loaders::signer(co_staker)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    let mut device = loaders::device(account, id)?;
    let wallet = *co_staker.address().as_array();
    ensure(wallet != device.owner, E::OwnOffer)?;
    ensure(device.co.offered > 0, E::NoOffer)?;
    ensure(device.co.wallet == NOBODY, E::OfferTaken)?;
    // Nobody stakes into a slash that others caused.
    ensure(device.slashes == 0, E::SlashPending)?;
    let same = given.amount == device.co.offered && given.share_bps == device.co.share_bps;
    ensure(same, E::TermsChanged)?;
    ensure(given.amount <= device.required / 2, E::AboveHalf)?;
    let rest = device.required.saturating_sub(given.amount);
    ensure(device.staked >= rest, E::OwnerFirst)?;
    let held = loaders::token(
        co_token,
        &Holder {
            owner: &wallet,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.amount <= held, E::InsufficientFunds)?;
    Move {
        from: co_token,
        to: stake_vault,
        authority: co_staker,
    }
    .signed_by_wallet(given.amount)?;
    device.co.wallet = wallet;
    device.co.staked = given.amount;
    store::device(account, &device)?;
    let happened = CoStaked {
        device: *account.address().as_array(),
        owner: device.owner,
        co_staker: wallet,
        amount: given.amount,
        share_bps: given.share_bps,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn leave(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(LeaveCoStake::from_bytes(context.data), E::BadInstruction)?;
    let [co_staker, network, account] = fixed!(context, LeaveCoStakeAccounts);
    let cooldown = loaders::network(network, id)?.cooldown_seconds;
    let mut device = loaders::device(account, id)?;
    accepted(&device, co_staker)?;
    ensure(device.co.leaves_at == 0, E::AlreadyLeaving)?;
    let at = now()?;
    device.co.leaves_at = add(at, params::CO_WAIT_SECONDS)?;
    device.co.unlock_at = add(device.co.leaves_at, cooldown)?;
    store::device(account, &device)?;
    log_leaving(&device, account, at);
    Ok(())
}

#[inline(never)]
pub(crate) fn withdraw(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(WithdrawCoStake::from_bytes(context.data), E::BadInstruction)?;
    let [
        co_staker,
        network_account,
        account,
        offers,
        stake_vault,
        co_token,
        token_program,
    ] = fixed!(context, WithdrawCoStakeAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    let mut device = loaders::device(account, id)?;
    accepted(&device, co_staker)?;
    loaders::token(
        co_token,
        &Holder {
            owner: &device.co.wallet,
            mint: &network.io_mint,
        },
    )?;
    let at = now()?;
    ensure(device.co.leaves_at > 0, E::NotLeaving)?;
    ensure(at >= device.co.unlock_at, E::StillCooling)?;
    ensure(device.slashes == 0, E::SlashPending)?;
    count_one_less(offers, &device.owner, id)?;
    let ended = core::mem::replace(&mut device.co, CoStake::NONE);
    Move {
        from: stake_vault,
        to: co_token,
        authority: network_account,
    }
    .signed_by_network(&network, ended.staked)?;
    store::device(account, &device)?;
    let happened = CoStakeWithdrawn {
        device: *account.address().as_array(),
        owner: device.owner,
        co_staker: ended.wallet,
        amount: ended.staked,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
