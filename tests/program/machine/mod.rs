//! Random sequences of everything anybody can do, by many actors, with amounts and times on both sides of what is
//! allowed. After each operation `harness::checks` looks at every account; `model` keeps books of its own about
//! time (what was asked, posted, lowered or settled when) and holds every payout against them; `history` works all
//! amounts out from the logged events alone.
//!
//! A failure names seed and operation; the same seed gives the same sequence.

mod history;
mod leases;
mod model;
mod network;
mod slashes;
mod stakes;

use std::collections::BTreeSet;

use hearth_program_interface::emission::TOTAL;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::Event;
use hearth_program_interface::instruction::Tag;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use solana_keypair::Keypair;
use solana_sdk::instruction::{Instruction, InstructionError};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::transaction::TransactionError;

use self::model::Model;
use crate::harness::{IO, Provider, Rental, Wallet, World, events_of};

/// Operations in one world; then the next begins, so that worlds stay small enough to be looked at whole.
const PER_WORLD: u64 = 500;

/// One of the devices and whose it is.
#[derive(Clone, Copy)]
struct Place {
    provider: usize,
    device: usize,
    address: Pubkey,
}

struct Machine {
    world: World,
    random: StdRng,
    /// Two devices each.
    providers: Vec<Provider>,
    /// Rent, co-stake and make markets.
    people: Vec<Wallet>,
    rentals: Vec<Rental>,
    model: Model,
    /// Which instructions were taken, by tag.
    taken: BTreeSet<u8>,
    /// Which refusals were met.
    refused: BTreeSet<u32>,
}

impl Machine {
    fn new(seed: u64) -> Self {
        let mut world = World::new();
        let providers: Vec<_> = (0..4).map(|_| world.provider(2)).collect();
        let people = (0..4).map(|_| world.wallet()).collect();
        let (reward_vault, fee_vault) = (world.reward_vault, world.fee_vault);
        world.give(&reward_vault, TOTAL);
        world.give(&fee_vault, 1_000 * IO);
        let mut model = Model::default();
        for address in providers.iter().flat_map(|provider| &provider.devices) {
            model.required(address, world.device(address).required, world.now());
        }
        Self {
            world,
            random: StdRng::seed_from_u64(seed),
            providers,
            people,
            rentals: Vec::new(),
            model,
            taken: BTreeSet::new(),
            refused: BTreeSet::new(),
        }
    }

    fn below(&mut self, end: usize) -> usize {
        self.random.random_range(0..end)
    }

    fn chance(&mut self, percent: u32) -> bool {
        self.random.random_range(0..100) < percent
    }

    fn place(&mut self) -> Place {
        let provider = self.below(self.providers.len());
        let device = self.below(2);
        Place {
            provider,
            device,
            address: self.providers[provider].devices[device],
        }
    }

    /// An amount around one that matters.
    fn around(&mut self, amount: u64) -> u64 {
        match self.below(12) {
            0 => 0,
            1 => 1,
            2 => amount.saturating_sub(1),
            3 => amount.saturating_add(1),
            4 => u64::MAX,
            5 | 6 => amount,
            _ => self.random.random_range(0..=amount),
        }
    }

    /// Sends; the events if it was taken. A refusal must be one of the program's own codes.
    fn attempt(&mut self, signers: &[&Keypair], instructions: &[Instruction]) -> Option<Vec<Event>> {
        match self.world.send(signers, instructions, 400_000) {
            Ok(done) => {
                self.taken.insert(instructions.last().unwrap().data[0]);
                Some(events_of(&done))
            }
            Err(failed) => {
                let TransactionError::InstructionError(_, InstructionError::Custom(code)) = failed.err else {
                    panic!("{:?}\n{}", failed.err, failed.meta.pretty_logs());
                };
                assert!(
                    E::from_code(code).is_some(),
                    "code {code}\n{}",
                    failed.meta.pretty_logs()
                );
                self.refused.insert(code);
                None
            }
        }
    }

    fn step(&mut self) {
        match self.below(100) {
            0..=13 => self.wait(),
            14..=41 => self.stake_step(),
            42..=70 => self.lease_step(),
            71..=84 => self.slash_step(),
            _ => self.network_step(),
        }
    }

    fn wait(&mut self) {
        let times = [1, 60, 599, 3_600, 3_600, 86_400, 86_400, 7 * 86_400, 14 * 86_400];
        let place = self.below(times.len());
        self.world.pass(times[place]);
    }
}

/// Runs worlds until that many operations are done.
fn run(first_seed: u64, operations: u64) {
    let (mut taken, mut refused) = (BTreeSet::new(), BTreeSet::new());
    for seed in 0..operations.div_ceil(PER_WORLD) {
        let mut machine = Machine::new(first_seed + seed);
        for operation in 0..PER_WORLD {
            let what = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                machine.step();
                if operation % 100 == 99 {
                    history::tells_the_same(&machine.world);
                }
            }));
            assert!(what.is_ok(), "seed {}, operation {operation}", first_seed + seed);
        }
        taken.append(&mut machine.taken);
        refused.append(&mut machine.refused);
    }
    for tag in Tag::ALL {
        // The network is made once, before.
        assert!(
            *tag == Tag::InitNetwork || taken.contains(&(*tag as u8)),
            "{tag:?} was never taken"
        );
    }
    assert!(refused.len() > 40, "{refused:?}");
}

#[test]
fn five_thousand_operations_keep_every_rule() {
    run(1, 5_000);
}

/// `HEARTH_OPERATIONS` says how many, `HEARTH_SEED` where seeds begin.
#[test]
#[ignore = "takes minutes; run by name"]
fn a_hundred_thousand_operations_keep_every_rule() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    run(
        number("HEARTH_SEED").unwrap_or(1_000_000),
        number("HEARTH_OPERATIONS").unwrap_or(100_000),
    );
}
