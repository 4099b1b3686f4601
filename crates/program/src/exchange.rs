//! USDC into IO of a market maker: the provider's that waits in a lease, and the network's fees.

use hearth_program_interface::account::{Lease, Maker, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{FeesConverted, Repurchased, UsdcTaken};
use hearth_program_interface::instruction::{
    ConvertFees, ConvertFeesAccounts, Repurchase, RepurchaseAccounts, TOKEN_PROGRAM, TakeUsdc,
    TakeUsdcAccounts,
};
use hearth_program_interface::math::io_for_usdc;
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::loaders::Holder;
use crate::payment::{Move, Release};
use crate::refusal::{ensure, fixed, or, sub};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

/// What a market maker gives for USDC.
struct Sale<'a> {
    id: &'a Address,
    network: &'a Network,
    /// Its token account in USDC.
    maker_usdc: &'a AccountView,
    usdc: u64,
    min_io: u64,
}

impl Sale<'_> {
    /// Checks the market maker and takes the IO off its account; gives who it is and how much that is. The
    /// caller moves the tokens.
    #[inline(never)]
    fn agree(&self, account: &mut AccountView) -> Result<(Maker, u64), ProgramError> {
        let mut maker = loaders::maker(account, self.id)?;
        loaders::token(
            self.maker_usdc,
            &Holder {
                owner: &maker.wallet,
                mint: &self.network.usdc_mint,
            },
        )?;
        ensure(self.usdc > 0, E::ZeroAmount)?;
        let io = or(io_for_usdc(self.usdc, maker.price), E::ArithmeticOverflow)?;
        ensure(io > 0 && io >= self.min_io, E::BelowMinimumOut)?;
        ensure(io <= maker.available, E::MakerHasLess)?;
        maker.available = sub(maker.available, io)?;
        store::bytes(account, &maker.to_bytes())?;
        Ok((maker, io))
    }
}

/// A lease in USDC of this provider.
#[inline(never)]
fn lease_of(provider: &AccountView, account: &AccountView, id: &Address) -> Result<Lease, ProgramError> {
    let lease = loaders::lease(account, id)?;
    loaders::signed_by(provider, &lease.provider, E::NotProvider)?;
    ensure(!lease.is_io(), E::WrongCurrency)?;
    Ok(lease)
}

#[inline(never)]
pub(crate) fn repurchase(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(Repurchase::from_bytes(context.data), E::BadInstruction)?;
    let [
        provider,
        network_account,
        lease_account,
        escrow,
        maker_account,
        maker_usdc,
        market_vault,
        provider_token,
        rent_payer,
        token_program,
    ] = fixed!(context, RepurchaseAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(market_vault, &network.market_vault)?;
    let mut lease = lease_of(provider, lease_account, id)?;
    loaders::escrow(escrow, &lease, id)?;
    loaders::recorded(rent_payer, &lease.rent_payer)?;
    loaders::token(
        provider_token,
        &Holder {
            owner: &lease.provider,
            mint: &network.io_mint,
        },
    )?;
    ensure(given.usdc <= lease.unpaid(), E::NothingWaits)?;
    let sale = Sale {
        id,
        network: &network,
        maker_usdc,
        usdc: given.usdc,
        min_io: given.min_io,
    };
    let (maker, io) = sale.agree(maker_account)?;
    Release {
        lease_account,
        escrow,
        to: maker_usdc,
        rent_payer,
    }
    .release(&mut lease, given.usdc)?;
    Move {
        from: market_vault,
        to: provider_token,
        authority: network_account,
    }
    .signed_by_network(&network, io)?;
    store::lease(lease_account, &lease)?;
    let happened = Repurchased {
        lease: lease.id,
        provider: lease.provider,
        maker: maker.wallet,
        usdc: given.usdc,
        io,
        paid_out: lease.paid_out,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn take_usdc(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(TakeUsdc::from_bytes(context.data), E::BadInstruction)?;
    let [
        provider,
        lease_account,
        escrow,
        provider_usdc,
        rent_payer,
        token_program,
    ] = fixed!(context, TakeUsdcAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut lease = lease_of(provider, lease_account, id)?;
    loaders::escrow(escrow, &lease, id)?;
    loaders::recorded(rent_payer, &lease.rent_payer)?;
    loaders::token(
        provider_usdc,
        &Holder {
            owner: &lease.provider,
            mint: &lease.mint,
        },
    )?;
    let at = now()?;
    let from = or(lease.takeable_from(), E::NothingWaits)?;
    ensure(at >= from, E::StillWaiting)?;
    let usdc = lease.unpaid();
    Release {
        lease_account,
        escrow,
        to: provider_usdc,
        rent_payer,
    }
    .release(&mut lease, usdc)?;
    store::lease(lease_account, &lease)?;
    let happened = UsdcTaken {
        lease: lease.id,
        provider: lease.provider,
        usdc,
        paid_out: lease.paid_out,
        at,
    };
    event::log(&happened.to_bytes());
    Ok(())
}

#[inline(never)]
pub(crate) fn convert_fees(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(ConvertFees::from_bytes(context.data), E::BadInstruction)?;
    let [
        oracle,
        network_account,
        usdc_fee_vault,
        maker_account,
        maker_usdc,
        market_vault,
        fee_vault,
        token_program,
    ] = fixed!(context, ConvertFeesAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::signed_by(oracle, &network.oracle, E::NotOracle)?;
    loaders::recorded(usdc_fee_vault, &network.usdc_fee_vault)?;
    loaders::recorded(market_vault, &network.market_vault)?;
    loaders::recorded(fee_vault, &network.fee_vault)?;
    ensure(
        given.usdc <= loaders::balance(usdc_fee_vault)?,
        E::InsufficientFunds,
    )?;
    let sale = Sale {
        id,
        network: &network,
        maker_usdc,
        usdc: given.usdc,
        min_io: given.min_io,
    };
    let (maker, io) = sale.agree(maker_account)?;
    let pay = Move {
        from: usdc_fee_vault,
        to: maker_usdc,
        authority: network_account,
    };
    pay.signed_by_network(&network, given.usdc)?;
    Move {
        from: market_vault,
        to: fee_vault,
        ..pay
    }
    .signed_by_network(&network, io)?;
    let happened = FeesConverted {
        maker: maker.wallet,
        usdc: given.usdc,
        io,
        at: now()?,
    };
    event::log(&happened.to_bytes());
    Ok(())
}
