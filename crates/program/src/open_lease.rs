//! Opening a lease on a node's quote.

use hearth_program_interface::account::{Lease, LeaseStatus, Leasing, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::LeaseOpened;
use hearth_program_interface::instruction::{OpenLease, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use hearth_program_interface::math::escrow_amount;
use hearth_program_interface::message::Quote;
use hearth_program_interface::{Bytes32, params, seeds};
use pinocchio::{AccountView, Address, ProgramResult};

use crate::create::NewAccount;
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, or, refuse};
use crate::runtime::now;
use crate::{Context, devices, event, loaders, statement, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(OpenLease::from_bytes(context.data), E::BadInstruction)?;
    let [
        payer,
        renter,
        network_account,
        mint,
        lease_account,
        escrow,
        renter_token,
        instructions,
        token_program,
        system_program,
        rented @ ..,
    ] = &mut *context.accounts
    else {
        return refuse(E::NotEnoughAccounts);
    };
    loaders::signer(payer)?;
    loaders::writable(payer)?;
    loaders::signer(renter)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    let quote = statement::quote(instructions)?;
    let at = now()?;
    check(&Offer {
        quote: &quote,
        network: &network,
        id,
        renter,
        at,
    })?;
    let currency = or(currency(&network, quote.currency), E::UnknownCurrency)?;
    ensure(mint.address().as_array() == currency.mint, E::WrongMint)?;
    let escrowed = or(
        escrow_amount(quote.rate_per_second, quote.max_seconds),
        E::ArithmeticOverflow,
    )?;
    ensure(escrowed > 0, E::ZeroAmount)?;
    let held = loaders::token(
        renter_token,
        &Holder {
            owner: &quote.renter,
            mint: currency.mint,
        },
    )?;
    ensure(escrowed <= held, E::InsufficientFunds)?;

    let bump = NewAccount {
        id,
        payer,
        account: lease_account,
        seeds: &seeds::lease(&quote.lease),
    }
    .create(Lease::LEN)?;
    let owner = *lease_account.address();
    let escrow_bump = NewAccount {
        id,
        payer,
        account: escrow,
        seeds: &seeds::escrow(&quote.lease),
    }
    .create_token(mint, &owner)?;
    let hire = devices::Hire {
        quote: &quote,
        id,
        at,
    };
    devices::hire(rented, &hire)?;
    Move {
        from: renter_token,
        to: escrow,
        authority: renter,
    }
    .signed_by_wallet(escrowed)?;

    let opening = Opening {
        quote: &quote,
        network: &network,
        currency,
        payer,
        at,
        escrowed,
        bumps: [bump, escrow_bump],
    };
    opening.store(lease_account)?;
    opening.log();
    Ok(())
}

/// What a lease is paid in.
#[derive(Clone, Copy)]
struct Currency<'a> {
    mint: &'a Bytes32,
    fee_vault: &'a Bytes32,
}

fn currency(network: &Network, code: u8) -> Option<Currency<'_>> {
    match code {
        params::CURRENCY_IO => Some(Currency {
            mint: &network.io_mint,
            fee_vault: &network.fee_vault,
        }),
        params::CURRENCY_USDC => Some(Currency {
            mint: &network.usdc_mint,
            fee_vault: &network.usdc_fee_vault,
        }),
        _ => None,
    }
}

struct Offer<'a> {
    quote: &'a Quote,
    network: &'a Network,
    id: &'a Address,
    renter: &'a AccountView,
    at: u64,
}

/// The quote is for this network, this program, this renter, and still good.
#[inline(never)]
fn check(offer: &Offer) -> ProgramResult {
    let quote = offer.quote;
    let here = quote.network_tag == offer.network.network_tag && &quote.program == offer.id.as_array();
    ensure(here, E::WrongNetwork)?;
    ensure(offer.network.leasing == Leasing::Open, E::LeasesPaused)?;
    ensure(offer.at <= quote.expires_at, E::QuoteExpired)?;
    ensure(offer.renter.address().as_array() == &quote.renter, E::WrongRenter)
}

struct Opening<'a> {
    quote: &'a Quote,
    network: &'a Network,
    currency: Currency<'a>,
    payer: &'a AccountView,
    at: u64,
    escrowed: u64,
    /// Of lease and escrow.
    bumps: [u8; 2],
}

impl Opening<'_> {
    #[inline(never)]
    fn store(&self, account: &mut AccountView) -> ProgramResult {
        let (quote, network) = (self.quote, self.network);
        let expires_at = add(add(self.at, quote.max_seconds)?, network.settle_window_seconds)?;
        let [bump, escrow_bump] = self.bumps;
        let lease = Lease {
            bump,
            escrow_bump,
            id: quote.lease,
            renter: quote.renter,
            provider: quote.provider,
            session: quote.session,
            node: quote.node,
            devices_hash: quote.devices_hash,
            rent_payer: *self.payer.address().as_array(),
            mint: *self.currency.mint,
            fee_vault: *self.currency.fee_vault,
            network_tag: network.network_tag,
            device_count: quote.device_count,
            currency: quote.currency,
            status: LeaseStatus::Open,
            margin_bps: network.margin_bps,
            rate_per_second: quote.rate_per_second,
            max_seconds: quote.max_seconds,
            escrowed: self.escrowed,
            settled: 0,
            seconds_settled: 0,
            refunded: 0,
            opened_at: self.at,
            expires_at,
            closed_at: 0,
            paid_out: 0,
            waits_since: 0,
        };
        store::lease(account, &lease)
    }

    #[inline(never)]
    fn log(&self) {
        let quote = self.quote;
        let happened = LeaseOpened {
            lease: quote.lease,
            renter: quote.renter,
            provider: quote.provider,
            node: quote.node,
            session: quote.session,
            devices_hash: quote.devices_hash,
            device_count: quote.device_count,
            currency: quote.currency,
            margin_bps: self.network.margin_bps,
            rate_per_second: quote.rate_per_second,
            max_seconds: quote.max_seconds,
            escrowed: self.escrowed,
            at: self.at,
        };
        event::log(&happened.to_bytes());
    }
}
