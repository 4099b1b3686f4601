//! Making the network.

use hearth_program_interface::account::{Leasing, Network, Rewards, Role, Schedule};
use hearth_program_interface::emission::{self, CUMULATIVE};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{NetworkInitialized, NetworkTerms, ParametersSet};
use hearth_program_interface::instruction::{
    InitNetwork, InitNetworkAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM,
};
use hearth_program_interface::{Bytes32, params, seeds};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::create::NewAccount;
use crate::refusal::{ensure, fixed, or};
use crate::runtime::now;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let given = or(InitNetwork::from_bytes(context.data), E::BadInstruction)?;
    let [
        program,
        authority,
        network,
        io_mint,
        usdc_mint,
        stake_vault,
        fee_vault,
        usdc_fee_vault,
        reward_vault,
        slash_vault,
        market_vault,
        rewards,
        schedule,
        token_program,
        system_program,
    ] = fixed!(context, InitNetworkAccounts);
    // Only the holder of the key that the program was deployed with: nobody gets in before.
    loaders::at(program, id.as_array())?;
    loaders::signer(program)?;
    loaders::signer(authority)?;
    loaders::writable(authority)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    loaders::mint(io_mint, params::IO_DECIMALS)?;
    loaders::mint(usdc_mint, params::USDC_DECIMALS)?;
    ensure(io_mint.address() != usdc_mint.address(), E::WrongMint)?;
    let at = now()?;
    check(&given, at)?;

    let bump = NewAccount {
        id,
        payer: authority,
        account: network,
        seeds: &seeds::network(),
    }
    .create(Network::LEN)?;
    let vaults = Vaults {
        id,
        payer: authority,
        network: network.address(),
    };
    let made = Network {
        bump,
        network_tag: given.network_tag,
        authority: *authority.address().as_array(),
        verifier: given.verifier,
        oracle: given.oracle,
        io_mint: *io_mint.address().as_array(),
        stake_vault: vaults.make(stake_vault, &seeds::stake_vault(), io_mint)?,
        fee_vault: vaults.make(fee_vault, &seeds::fee_vault(), io_mint)?,
        min_stake_per_device: given.min_stake_per_device,
        cooldown_seconds: given.cooldown_seconds,
        settle_window_seconds: given.settle_window_seconds,
        margin_bps: given.margin_bps,
        slash: given.slash,
        usdc_mint: *usdc_mint.address().as_array(),
        usdc_fee_vault: vaults.make(usdc_fee_vault, &seeds::usdc_fee_vault(), usdc_mint)?,
        reward_vault: vaults.make(reward_vault, &seeds::reward_vault(), io_mint)?,
        slash_vault: vaults.make(slash_vault, &seeds::slash_vault(), io_mint)?,
        market_vault: vaults.make(market_vault, &seeds::market_vault(), io_mint)?,
        next_key: [0; 32],
        next_role: Role::Authority,
        leasing: Leasing::Open,
        slash_epoch: 0,
        slash_cap: 0,
        slash_taken: 0,
    };
    ensure(made.keys_are_distinct(), E::KeysNotDistinct)?;
    let begin = Begin {
        id,
        payer: authority,
        given: &given,
    };
    begin.rewards(rewards)?;
    begin.schedule(schedule)?;
    store::network(network, &made)?;
    log(network.address(), &made, &given)
}

#[inline(never)]
fn check(given: &InitNetwork, at: u64) -> ProgramResult {
    ensure(given.parameters().is_within(), E::BadParameter)?;
    ensure(given.network_tag != [0; 16], E::BadParameter)?;
    let table = |month: usize| CUMULATIVE.get(month).copied();
    let unlocked = emission::unlocked(given.schedule_starts_at, at, table);
    ensure(
        given.drawn_before <= or(unlocked, E::BadParameter)?,
        E::AboveSchedule,
    )
}

/// Makes token accounts that the network account owns.
struct Vaults<'a> {
    id: &'a Address,
    payer: &'a AccountView,
    network: &'a Address,
}

impl Vaults<'_> {
    #[inline(never)]
    fn make(
        &self,
        vault: &mut AccountView,
        seeds: &[&[u8]; 1],
        mint: &AccountView,
    ) -> Result<Bytes32, ProgramError> {
        NewAccount {
            id: self.id,
            payer: self.payer,
            account: vault,
            seeds,
        }
        .create_token(mint, self.network)?;
        Ok(*vault.address().as_array())
    }
}

struct Begin<'a> {
    id: &'a Address,
    payer: &'a AccountView,
    given: &'a InitNetwork,
}

impl Begin<'_> {
    #[inline(never)]
    fn rewards(&self, account: &mut AccountView) -> ProgramResult {
        let bump = NewAccount {
            id: self.id,
            payer: self.payer,
            account,
            seeds: &seeds::rewards(),
        }
        .create(Rewards::ACCOUNT_LEN)?;
        let begin = Rewards {
            bump,
            count: 0,
            epoch: 0,
            total: 0,
            fee_drawn: 0,
            drawn_before: self.given.drawn_before,
            claimed: 0,
            burned: 0,
        };
        store::rewards(account, &begin)
    }

    /// Copies the table that the program was built with.
    #[inline(never)]
    fn schedule(&self, account: &mut AccountView) -> ProgramResult {
        let bump = NewAccount {
            id: self.id,
            payer: self.payer,
            account,
            seeds: &seeds::schedule(),
        }
        .create(Schedule::ACCOUNT_LEN)?;
        let front = Schedule {
            bump,
            starts_at: self.given.schedule_starts_at,
        };
        store::bytes(account, &front.to_bytes())?;
        let mut data = account.try_borrow_mut()?;
        let places = or(data.get_mut(Schedule::LEN..), E::WrongAccountType)?;
        for (place, amount) in places.chunks_exact_mut(8).zip(&CUMULATIVE) {
            place.copy_from_slice(&amount.to_le_bytes());
        }
        Ok(())
    }
}

#[inline(never)]
fn log(address: &Address, network: &Network, given: &InitNetwork) -> ProgramResult {
    let at = now()?;
    let happened = NetworkInitialized {
        network: *address.as_array(),
        network_tag: network.network_tag,
        authority: network.authority,
        io_mint: network.io_mint,
        at,
    };
    event::log(&happened.to_bytes());
    let terms = NetworkTerms {
        verifier: network.verifier,
        oracle: network.oracle,
        usdc_mint: network.usdc_mint,
        schedule_starts_at: given.schedule_starts_at,
        drawn_before: given.drawn_before,
        at,
    };
    event::log(&terms.to_bytes());
    let parameters = ParametersSet {
        parameters: given.parameters(),
        at,
    };
    event::log(&parameters.to_bytes());
    Ok(())
}
