//! A chain with the program, a network and wallets on it.

pub(crate) mod checks;
pub(crate) mod instructions;
mod market;
mod money;
mod rental;
mod rewards;
mod slashing;
mod staking;
pub(crate) mod token;

use std::collections::BTreeSet;

use base64::Engine as _;
use hearth_program_interface::account::{Device, Lease, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Event;
use hearth_program_interface::instruction::InitNetwork;
use hearth_program_interface::params::SlashTable;
use hearth_program_interface::{Bytes32, NetworkTag, PRACTICE_PROGRAM_ID, PRACTICE_PROGRAM_SECRET, seeds};
use litesvm::LiteSVM;
use litesvm::types::{FailedTransactionMetadata, TransactionMetadata};
use solana_keypair::Keypair;
use solana_sdk::clock::Clock;
use solana_sdk::instruction::{Instruction, InstructionError};
use solana_sdk::message::Message;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;
use solana_sdk::transaction::{Transaction, TransactionError};

pub(crate) use instructions::{self as ix, statement};
pub(crate) use money::Money;
pub(crate) use rental::{MAX_SECONDS, RATE, Rental, hash_of};
pub(crate) use rewards::Tree;

/// One IO in base units.
pub(crate) const IO: u64 = 100_000_000;
/// What a packet holds.
pub(crate) const PACKET: usize = 1_232;
pub(crate) const TAG: NetworkTag = *b"practice\0\0\0\0\0\0\0\0";
/// Fourteen days.
pub(crate) const COOLDOWN: u64 = 14 * 86_400;
/// Three days.
pub(crate) const WINDOW: u64 = 3 * 86_400;
pub(crate) const MARGIN_BPS: u16 = 1_000;
pub(crate) const MIN_STAKE: u64 = 200 * IO;
/// What each wallet begins with in IO.
pub(crate) const PURSE: u64 = 100_000 * IO;
/// What each wallet begins with in USDC.
pub(crate) const USDC_PURSE: u64 = 100_000_000_000;
/// When worlds begin.
pub(crate) const BEGIN: u64 = 1_800_000_000;

const ARTIFACT: &[u8] = include_bytes!("../../../crates/program/artifact/hearth_program.so");

pub(crate) struct World {
    pub(crate) svm: LiteSVM,
    pub(crate) program: Pubkey,
    pub(crate) mint: Pubkey,
    pub(crate) usdc: Pubkey,
    pub(crate) authority: Keypair,
    pub(crate) verifier: Keypair,
    pub(crate) oracle: Keypair,
    pub(crate) network: Pubkey,
    pub(crate) stake_vault: Pubkey,
    pub(crate) fee_vault: Pubkey,
    pub(crate) usdc_fee_vault: Pubkey,
    pub(crate) reward_vault: Pubkey,
    pub(crate) slash_vault: Pubkey,
    pub(crate) market_vault: Pubkey,
    pub(crate) rewards: Pubkey,
    pub(crate) schedule: Pubkey,
    money: Money,
    /// Copies of accounts at addresses that are not theirs.
    decoys: BTreeSet<Pubkey>,
    log: Vec<Event>,
    leases: Vec<Bytes32>,
    /// Compute units of the last transaction.
    pub(crate) used: u64,
    /// Size of the last transaction, bytes.
    pub(crate) size: usize,
}

pub(crate) struct Wallet {
    pub(crate) key: Keypair,
    /// Its account in IO.
    pub(crate) token: Pubkey,
    /// Its account in USDC.
    pub(crate) usdc: Pubkey,
}

impl Wallet {
    pub(crate) fn address(&self) -> Pubkey {
        self.key.pubkey()
    }
}

/// A wallet with a node and staked devices.
pub(crate) struct Provider {
    pub(crate) wallet: Wallet,
    pub(crate) node: Keypair,
    pub(crate) devices: Vec<Pubkey>,
}

pub(crate) fn parameters() -> InitNetwork {
    InitNetwork {
        network_tag: TAG,
        verifier: role_key(21).pubkey().to_bytes(),
        oracle: role_key(22).pubkey().to_bytes(),
        min_stake_per_device: MIN_STAKE,
        cooldown_seconds: COOLDOWN,
        settle_window_seconds: WINDOW,
        margin_bps: MARGIN_BPS,
        slash: SlashTable::MOST,
        schedule_starts_at: BEGIN,
        drawn_before: 0,
    }
}

fn role_key(number: u8) -> Keypair {
    Keypair::new_from_array([number; 32])
}

pub(crate) fn program_key() -> Keypair {
    Keypair::new_from_array(PRACTICE_PROGRAM_SECRET)
}

impl World {
    /// A chain with a network.
    pub(crate) fn new() -> Self {
        Self::on(LiteSVM::new())
    }

    /// The same on a chain of the caller's making.
    pub(crate) fn on(svm: LiteSVM) -> Self {
        let mut world = Self::bare(svm);
        let init = ix::init_network(&world, &parameters());
        let (authority, program) = (world.authority.insecure_clone(), program_key());
        world.ok(&[&authority, &program], &[init]);
        world
    }

    /// A chain with the program and a mint, and no network yet.
    pub(crate) fn bare(mut svm: LiteSVM) -> Self {
        let program = Pubkey::new_from_array(PRACTICE_PROGRAM_ID);
        svm.add_program(program, ARTIFACT).unwrap();
        let mut clock: Clock = svm.get_sysvar();
        clock.unix_timestamp = i64::try_from(BEGIN).unwrap();
        svm.set_sysvar(&clock);
        let address = |seeds: &[&[u8]]| Pubkey::find_program_address(seeds, &program).0;
        let mut world = Self {
            mint: Pubkey::new_from_array([77; 32]),
            usdc: Pubkey::new_from_array([78; 32]),
            authority: Keypair::new(),
            verifier: role_key(21),
            oracle: role_key(22),
            network: address(&seeds::network()),
            stake_vault: address(&seeds::stake_vault()),
            fee_vault: address(&seeds::fee_vault()),
            usdc_fee_vault: address(&seeds::usdc_fee_vault()),
            reward_vault: address(&seeds::reward_vault()),
            slash_vault: address(&seeds::slash_vault()),
            market_vault: address(&seeds::market_vault()),
            rewards: address(&seeds::rewards()),
            schedule: address(&seeds::schedule()),
            svm,
            program,
            money: Money::default(),
            decoys: BTreeSet::new(),
            log: Vec::new(),
            leases: Vec::new(),
            used: 0,
            size: 0,
        };
        world.set(world.mint, token::mint(8));
        world.set(world.usdc, token::mint(6));
        for key in [&world.authority, &world.verifier, &world.oracle] {
            world.svm.airdrop(&key.pubkey(), 10_000_000_000).unwrap();
        }
        world
    }

    pub(crate) fn wallet(&mut self) -> Wallet {
        let key = Keypair::new();
        self.svm.airdrop(&key.pubkey(), 10_000_000_000).unwrap();
        let token = self.purse(&key.pubkey(), PURSE);
        let usdc = self.usdc_purse(&key.pubkey(), USDC_PURSE);
        Wallet { key, token, usdc }
    }

    /// A wallet with that many devices, each with the least stake.
    pub(crate) fn provider(&mut self, devices: u8) -> Provider {
        let (wallet, node) = (self.wallet(), Keypair::new());
        for number in 0..devices {
            let stake = ix::stake(self, &wallet, [number; 32], &node, MIN_STAKE);
            self.ok(&[&wallet.key], &[stake]);
        }
        let devices = (0..devices)
            .map(|number| self.device_address(&wallet, [number; 32]))
            .collect();
        Provider {
            wallet,
            node,
            devices,
        }
    }

    pub(crate) fn find(&self, seeds: &[&[u8]]) -> (Pubkey, u8) {
        Pubkey::find_program_address(seeds, &self.program)
    }

    pub(crate) fn device_address(&self, owner: &Wallet, id: Bytes32) -> Pubkey {
        self.find(&seeds::device(&owner.address().to_bytes(), &id)).0
    }

    pub(crate) fn set(&mut self, address: Pubkey, account: solana_account::Account) {
        self.svm.set_account(address, account).unwrap();
    }

    /// A copy of an account, changed, at an address of its own; `checks` does not count what it says.
    pub(crate) fn decoy(&mut self, of: &Pubkey, change: impl FnOnce(&mut solana_account::Account)) -> Pubkey {
        let mut account = self.svm.get_account(of).unwrap();
        change(&mut account);
        let address = Pubkey::new_unique();
        self.set(address, account);
        self.decoys.insert(address);
        address
    }

    pub(crate) fn now(&self) -> u64 {
        let clock: Clock = self.svm.get_sysvar();
        u64::try_from(clock.unix_timestamp).unwrap()
    }

    pub(crate) fn pass(&mut self, seconds: u64) {
        let mut clock: Clock = self.svm.get_sysvar();
        clock.unix_timestamp = clock.unix_timestamp.checked_add_unsigned(seconds).unwrap();
        self.svm.set_sysvar(&clock);
    }

    pub(crate) fn data(&self, address: &Pubkey) -> Option<Vec<u8>> {
        self.svm
            .get_account(address)
            .map(|account| account.data)
            .filter(|data| !data.is_empty())
    }

    pub(crate) fn device(&self, address: &Pubkey) -> Device {
        Device::from_bytes(&self.data(address).unwrap()).unwrap()
    }

    pub(crate) fn lease(&self, address: &Pubkey) -> Lease {
        Lease::from_bytes(&self.data(address).unwrap()).unwrap()
    }

    pub(crate) fn network(&self) -> Network {
        Network::from_bytes(&self.data(&self.network).unwrap()).unwrap()
    }

    /// Everything logged since the world began.
    pub(crate) fn log(&self) -> &[Event] {
        &self.log
    }

    /// Any record account.
    pub(crate) fn read<T>(&self, address: &Pubkey, decode: impl Fn(&[u8]) -> Option<T>) -> T {
        decode(&self.data(address).unwrap()).unwrap()
    }

    /// What a token account holds.
    pub(crate) fn io(&self, address: &Pubkey) -> u64 {
        token::amount(&self.data(address).unwrap())
    }

    /// Sends; the first signer pays the fee. Compute budget instructions come first.
    #[expect(clippy::result_large_err, reason = "the SVM's own error")]
    pub(crate) fn send(
        &mut self,
        signers: &[&Keypair],
        instructions: &[Instruction],
        units: u32,
    ) -> Result<TransactionMetadata, FailedTransactionMetadata> {
        let mut all = ix::budget(units).to_vec();
        all.extend_from_slice(instructions);
        let message = Message::new(&all, Some(&signers[0].pubkey()));
        let transaction = Transaction::new(signers, message, self.svm.latest_blockhash());
        self.size = 1 + 64 * transaction.signatures.len() + transaction.message.serialize().len();
        assert!(self.size <= PACKET, "{} bytes", self.size);
        let outcome = self.svm.send_transaction(transaction);
        self.svm.expire_blockhash();
        if let Ok(done) = &outcome {
            self.log.extend(events_of(done));
        }
        checks::everything(self);
        outcome
    }

    /// Sends what must be taken; gives the events logged.
    pub(crate) fn ok(&mut self, signers: &[&Keypair], instructions: &[Instruction]) -> Vec<Event> {
        self.ok_within(signers, instructions, 400_000)
    }

    pub(crate) fn ok_within(
        &mut self,
        signers: &[&Keypair],
        instructions: &[Instruction],
        units: u32,
    ) -> Vec<Event> {
        let done = self
            .send(signers, instructions, units)
            .unwrap_or_else(|failed| panic!("{:?}\n{}", failed.err, failed.meta.pretty_logs()));
        self.used = done.compute_units_consumed;
        events_of(&done)
    }

    /// Sends what must be refused by the program; gives its reason.
    pub(crate) fn refused(&mut self, signers: &[&Keypair], instructions: &[Instruction]) -> E {
        match self.failed(signers, instructions) {
            (_, InstructionError::Custom(code)) => {
                E::from_code(code).unwrap_or_else(|| panic!("code {code}"))
            }
            (at, other) => panic!("instruction {at}: {other:?}"),
        }
    }

    /// Sends what must fail; gives the instruction (those of the compute budget aside) and its error.
    pub(crate) fn failed(
        &mut self,
        signers: &[&Keypair],
        instructions: &[Instruction],
    ) -> (u8, InstructionError) {
        match self
            .send(signers, instructions, 400_000)
            .map(|done| done.pretty_logs())
            .map_err(|failed| failed.err)
        {
            Err(TransactionError::InstructionError(at, error)) => (at.checked_sub(2).unwrap(), error),
            other => panic!("{other:?}"),
        }
    }

    /// Whether the transaction would be taken as things are.
    pub(crate) fn would_take(&self, signer: &Keypair, instructions: &[Instruction]) -> bool {
        let message = Message::new(instructions, Some(&signer.pubkey()));
        let transaction = Transaction::new(&[signer], message, self.svm.latest_blockhash());
        self.svm.simulate_transaction(transaction).is_ok()
    }

    /// A lease id not used before.
    pub(crate) fn lease_id(&mut self) -> Bytes32 {
        let mut id = [200; 32];
        id[..8].copy_from_slice(&(self.leases.len() as u64).to_le_bytes());
        self.leases.push(id);
        id
    }
}

/// What the program logged.
pub(crate) fn events_of(done: &TransactionMetadata) -> Vec<Event> {
    let encoded = done
        .logs
        .iter()
        .filter_map(|line| line.strip_prefix("Program data: "));
    encoded
        .map(|text| Event::from_bytes(&base64::prelude::BASE64_STANDARD.decode(text).unwrap()).unwrap())
        .collect()
}

/// The same wallet once more.
pub(crate) fn copy(wallet: &Wallet) -> Wallet {
    Wallet {
        key: wallet.key.insecure_clone(),
        ..*wallet
    }
}
