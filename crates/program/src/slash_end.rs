//! The end of a slash: given back, or burned.

use hearth_program_interface::account::SlashStatus;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{SlashBurned, SlashRestored};
use hearth_program_interface::instruction::{
    BurnSlash, BurnSlashAccounts, RestoreSlash, RestoreSlashAccounts, TOKEN_PROGRAM,
};
use pinocchio::ProgramResult;

use crate::loaders::Holder;
use crate::payment::{Burning, Move};
use crate::refusal::{add, ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn restore(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(RestoreSlash::from_bytes(context.data), E::BadInstruction)?;
    let [
        authority,
        network_account,
        device_account,
        slash_account,
        slash_vault,
        stake_vault,
        co_token,
        token_program,
    ] = fixed!(context, RestoreSlashAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(authority, &network.authority, E::NotAuthority)?;
    loaders::recorded(slash_vault, &network.slash_vault)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    let mut device = loaders::device(device_account, id)?;
    let mut slash = loaders::slash(slash_account, device_account.address().as_array(), id)?;
    ensure(slash.status == SlashStatus::Held, E::SlashNotHeld)?;
    let to_owner = Move {
        from: slash_vault,
        to: stake_vault,
        authority: network_account,
    };
    to_owner.signed_by_network(&network, slash.taken_owner)?;
    device.staked = add(device.staked, slash.taken_owner)?;
    if slash.taken_co > 0 {
        loaders::token(
            co_token,
            &Holder {
                owner: &slash.co_wallet,
                mint: &network.io_mint,
            },
        )?;
        Move {
            to: co_token,
            ..to_owner
        }
        .signed_by_network(&network, slash.taken_co)?;
    }
    slash.status = SlashStatus::Restored;
    store::slash(slash_account, &slash)?;
    store::device(device_account, &device)?;
    let happened = SlashRestored {
        slash: *slash_account.address().as_array(),
        device: slash.device,
        owner_amount: slash.taken_owner,
        co_wallet: slash.co_wallet,
        co_amount: slash.taken_co,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn burn(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(BurnSlash::from_bytes(context.data), E::BadInstruction)?;
    let [
        network_account,
        slash_account,
        slash_vault,
        io_mint,
        token_program,
    ] = fixed!(context, BurnSlashAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(slash_vault, &network.slash_vault)?;
    loaders::recorded(io_mint, &network.io_mint)?;
    let mut slash = loaders::any_slash(slash_account, id)?;
    ensure(slash.status == SlashStatus::Held, E::SlashNotHeld)?;
    let at = now()?;
    ensure(at >= slash.burns_from, E::SlashStillHeld)?;
    let amount = add(slash.taken_owner, slash.taken_co)?;
    Burning {
        from: slash_vault,
        mint: io_mint,
        authority: network_account,
    }
    .burn(&network, amount)?;
    slash.status = SlashStatus::Burned;
    store::slash(slash_account, &slash)?;
    let happened = SlashBurned {
        slash: *slash_account.address().as_array(),
        device: slash.device,
        amount,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
