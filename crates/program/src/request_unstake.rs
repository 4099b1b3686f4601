//! Stake asked back: the excess goes at once, the rest cools.

use hearth_program_interface::account::NO_LEASE;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::UnstakeRequested;
use hearth_program_interface::instruction::{RequestUnstake, TOKEN_PROGRAM, UnstakeAccounts};
use pinocchio::ProgramResult;

use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or, sub};
use crate::runtime::now;
use crate::together::Pair;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(RequestUnstake::from_bytes(context.data), E::BadInstruction)?;
    let [
        owner,
        network_account,
        device_account,
        stake_vault,
        owner_token,
        token_program,
    ] = fixed!(context, UnstakeAccounts);
    loaders::signer(owner)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    let mut device = loaders::device(device_account, id)?;
    ensure(owner.address().as_array() == &device.owner, E::NotDeviceOwner)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    loaders::token(
        owner_token,
        &Holder {
            owner: &device.owner,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.amount > 0, E::ZeroAmount)?;
    ensure(device.lease == NO_LEASE, E::DeviceHired)?;
    ensure(device.slashes == 0, E::SlashPending)?;
    ensure(given.amount <= device.staked, E::InsufficientStake)?;

    let at = now()?;
    let paid = given.amount.min(device.excess(at));
    let cooling = sub(given.amount, paid)?;
    device.staked = sub(device.staked, given.amount)?;
    if cooling > 0 {
        device.cooling = add(device.cooling, cooling)?;
        device.unlock_at = add(at, network.cooldown_seconds)?;
    }
    Move {
        from: stake_vault,
        to: owner_token,
        authority: network_account,
    }
    .signed_by_network(&network, paid)?;
    let happened = UnstakeRequested {
        owner: device.owner,
        device: *device_account.address().as_array(),
        amount: given.amount,
        paid,
        staked: device.staked,
        cooling: device.cooling,
        unlock_at: device.unlock_at,
        at,
    };
    event::log(&happened.to_bytes());
    Pair {
        account: device_account,
        cooldown_seconds: network.cooldown_seconds,
        at,
    }
    .cool_if_short(&mut device)?;
    store::device(device_account, &device)
}
