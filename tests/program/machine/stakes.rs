//! Stake and co-stake at random.

use hearth_program_interface::account::DeviceStatus;
use hearth_program_interface::event::Event;
use hearth_program_interface::params::MAX_REQUIRED;

use super::{Machine, Place};
use crate::harness::{IO, MIN_STAKE, ix};

impl Machine {
    pub(super) fn stake_step(&mut self) {
        let place = self.place();
        match self.below(20) {
            0..=3 => self.stake(place),
            4..=6 => self.ask_back(place),
            7 | 8 => self.withdraw(place),
            9 => self.classify(place),
            10 | 11 => self.offer(place),
            12..=14 => self.accept(place),
            15 | 16 => self.leave(place),
            17 | 18 => self.withdraw_co(place),
            _ => self.register(place),
        }
    }

    fn stake(&mut self, place: Place) {
        let device = self.world.device(&place.address);
        let amount = self.around(device.required.saturating_sub(device.staked) + 10 * IO);
        let provider = &self.providers[place.provider];
        let id = [u8::try_from(place.device).unwrap(); 32];
        let stake = ix::stake(&self.world, &provider.wallet, id, &provider.node, amount);
        let key = provider.wallet.key.insecure_clone();
        self.attempt(&[&key], &[stake]);
    }

    fn ask_back(&mut self, place: Place) {
        let before = self.world.device(&place.address);
        let amount = self.around(before.staked);
        let wallet = &self.providers[place.provider].wallet;
        let request = ix::request_unstake(&self.world, wallet, &place.address, amount);
        let key = wallet.key.insecure_clone();
        let Some(events) = self.attempt(&[&key], &[request]) else {
            return;
        };
        let now = self.world.now();
        let Some(Event::UnstakeRequested(asked)) = events.first() else {
            panic!("{events:?}")
        };
        assert_eq!(before.lease, [0; 32], "stake left a hired device");
        assert_eq!(before.slashes, 0, "stake left under a slash");
        let co = if self.model.co_counts(&place.address, now) {
            before.co.staked
        } else {
            0
        };
        let must_stay = self.model.highest(&place.address, now).saturating_sub(co).max(co);
        assert!(
            asked.paid <= before.staked.saturating_sub(must_stay),
            "left without cooldown"
        );
        if asked.paid < asked.amount {
            self.model.cools(&place.address, now);
        }
        self.cooled_together(&place, &events);
    }

    /// Notes it when a step made owner and co-staker cool down together.
    pub(super) fn cooled_together(&mut self, place: &Place, events: &[Event]) {
        if events
            .iter()
            .any(|event| matches!(event, Event::CooledTogether(_)))
        {
            self.model.cools_together(&place.address, self.world.now());
        }
    }

    fn withdraw(&mut self, place: Place) {
        let wallet = &self.providers[place.provider].wallet;
        let withdraw = ix::withdraw(&self.world, wallet, &place.address);
        let key = wallet.key.insecure_clone();
        if self.attempt(&[&key], &[withdraw]).is_some() {
            self.model.withdrawn(&place.address, self.world.now());
        }
    }

    fn classify(&mut self, place: Place) {
        let requirements = [
            MIN_STAKE,
            MIN_STAKE,
            MIN_STAKE + 50 * IO,
            2 * MIN_STAKE,
            1,
            MAX_REQUIRED + 1,
        ];
        let required = requirements[self.below(requirements.len())];
        let status = if self.chance(15) {
            DeviceStatus::Blocked
        } else {
            DeviceStatus::Active
        };
        let classify = ix::classify(&self.world, &place.address, required, status);
        let key = self.world.verifier.insecure_clone();
        if self.attempt(&[&key], &[classify]).is_some() {
            self.model.required(&place.address, required, self.world.now());
        }
    }

    fn offer(&mut self, place: Place) {
        let required = self.world.device(&place.address).required;
        let terms = (self.around(required / 2), 100);
        let cancels = self.chance(30);
        let wallet = &self.providers[place.provider].wallet;
        let instruction = if cancels {
            ix::cancel_offer(&self.world, wallet, &place.address)
        } else {
            ix::offer(&self.world, wallet, &place.address, terms)
        };
        let key = wallet.key.insecure_clone();
        let before = self.world.device(&place.address).co.staked;
        if self.attempt(&[&key], &[instruction]).is_some() && cancels {
            assert_eq!(before, 0, "an offer ended with a co-stake in it");
            self.model.co_ended(&place.address);
        }
    }

    fn accept(&mut self, place: Place) {
        let offered = self.world.device(&place.address).co.offered;
        let person = self.below(self.people.len());
        let terms = if self.chance(80) {
            (offered, 100)
        } else {
            (self.around(offered), 100)
        };
        let accept = ix::accept_offer(&self.world, &self.people[person], &place.address, terms);
        let key = self.people[person].key.insecure_clone();
        if self.attempt(&[&key], &[accept]).is_some() {
            let device = self.world.device(&place.address);
            assert!(device.co.staked * 2 <= device.required, "more than half");
            assert!(
                device.staked + device.co.staked >= device.required,
                "the owner was not first"
            );
        }
    }

    /// By the co-staker mostly, sometimes by somebody else.
    fn co_staker(&mut self, place: &Place) -> usize {
        let wallet = self.world.device(&place.address).co.wallet;
        let own = self
            .people
            .iter()
            .position(|person| person.address().to_bytes() == wallet);
        let other = self.below(self.people.len());
        own.filter(|_| !self.chance(10)).unwrap_or(other)
    }

    fn leave(&mut self, place: Place) {
        let person = self.co_staker(&place);
        let leave = ix::leave(&self.world, &self.people[person], &place.address);
        let key = self.people[person].key.insecure_clone();
        if self.attempt(&[&key], &[leave]).is_some() {
            self.model.leaves(&place.address, self.world.now());
        }
    }

    fn withdraw_co(&mut self, place: Place) {
        let person = self.co_staker(&place);
        let owner = self.providers[place.provider].wallet.address();
        let withdraw = ix::withdraw_co(&self.world, &self.people[person], &owner, &place.address);
        let key = self.people[person].key.insecure_clone();
        let before = self.world.device(&place.address);
        if self.attempt(&[&key], &[withdraw]).is_some() {
            assert_eq!(before.co.wallet, self.people[person].address().to_bytes());
            self.model.co_withdrawn(&place.address, self.world.now());
        }
    }

    fn register(&mut self, place: Place) {
        let id = [u8::try_from(self.below(30)).unwrap(); 32];
        let wallet = &self.providers[place.provider].wallet;
        let register = ix::register(&self.world, wallet, id, [9; 32]);
        let key = wallet.key.insecure_clone();
        self.attempt(&[&key], &[register]);
    }
}
