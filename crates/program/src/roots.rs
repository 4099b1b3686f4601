//! Roots of rewards: posted against the schedule, voided; and fees burned.

use hearth_program_interface::account::{Rewards, Root, Schedule};
use hearth_program_interface::emission;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{FeesBurned, RootPosted, RootVoided};
use hearth_program_interface::instruction::{
    BurnFees, BurnFeesAccounts, PostRoot, PostRootAccounts, TOKEN_PROGRAM, VoidRoot, VoidRootAccounts,
};
use hearth_program_interface::params::EPOCH_SECONDS;
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::payment::{Burning, Move};
use crate::refusal::{add, ensure, fixed, or, sub};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn post(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(PostRoot::from_bytes(context.data), E::BadInstruction)?;
    let [
        verifier,
        network_account,
        rewards_account,
        schedule,
        reward_vault,
        fee_vault,
        token_program,
    ] = fixed!(context, PostRootAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(verifier, &network.verifier, E::NotVerifier)?;
    loaders::recorded(reward_vault, &network.reward_vault)?;
    loaders::recorded(fee_vault, &network.fee_vault)?;
    let mut rewards = loaders::rewards(rewards_account, id)?;
    let at = now()?;
    let unlocked = unlocked(schedule, id, at)?;
    let root = next_root(&mut rewards, &given, at)?;
    let drawn = add(rewards.drawn_before, rewards.drawn())?;
    ensure(drawn <= unlocked, E::AboveSchedule)?;

    ensure(
        given.fee_draw <= loaders::balance(fee_vault)?,
        E::InsufficientFunds,
    )?;
    Move {
        from: fee_vault,
        to: reward_vault,
        authority: network_account,
    }
    .signed_by_network(&network, given.fee_draw)?;
    // Read after the move.
    let covered = sub(rewards.total, rewards.claimed)? <= loaders::balance(reward_vault)?;
    ensure(covered, E::VaultTooLow)?;

    store::root(rewards_account, rewards.count, &root)?;
    rewards.count = add(rewards.count, 1)?;
    store::rewards(rewards_account, &rewards)?;
    let happened = RootPosted {
        epoch: root.epoch,
        root: root.root,
        report: root.report,
        total: root.total,
        fee_draw: root.fee_draw,
        fee_drawn: rewards.fee_drawn,
        unlocked,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

/// What the schedule has unlocked.
#[inline(never)]
fn unlocked(account: &AccountView, id: &Address, at: u64) -> Result<u64, ProgramError> {
    let schedule = loaders::schedule(account, id)?;
    let data = account.try_borrow()?;
    let cumulative = |month: usize| Schedule::cumulative(&data, month);
    or(
        emission::unlocked(schedule.starts_at, at, cumulative),
        E::ArithmeticOverflow,
    )
}

/// Checks a root and counts it into the totals.
#[inline(never)]
fn next_root(rewards: &mut Rewards, given: &PostRoot, at: u64) -> Result<Root, ProgramError> {
    ensure(given.root != [0; 32] && given.report != [0; 32], E::EmptyRoot)?;
    ensure(given.epoch > rewards.epoch, E::EpochOutOfOrder)?;
    ensure(given.epoch < at / EPOCH_SECONDS, E::EpochNotOver)?;
    ensure(given.total >= rewards.total, E::TotalFell)?;
    let fee_drawn = add(rewards.fee_drawn, given.fee_draw)?;
    let root = Root {
        epoch: given.epoch,
        root: given.root,
        report: given.report,
        posted_at: at,
        total: given.total,
        fee_draw: given.fee_draw,
        epoch_before: rewards.epoch,
        total_before: rewards.total,
    };
    rewards.epoch = given.epoch;
    rewards.total = given.total;
    rewards.fee_drawn = fee_drawn;
    Ok(root)
}

#[inline(never)]
pub(crate) fn void(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(VoidRoot::from_bytes(context.data), E::BadInstruction)?;
    let [
        authority,
        network_account,
        rewards_account,
        reward_vault,
        fee_vault,
        token_program,
    ] = fixed!(context, VoidRootAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    loaders::recorded(reward_vault, &network.reward_vault)?;
    loaders::recorded(fee_vault, &network.fee_vault)?;
    let mut rewards = loaders::rewards(rewards_account, id)?;
    let number = or(rewards.count.checked_sub(1), E::NotLastRoot)?;
    let root = root_at(rewards_account, number)?;
    ensure(root.epoch == given.epoch, E::NotLastRoot)?;
    let at = now()?;
    ensure(!root.is_claimable(at), E::RootFinal)?;
    rewards.count = number;
    rewards.epoch = root.epoch_before;
    rewards.total = root.total_before;
    rewards.fee_drawn = sub(rewards.fee_drawn, root.fee_draw)?;
    Move {
        from: reward_vault,
        to: fee_vault,
        authority: network_account,
    }
    .signed_by_network(&network, root.fee_draw)?;
    store::no_root(rewards_account, number)?;
    store::rewards(rewards_account, &rewards)?;
    let happened = RootVoided {
        epoch: root.epoch,
        root: root.root,
        total: rewards.total,
        fee_back: root.fee_draw,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

/// A root that is kept.
#[inline(never)]
fn root_at(account: &AccountView, number: u64) -> Result<Root, ProgramError> {
    let data = account.try_borrow()?;
    let at = Rewards::place(number);
    let bytes = or(data.get(at..at.saturating_add(Root::LEN)), E::WrongAccountType)?;
    let root = or(Root::from_bytes(bytes), E::WrongAccountType)?;
    ensure(root.posted_at != 0, E::NotLastRoot)?;
    Ok(root)
}

#[inline(never)]
pub(crate) fn burn_fees(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(BurnFees::from_bytes(context.data), E::BadInstruction)?;
    let [
        verifier,
        network_account,
        rewards_account,
        fee_vault,
        io_mint,
        token_program,
    ] = fixed!(context, BurnFeesAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(verifier, &network.verifier, E::NotVerifier)?;
    loaders::recorded(fee_vault, &network.fee_vault)?;
    loaders::recorded(io_mint, &network.io_mint)?;
    let mut rewards = loaders::rewards(rewards_account, id)?;
    ensure(given.amount > 0, E::ZeroAmount)?;
    ensure(given.amount <= loaders::balance(fee_vault)?, E::InsufficientFunds)?;
    rewards.burned = add(rewards.burned, given.amount)?;
    Burning {
        from: fee_vault,
        mint: io_mint,
        authority: network_account,
    }
    .burn(&network, given.amount)?;
    store::rewards(rewards_account, &rewards)?;
    let happened = FeesBurned {
        amount: given.amount,
        burned: rewards.burned,
        report: given.report,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
