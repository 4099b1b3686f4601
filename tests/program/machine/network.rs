//! The network's keys, market makers and rewards at random.

use hearth_program_interface::account::{Leasing, Rewards, Role};
use hearth_program_interface::event::Event;
use hearth_program_interface::instruction::PostRoot;
use hearth_program_interface::params::EPOCH_SECONDS;
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use super::Machine;
use super::model::{Model, Posted};
use crate::harness::{IO, Tree, copy, ix, parameters};

impl Machine {
    pub(super) fn network_step(&mut self) {
        match self.below(20) {
            0..=3 => self.fund(),
            4 => self.drain(),
            5 => self.convert(),
            6..=8 => self.post_root(),
            9 => self.void_root(),
            10..=15 => self.claim(),
            16 => self.burn(),
            17 => self.set(),
            18 => self.pause(),
            _ => self.hand_over(),
        }
    }

    fn maker(&mut self) -> usize {
        self.below(2)
    }

    fn fund(&mut self) {
        let maker = self.maker();
        let amount = self.around(100 * IO);
        let prices = [0, 1, 250_000, 250_001, 3_000_000];
        let price = prices[self.below(prices.len())];
        let fund = ix::fund_maker(&self.world, &self.people[maker], amount, price);
        let key = self.people[maker].key.insecure_clone();
        self.attempt(&[&key], &[fund]);
    }

    fn drain(&mut self) {
        let maker = self.maker();
        let address = ix::maker_address(&self.world, &self.people[maker].address());
        if self.world.data(&address).is_none() {
            return;
        }
        let available = self
            .world
            .read(&address, hearth_program_interface::account::Maker::from_bytes)
            .available;
        let amount = self.around(available);
        let drain = ix::drain_maker(&self.world, &self.people[maker], amount);
        let key = self.people[maker].key.insecure_clone();
        self.attempt(&[&key], &[drain]);
    }

    fn convert(&mut self) {
        let maker = self.maker();
        let usdc = self.around(self.world.io(&self.world.usdc_fee_vault));
        let convert = ix::convert_fees(&self.world, &self.people[maker], (usdc, 1));
        let key = self.world.oracle.insecure_clone();
        let price = self.price(&copy(&self.people[maker]));
        if let Some(events) = self.attempt(&[&key], &[convert]) {
            let Some(Event::FeesConverted(converted)) = events.first() else {
                panic!("{events:?}")
            };
            Model::sold(usdc, converted.io, price);
        }
    }

    fn rewards(&self) -> Rewards {
        self.world.read(&self.world.rewards, Rewards::of_account)
    }

    /// Gives everybody a little more; sometimes more than there is.
    fn post_root(&mut self) {
        let mut earned = self.model.earned.clone();
        let wallets: Vec<_> = self.people.iter().map(|person| person.address()).collect();
        for wallet in wallets {
            let more = if self.chance(3) { 10_000_000 * IO } else { 100 * IO };
            *earned.entry(wallet).or_default() += self.random_below(more);
        }
        let tree = Tree::new(
            &earned
                .iter()
                .map(|(wallet, total)| (*wallet, *total))
                .collect::<Vec<_>>(),
        );
        let now = self.world.now();
        let epoch = now / EPOCH_SECONDS - u64::from(!self.chance(10));
        let fee_draw = self.around(IO);
        let given = PostRoot {
            epoch,
            root: tree.root(),
            report: [1; 32],
            total: tree.total(),
            fee_draw,
        };
        let post = ix::post_any_root(&self.world, &given);
        let key = self.world.verifier.insecure_clone();
        if self.attempt(&[&key], &[post]).is_some() {
            assert!((epoch + 1) * EPOCH_SECONDS <= now, "an epoch that was not over");
            self.model.earned = earned;
            self.model.roots.push(Posted { epoch, tree, at: now });
        }
    }

    fn void_root(&mut self) {
        let Some(posted) = self.model.roots.last() else {
            return;
        };
        let void = ix::void_root(&self.world, posted.epoch);
        let key = self.world.authority.insecure_clone();
        if self.attempt(&[&key], &[void]).is_some() {
            let voided = self.model.roots.pop().unwrap();
            assert!(self.world.now() < voided.at + 3_600, "voided too late");
            let before = self.model.roots.last().map(|posted| posted.tree.leaves.clone());
            self.model.earned = before.unwrap_or_default().into_iter().collect();
            assert_eq!(self.rewards().total, self.model.earned.values().sum::<u64>());
        }
    }

    fn claim(&mut self) {
        let count = self.model.roots.len();
        if count == 0 {
            return;
        }
        let oldest = if self.chance(70) {
            count.saturating_sub(2)
        } else {
            0
        };
        let at = oldest + self.below(count - oldest);
        let leaf = self.below(4);
        let claims_as = if self.chance(90) { leaf } else { self.below(4) };
        let posted = &self.model.roots[at];
        let owner = posted.tree.leaves[claims_as].0;
        let person = self
            .people
            .iter()
            .find(|person| person.address() == owner)
            .unwrap();
        let wallet = copy(person);
        let claim = ix::claim(&self.world, &wallet, posted.epoch, &posted.tree, leaf);
        let epoch = posted.epoch;
        if let Some(events) = self.attempt(&[&wallet.key], &[claim]) {
            let Some(Event::Claimed(claimed)) = events.first() else {
                panic!("{events:?}")
            };
            self.model.claimed(epoch, &owner, claimed.total, self.world.now());
        }
    }

    fn burn(&mut self) {
        let amount = self.around(IO);
        let burn = ix::burn_fees(&self.world, amount);
        let key = self.world.verifier.insecure_clone();
        self.attempt(&[&key], &[burn]);
    }

    /// Margins come and go; the cooldown stays, because the model counts with it.
    fn set(&mut self) {
        let mut parameters = parameters().parameters();
        parameters.margin_bps = [0, 1, 250, 1_000, 3_000, 3_001][self.below(6)];
        let set = ix::set_parameters(&self.world, parameters);
        let key = self.world.authority.insecure_clone();
        self.attempt(&[&key], &[set]);
    }

    fn pause(&mut self) {
        let leasing = if self.chance(20) {
            Leasing::Paused
        } else {
            Leasing::Open
        };
        let pause = ix::set_leasing(&self.world, leasing);
        let key = self.world.authority.insecure_clone();
        self.attempt(&[&key], &[pause]);
    }

    fn hand_over(&mut self) {
        let (new, authority) = (Keypair::new(), self.world.authority.insecure_clone());
        self.world.svm.airdrop(&new.pubkey(), 1_000_000_000).unwrap();
        let role = [Role::Authority, Role::Verifier, Role::Oracle][self.below(3)];
        let propose = ix::propose_key(&self.world, role, new.pubkey().to_bytes());
        self.attempt(&[&authority], &[propose]);
        let accept = ix::accept_key(&self.world, role, &new.pubkey());
        if self.attempt(&[&new], &[accept]).is_some() {
            match role {
                Role::Authority => self.world.authority = new,
                Role::Verifier => self.world.verifier = new,
                Role::Oracle => self.world.oracle = new,
            }
        }
    }
}
