//! Cooled stake out.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Withdrawn;
use hearth_program_interface::instruction::{TOKEN_PROGRAM, UnstakeAccounts, Withdraw};
use pinocchio::ProgramResult;

use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(Withdraw::from_bytes(context.data), E::BadInstruction)?;
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

    let at = now()?;
    let amount = device.cooling;
    ensure(amount > 0, E::NothingCooling)?;
    ensure(at >= device.unlock_at, E::StillCooling)?;
    ensure(device.slashes == 0, E::SlashPending)?;
    device.cooling = 0;
    device.unlock_at = 0;
    Move {
        from: stake_vault,
        to: owner_token,
        authority: network_account,
    }
    .signed_by_network(&network, amount)?;
    store::device(device_account, &device)?;
    let happened = Withdrawn {
        owner: device.owner,
        device: *device_account.address().as_array(),
        amount,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
