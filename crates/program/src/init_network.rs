//! Making the network.

use hearth_program_interface::account::Network;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::NetworkInitialized;
use hearth_program_interface::instruction::{
    InitNetwork, InitNetworkAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM,
};
use hearth_program_interface::{params, seeds};
use pinocchio::ProgramResult;

use crate::create::NewAccount;
use crate::refusal::{ensure, or, refuse};
use crate::runtime::now;
use crate::{Context, event, loaders};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(InitNetwork::from_bytes(context.data), E::BadInstruction)?;
    let Ok(accounts) = <&mut [_; InitNetworkAccounts::COUNT]>::try_from(&mut *context.accounts) else {
        return refuse(E::NotEnoughAccounts);
    };
    let [
        program,
        authority,
        network,
        mint,
        stake_vault,
        fee_vault,
        token_program,
        system_program,
    ] = accounts;
    // Only the holder of the key that the program was deployed with: nobody gets in before.
    loaders::at(program, id.as_array())?;
    loaders::signer(program)?;
    loaders::signer(authority)?;
    loaders::writable(authority)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    loaders::mint(mint, params::IO_DECIMALS)?;
    check(&given)?;
    let authority_key = *authority.address().as_array();
    let distinct =
        given.verifier != given.oracle && given.verifier != authority_key && given.oracle != authority_key;
    ensure(distinct, E::KeysNotDistinct)?;

    let owner = *network.address();
    let bump = NewAccount {
        id,
        payer: authority,
        account: network,
        seeds: &seeds::network(),
    }
    .create(Network::LEN)?;
    NewAccount {
        id,
        payer: authority,
        account: stake_vault,
        seeds: &seeds::stake_vault(),
    }
    .create_token(mint, &owner)?;
    NewAccount {
        id,
        payer: authority,
        account: fee_vault,
        seeds: &seeds::fee_vault(),
    }
    .create_token(mint, &owner)?;

    let io_mint = *mint.address().as_array();
    let made = Network {
        bump,
        network_tag: given.network_tag,
        authority: authority_key,
        verifier: given.verifier,
        oracle: given.oracle,
        io_mint,
        stake_vault: *stake_vault.address().as_array(),
        fee_vault: *fee_vault.address().as_array(),
        min_stake_per_device: given.min_stake_per_device,
        cooldown_seconds: given.cooldown_seconds,
        settle_window_seconds: given.settle_window_seconds,
        margin_bps: given.margin_bps,
    };
    loaders::store(network, &made.to_bytes())?;
    let happened = NetworkInitialized {
        network: *owner.as_array(),
        network_tag: given.network_tag,
        authority: authority_key,
        io_mint,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

fn check(given: &InitNetwork) -> ProgramResult {
    let stake = (1..=params::IO_CAP).contains(&given.min_stake_per_device);
    let cooldown = given.cooldown_seconds <= params::MAX_COOLDOWN_SECONDS;
    let window = (1..=params::MAX_SETTLE_WINDOW_SECONDS).contains(&given.settle_window_seconds);
    let margin = given.margin_bps <= params::MAX_MARGIN_BPS;
    let tag = given.network_tag != [0; 16];
    ensure(stake && cooldown && window && margin && tag, E::BadParameter)
}
