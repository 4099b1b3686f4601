//! The first start: money, the mints of IO and USDC, the program and its network account.
//!
//! What must come from nowhere (SOL, the program's code) is put in place; everything else is real transactions.
//! A genesis that was cut short is begun anew.

use hearth_program_interface::{
    PRACTICE_PROGRAM_ID, PRACTICE_PROGRAM_SECRET,
    account::{self, Account as ProgramAccount},
    compute_units, emission,
    instruction::{FundMaker, FundMakerAccounts, InitNetwork, InitNetworkAccounts, Meta, TOKEN_PROGRAM},
    params::{IO_CAP, IO_DECIMALS, SlashTable, USDC_DECIMALS},
    seeds,
};
use hearth_types::network::NetworkKind;
use solana_account::{Account, AccountSharedData, ReadableAccount as _};
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
    signature::{Keypair, Signer as _},
};

use crate::{
    bank::LoadError,
    chain::{Chain, Refusal},
    faucet::SOL,
    keys::Keys,
    ledger::LedgerError,
    token,
};

/// The program as it is deployed, sBPF v3.
const PROGRAM: &[u8] = include_bytes!("../../program/artifact/hearth_program.so");
/// The SOL there is, lamports.
const ALL_SOL: u64 = 500_000_000 * SOL;
/// What the authority and the coordinator get for rent and fees, lamports.
const OPERATING_SOL: u64 = 10_000 * SOL;
/// Stake that a device needs to be hired, base units: 200 IO.
const MIN_STAKE: u64 = 200 * hearth_types::money::IO_UNITS;
/// The network's part of lease pay, basis points.
const MARGIN_BPS: u16 = 1_000;

/// All USDC there is, base units: a thousand million.
const ALL_USDC: u64 = 1_000_000_000_000_000;
/// What the faucet sells as a market maker, base units of IO: ten million.
const FOR_SALE: u64 = 10_000_000 * hearth_types::money::IO_UNITS;
/// At which price, base units of USDC for one IO. The price script moves around it.
pub(crate) const PRICE: u64 = 250_000;

/// What can be chosen at genesis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkRules {
    /// What it calls itself in everything that is signed. [`NetworkKind::Custom`] rehearses a network that is not
    /// for practice: no software adapter may be lent, no faucet is offered.
    pub kind: NetworkKind,
    /// How long unstaked IO cools down, seconds.
    pub cooldown_seconds: u64,
    /// How long after a lease's last second vouchers can be settled, seconds.
    pub settle_window_seconds: u64,
}

impl Default for NetworkRules {
    /// For practice; 14 days and 72 hours.
    fn default() -> Self {
        Self {
            kind: NetworkKind::Practice,
            cooldown_seconds: 14 * 86_400,
            settle_window_seconds: 72 * 3_600,
        }
    }
}

/// Why there is no new chain.
#[derive(Debug, thiserror::Error)]
pub enum GenesisError {
    /// The program or an account does not load.
    #[error("cannot set up accounts")]
    Load(#[from] LoadError),
    /// A genesis transaction failed.
    #[error("a genesis transaction failed: {step}")]
    Transaction {
        /// Which one.
        step: &'static str,
        /// Why.
        #[source]
        source: Refusal,
    },
    /// The ledger failed.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// The program's address on practice networks.
#[must_use]
pub fn program_id() -> Pubkey {
    Pubkey::new_from_array(PRACTICE_PROGRAM_ID)
}

/// The program's network account.
#[must_use]
pub fn network_account() -> Pubkey {
    Pubkey::find_program_address(&seeds::network(), &program_id()).0
}

/// Fills a new chain.
pub(crate) async fn create(chain: &mut Chain, keys: &Keys, rules: &NetworkRules) -> Result<(), GenesisError> {
    let faucet = keys.faucet.pubkey();
    let money = Account {
        lamports: ALL_SOL,
        ..Account::default()
    };
    chain.bank.load(vec![(faucet, money.clone())])?;
    let mut placed = vec![(faucet, AccountSharedData::from(money))];
    chain.bank.set_time(&chain.clock.now());
    placed.extend(chain.bank.deploy(program_id(), PROGRAM)?);
    chain.ledger.put_accounts(&placed).await?;

    let mints = [
        ("IO mint", &keys.io_mint, IO_DECIMALS, IO_CAP),
        ("USDC mint", &keys.usdc_mint, USDC_DECIMALS, ALL_USDC),
    ];
    for (step, mint, decimals, supply) in mints {
        make_mint(chain, keys, mint, (decimals, supply))
            .await
            .map_err(|source| GenesisError::Transaction { step, source })?;
    }
    let pay =
        |to: &Keypair| solana_system_interface::instruction::transfer(&faucet, &to.pubkey(), OPERATING_SOL);
    chain
        .run(
            "genesis",
            &[pay(&keys.network_authority), pay(&keys.coordinator)],
            &[&keys.faucet],
        )
        .await
        .map_err(|source| GenesisError::Transaction {
            step: "operating SOL",
            source,
        })?;
    init_network(chain, keys, rules)
        .await
        .map_err(|source| GenesisError::Transaction {
            step: "network account",
            source,
        })?;
    fill_vaults(chain, keys)
        .await
        .map_err(|source| GenesisError::Transaction {
            step: "vaults",
            source,
        })?;
    chain.ledger.complete().await?;
    Ok(())
}

/// Whether this release can go on with a chain: its program reads every account that an older one left.
pub(crate) fn is_readable(chain: &Chain) -> bool {
    let program = program_id();
    chain
        .bank
        .accounts()
        .filter(|(_, account)| *account.owner() == program)
        .all(|(_, account)| ProgramAccount::from_bytes(account.data()).is_some())
}

/// What a chain's network calls itself, since its genesis.
pub(crate) fn kind(chain: &Chain) -> Option<NetworkKind> {
    let account = chain.bank.account(&network_account())?;
    let network = account::Network::from_bytes(account.data())?;
    let mut kinds = NetworkKind::ALL.into_iter();
    kinds.find(|kind| kind.tag() == network.network_tag)
}

/// Deploys the program that this release brings when the ledger holds another.
pub(crate) async fn update_program(chain: &mut Chain) -> Result<(), GenesisError> {
    if chain.bank.program(&program_id()) == Some(PROGRAM) {
        return Ok(());
    }
    tracing::info!("the practice network gets the program of this release");
    chain.bank.set_time(&chain.clock.now());
    let placed = chain.bank.deploy(program_id(), PROGRAM)?;
    chain.ledger.put_accounts(&placed).await?;
    Ok(())
}

/// Makes a mint and gives all there can be of it to the faucet.
async fn make_mint(
    chain: &mut Chain,
    keys: &Keys,
    key: &Keypair,
    (decimals, supply): (u8, u64),
) -> Result<(), Refusal> {
    let (faucet, mint, authority) = (keys.faucet.pubkey(), key.pubkey(), keys.mint_authority.pubkey());
    let rent = chain.bank.minimum_balance(token::MINT_LEN);
    let space = u64::try_from(token::MINT_LEN).unwrap_or(u64::MAX);
    let instructions = [
        solana_system_interface::instruction::create_account(
            &faucet,
            &mint,
            rent,
            space,
            &token::TOKEN_PROGRAM,
        ),
        token::initialize_mint(&mint, &authority, decimals),
        token::create_associated(&faucet, &faucet, &mint),
        token::mint_to(
            &mint,
            &token::associated_account(&faucet, &mint),
            &authority,
            supply,
        ),
    ];
    chain
        .run(
            "genesis",
            &instructions,
            &[&keys.faucet, key, &keys.mint_authority],
        )
        .await?;
    Ok(())
}

async fn init_network(chain: &mut Chain, keys: &Keys, rules: &NetworkRules) -> Result<(), Refusal> {
    let program = Keypair::new_from_array(PRACTICE_PROGRAM_SECRET);
    let accounts = InitNetworkAccounts {
        program: PRACTICE_PROGRAM_ID,
        authority: keys.network_authority.pubkey().to_bytes(),
        network: network_account().to_bytes(),
        io_mint: keys.io_mint.pubkey().to_bytes(),
        usdc_mint: keys.usdc_mint.pubkey().to_bytes(),
        stake_vault: address(&seeds::stake_vault()),
        fee_vault: address(&seeds::fee_vault()),
        usdc_fee_vault: address(&seeds::usdc_fee_vault()),
        reward_vault: address(&seeds::reward_vault()),
        slash_vault: address(&seeds::slash_vault()),
        market_vault: address(&seeds::market_vault()),
        rewards: address(&seeds::rewards()),
        schedule: address(&seeds::schedule()),
        token_program: TOKEN_PROGRAM,
        system_program: solana_system_interface::program::ID.to_bytes(),
    };
    let data = InitNetwork {
        network_tag: rules.kind.tag(),
        verifier: keys.verifier.pubkey().to_bytes(),
        oracle: keys.oracle.pubkey().to_bytes(),
        min_stake_per_device: MIN_STAKE,
        cooldown_seconds: rules.cooldown_seconds,
        settle_window_seconds: rules.settle_window_seconds,
        margin_bps: MARGIN_BPS,
        slash: SlashTable::MOST,
        schedule_starts_at: u64::try_from(chain.clock.now().unix_seconds()).unwrap_or_default(),
        drawn_before: 0,
    };
    let instruction = ours(&accounts.metas(), &data.to_bytes());
    let limit = unit_limit(compute_units::INIT_NETWORK);
    chain
        .run(
            "genesis",
            &[limit, instruction],
            &[&keys.network_authority, &program],
        )
        .await?;
    Ok(())
}

/// Gives the reward vault what the schedule will unlock, and puts IO of the faucet up for sale.
async fn fill_vaults(chain: &mut Chain, keys: &Keys) -> Result<(), Refusal> {
    let (faucet, mint) = (keys.faucet.pubkey(), keys.io_mint.pubkey());
    let purse = token::associated_account(&faucet, &mint);
    let vault = Pubkey::new_from_array(address(&seeds::reward_vault()));
    let accounts = FundMakerAccounts {
        wallet: faucet.to_bytes(),
        network: network_account().to_bytes(),
        maker: address(&seeds::maker(&faucet.to_bytes())),
        wallet_token: purse.to_bytes(),
        market_vault: address(&seeds::market_vault()),
        token_program: TOKEN_PROGRAM,
        system_program: solana_system_interface::program::ID.to_bytes(),
    };
    let sale = FundMaker {
        amount: FOR_SALE,
        price: PRICE,
    };
    let instructions = [
        token::transfer(&purse, &vault, &faucet, emission::TOTAL),
        ours(&accounts.metas(), &sale.to_bytes()),
    ];
    chain.run("genesis", &instructions, &[&keys.faucet]).await?;
    Ok(())
}

fn address(seeds: &[&[u8]]) -> [u8; 32] {
    Pubkey::find_program_address(seeds, &program_id()).0.to_bytes()
}

/// An instruction of our program.
fn ours(metas: &[Meta], data: &[u8]) -> Instruction {
    Instruction {
        program_id: program_id(),
        accounts: metas.iter().copied().map(account_meta).collect(),
        data: data.to_vec(),
    }
}

/// Asks for compute units.
fn unit_limit(units: u32) -> Instruction {
    let program_id = Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
    let data = [&[2_u8] as &[u8], &units.to_le_bytes()].concat();
    Instruction {
        program_id,
        accounts: Vec::new(),
        data,
    }
}

fn account_meta(meta: Meta) -> AccountMeta {
    AccountMeta {
        pubkey: Pubkey::new_from_array(meta.address),
        is_signer: meta.signer,
        is_writable: meta.writable,
    }
}
