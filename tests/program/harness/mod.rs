//! A chain with the program, a network and wallets on it.

pub(crate) mod instructions;
mod rental;
pub(crate) mod token;

use std::collections::BTreeMap;

use base64::Engine as _;
use hearth_program_interface::account::{Account, Device, Lease, LeaseStatus, Network};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Event;
use hearth_program_interface::instruction::{InitNetwork, TOKEN_PROGRAM};
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
pub(crate) use rental::{MAX_SECONDS, RATE, Rental, hash_of};

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
/// What each wallet begins with.
pub(crate) const PURSE: u64 = 100_000 * IO;

const ARTIFACT: &[u8] = include_bytes!("../../../crates/program/artifact/hearth_program.so");

pub(crate) struct World {
    pub(crate) svm: LiteSVM,
    pub(crate) program: Pubkey,
    pub(crate) mint: Pubkey,
    pub(crate) authority: Keypair,
    pub(crate) network: Pubkey,
    pub(crate) stake_vault: Pubkey,
    pub(crate) fee_vault: Pubkey,
    minted: u64,
    leases: Vec<Bytes32>,
    /// Compute units of the last transaction.
    pub(crate) used: u64,
    /// Size of the last transaction, bytes.
    pub(crate) size: usize,
}

pub(crate) struct Wallet {
    pub(crate) key: Keypair,
    pub(crate) token: Pubkey,
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
        verifier: [1; 32],
        oracle: [2; 32],
        min_stake_per_device: MIN_STAKE,
        cooldown_seconds: COOLDOWN,
        settle_window_seconds: WINDOW,
        margin_bps: MARGIN_BPS,
    }
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
        clock.unix_timestamp = 1_800_000_000;
        svm.set_sysvar(&clock);
        let address = |seeds: &[&[u8]]| Pubkey::find_program_address(seeds, &program).0;
        let mut world = Self {
            mint: Pubkey::new_from_array([77; 32]),
            authority: Keypair::new(),
            network: address(&seeds::network()),
            stake_vault: address(&seeds::stake_vault()),
            fee_vault: address(&seeds::fee_vault()),
            svm,
            program,
            minted: 0,
            leases: Vec::new(),
            used: 0,
            size: 0,
        };
        world.set(world.mint, token::mint(8));
        let authority = world.authority.pubkey();
        world.svm.airdrop(&authority, 10_000_000_000).unwrap();
        world
    }

    pub(crate) fn wallet(&mut self) -> Wallet {
        let key = Keypair::new();
        self.svm.airdrop(&key.pubkey(), 10_000_000_000).unwrap();
        let token = self.purse(&key.pubkey(), PURSE);
        Wallet { key, token }
    }

    /// A token account with IO out of nowhere.
    pub(crate) fn purse(&mut self, owner: &Pubkey, amount: u64) -> Pubkey {
        let token = Keypair::new().pubkey();
        self.set(token, token::account(&self.mint, owner, amount));
        self.minted = self.minted.checked_add(amount).unwrap();
        token
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
        self.check_conservation();
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
        let encoded = done
            .logs
            .iter()
            .filter_map(|line| line.strip_prefix("Program data: "));
        encoded
            .map(|text| Event::from_bytes(&base64::prelude::BASE64_STANDARD.decode(text).unwrap()).unwrap())
            .collect()
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

    fn check_conservation(&self) {
        let token_program = Pubkey::new_from_array(TOKEN_PROGRAM);
        let accounts = self.svm.get_program_accounts(&token_program);
        let held: BTreeMap<Pubkey, u64> = accounts
            .iter()
            .filter(|(_, account)| token::is_of(&account.data, &self.mint))
            .map(|(address, account)| (*address, token::amount(&account.data)))
            .collect();
        let total: u128 = held.values().map(|&amount| u128::from(amount)).sum();
        assert_eq!(total, u128::from(self.minted), "IO came or went");

        let mut staked = 0;
        for (_, account) in self.svm.get_program_accounts(&self.program) {
            match Account::from_bytes(&account.data) {
                Some(Account::Device(device)) => staked += device.staked + device.cooling,
                Some(Account::Lease(lease)) => {
                    let left = lease.escrowed - lease.settled - lease.refunded;
                    let escrow = held.get(&self.find(&seeds::escrow(&lease.id)).0).copied();
                    match lease.status {
                        LeaseStatus::Open => assert!(escrow.unwrap() >= left, "escrow"),
                        LeaseStatus::Closed => assert_eq!((escrow, left), (None, 0), "escrow"),
                    }
                }
                Some(Account::Network(_)) | None => {}
            }
        }
        let vault = held.get(&self.stake_vault).copied().unwrap_or(0);
        assert_eq!(vault, staked, "stake vault");
    }

    /// A lease id not used before.
    pub(crate) fn lease_id(&mut self) -> Bytes32 {
        let number = u8::try_from(self.leases.len()).unwrap();
        let id = [200_u8.checked_add(number).unwrap(); 32];
        self.leases.push(id);
        id
    }
}
