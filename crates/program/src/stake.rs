//! Stake in.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Staked;
use hearth_program_interface::instruction::{SYSTEM_PROGRAM, Stake, StakeAccounts, TOKEN_PROGRAM};
use pinocchio::ProgramResult;

use crate::create::is_free;
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or};
use crate::register::NewDevice;
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(Stake::from_bytes(context.data), E::BadInstruction)?;
    let [
        owner,
        network_account,
        device_account,
        owner_token,
        stake_vault,
        token_program,
        system_program,
    ] = fixed!(context, StakeAccounts);
    loaders::signer(owner)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    let owner_key = *owner.address().as_array();
    let held = loaders::token(
        owner_token,
        &Holder {
            owner: &owner_key,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.amount > 0, E::ZeroAmount)?;
    ensure(given.amount <= held, E::InsufficientFunds)?;

    let mut device = if is_free(device_account) {
        loaders::writable(owner)?;
        NewDevice {
            id,
            owner,
            device_id: given.device_id,
            node: given.node,
            required: network.min_stake_per_device,
        }
        .make(device_account)?
    } else {
        let device = loaders::device(device_account, id)?;
        ensure(device.owner == owner_key, E::NotDeviceOwner)?;
        ensure(device.device_id == given.device_id, E::WrongAddress)?;
        ensure(device.node == given.node, E::WrongNode)?;
        device
    };
    Move {
        from: owner_token,
        to: stake_vault,
        authority: owner,
    }
    .signed_by_wallet(given.amount)?;
    device.staked = add(device.staked, given.amount)?;
    store::device(device_account, &device)?;
    let happened = Staked {
        owner: owner_key,
        device: *device_account.address().as_array(),
        device_id: device.device_id,
        node: device.node,
        amount: given.amount,
        staked: device.staked,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
