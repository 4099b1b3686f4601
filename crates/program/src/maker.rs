//! Market makers: IO put up for sale, and taken back.

use hearth_program_interface::account::Maker;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{MakerDrained, MakerFunded};
use hearth_program_interface::instruction::{
    DrainMaker, DrainMakerAccounts, FundMaker, FundMakerAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM,
};
use hearth_program_interface::seeds;
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::create::{NewAccount, is_free};
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or, sub};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn fund(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(FundMaker::from_bytes(context.data), E::BadInstruction)?;
    let [
        wallet,
        network_account,
        maker_account,
        wallet_token,
        market_vault,
        token_program,
        system_program,
    ] = fixed!(context, FundMakerAccounts);
    loaders::signer(wallet)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(market_vault, &network.market_vault)?;
    let key = *wallet.address().as_array();
    let held = loaders::token(
        wallet_token,
        &Holder {
            owner: &key,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.price > 0, E::BadPrice)?;
    ensure(given.amount <= held, E::InsufficientFunds)?;
    let mut maker = if is_free(maker_account) {
        ensure(given.amount > 0, E::ZeroAmount)?;
        make(id, wallet, maker_account)?
    } else {
        let maker = loaders::maker(maker_account, id)?;
        ensure(maker.wallet == key, E::NotMaker)?;
        maker
    };
    if given.amount > 0 {
        Move {
            from: wallet_token,
            to: market_vault,
            authority: wallet,
        }
        .signed_by_wallet(given.amount)?;
    }
    maker.available = add(maker.available, given.amount)?;
    maker.price = given.price;
    store::bytes(maker_account, &maker.to_bytes())?;
    let happened = MakerFunded {
        wallet: key,
        amount: given.amount,
        available: maker.available,
        price: maker.price,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
fn make(id: &Address, wallet: &AccountView, account: &mut AccountView) -> Result<Maker, ProgramError> {
    loaders::writable(wallet)?;
    let key = *wallet.address().as_array();
    let bump = NewAccount {
        id,
        payer: wallet,
        account,
        seeds: &seeds::maker(&key),
    }
    .create(Maker::LEN)?;
    Ok(Maker {
        bump,
        wallet: key,
        available: 0,
        price: 0,
    })
}

#[inline(never)]
pub(crate) fn drain(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(DrainMaker::from_bytes(context.data), E::BadInstruction)?;
    let [
        wallet,
        network_account,
        maker_account,
        market_vault,
        wallet_token,
        token_program,
    ] = fixed!(context, DrainMakerAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(market_vault, &network.market_vault)?;
    let mut maker = loaders::maker(maker_account, id)?;
    loaders::signed_by(wallet, &maker.wallet, E::NotMaker)?;
    loaders::token(
        wallet_token,
        &Holder {
            owner: &maker.wallet,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.amount > 0, E::ZeroAmount)?;
    ensure(given.amount <= maker.available, E::MakerHasLess)?;
    maker.available = sub(maker.available, given.amount)?;
    Move {
        from: market_vault,
        to: wallet_token,
        authority: network_account,
    }
    .signed_by_network(&network, given.amount)?;
    store::bytes(maker_account, &maker.to_bytes())?;
    let happened = MakerDrained {
        wallet: maker.wallet,
        amount: given.amount,
        available: maker.available,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
