//! Leases at random, in both currencies.

use hearth_program_interface::account::{LeaseStatus, Maker};
use hearth_program_interface::event::Event;
use hearth_program_interface::params::CURRENCY_USDC;

use super::Machine;
use super::model::Model;
use crate::harness::{MAX_SECONDS, Provider, RATE, Rental, Wallet, copy, ix};

impl Machine {
    pub(super) fn lease_step(&mut self) {
        match self.below(20) {
            0..=4 => self.open(),
            5..=9 => self.settle(),
            10..=12 => self.close(),
            13 => self.close_expired(),
            14 | 15 => self.top_up(),
            16 | 17 => self.repurchase(),
            _ => self.take_usdc(),
        }
    }

    fn open(&mut self) {
        let place = self.place();
        let both = self.chance(30);
        let in_usdc = self.chance(50);
        let person = self.below(self.people.len());
        let provider = &self.providers[place.provider];
        let devices = if both {
            provider.devices.clone()
        } else {
            vec![place.address]
        };
        let chosen = Provider {
            wallet: copy(&provider.wallet),
            node: provider.node.insecure_clone(),
            devices,
        };
        let renter = copy(&self.people[person]);
        let rental = if in_usdc {
            Rental::in_usdc(&mut self.world, &chosen, &renter)
        } else {
            Rental::new(&mut self.world, &chosen, &renter)
        };
        let open = rental.open(&self.world);
        if self.attempt(&[&renter.key], &open).is_some() {
            for device in &rental.devices {
                let device = self.world.device(device);
                assert!(device.is_staked(self.world.now()), "hired without enough stake");
            }
            self.rentals.push(rental);
        }
    }

    /// Mostly one of the last, which may still be open.
    fn rental(&mut self) -> Option<usize> {
        let count = self.rentals.len();
        let oldest = if self.chance(80) {
            count.saturating_sub(6)
        } else {
            0
        };
        (count > 0).then(|| oldest + self.below(count - oldest))
    }

    /// Amount and seconds of a voucher, around what is settled.
    fn voucher(&mut self, at: usize) -> (u64, u64) {
        let lease = self.world.lease(&self.rentals[at].lease);
        if self.chance(10) {
            return (self.around(lease.escrowed), self.around(lease.max_seconds));
        }
        let seconds = lease.seconds_settled + self.random_below(600);
        let most = RATE.saturating_mul(seconds);
        (
            lease
                .settled
                .saturating_add(self.random_below(most.saturating_sub(lease.settled).max(1) + 2)),
            seconds,
        )
    }

    pub(super) fn random_below(&mut self, end: u64) -> u64 {
        use rand::Rng as _;
        self.random.random_range(0..end.max(1))
    }

    fn settle(&mut self) {
        let Some(at) = self.rental() else { return };
        let (amount, seconds) = self.voucher(at);
        let settle = self.rentals[at].settle(&self.world, amount, seconds);
        let stranger = self.people[0].key.insecure_clone();
        let before = self.world.lease(&self.rentals[at].lease);
        if self.attempt(&[&stranger], &settle).is_some() {
            let after = self.world.lease(&self.rentals[at].lease);
            assert!(after.settled == amount && amount > before.settled);
            assert!(seconds >= before.seconds_settled);
            self.note_waiting(at);
        }
    }

    fn note_waiting(&mut self, at: usize) {
        let lease = self.world.lease(&self.rentals[at].lease);
        if lease.unpaid() > 0 {
            self.model.waits(lease.id, self.world.now());
        }
    }

    fn close(&mut self) {
        let Some(at) = self.rental() else { return };
        let voucher = self.voucher(at);
        let asked = if self.chance(80) {
            (self.random_below(voucher.0.saturating_add(1)), voucher.1)
        } else {
            self.voucher(at)
        };
        let rental = &self.rentals[at];
        let before = self.world.lease(&rental.lease);
        let close = if asked.0 <= before.settled {
            rental.close(&self.world, asked.0, asked.1)
        } else {
            rental.close_with(&self.world, asked, voucher)
        };
        let stranger = self.people[0].key.insecure_clone();
        if self.attempt(&[&stranger], &close).is_some() {
            let after = self.world.lease(&self.rentals[at].lease);
            assert_eq!(
                after.settled,
                asked.0.max(before.settled),
                "closed at another amount"
            );
            assert!(
                after.settled == before.settled || asked.0 <= voucher.0,
                "above the voucher"
            );
            self.note_waiting(at);
        }
    }

    fn close_expired(&mut self) {
        let Some(at) = self.rental() else { return };
        let expired = self.rentals[at].close_expired(&self.world);
        let stranger = self.people[0].key.insecure_clone();
        let before = self.world.lease(&self.rentals[at].lease);
        if self.attempt(&[&stranger], &[expired]).is_some() {
            assert!(
                self.world.now() >= before.opened_at + before.max_seconds,
                "closed too early"
            );
        }
    }

    fn top_up(&mut self) {
        let Some(at) = self.rental() else { return };
        let seconds = match self.below(6) {
            0 => self.around(MAX_SECONDS),
            further => {
                let lease = self.world.lease(&self.rentals[at].lease);
                lease.max_seconds + further as u64 * 100
            }
        };
        let top_up = self.rentals[at].top_up(&self.world, seconds);
        let renter = self.rentals[at].quote.renter;
        let person = self
            .people
            .iter()
            .position(|person| person.address().to_bytes() == renter);
        let key = self.people[person.unwrap()].key.insecure_clone();
        self.attempt(&[&key], &top_up);
    }

    /// The provider of a lease, and the lease.
    fn of_provider(&mut self) -> Option<(usize, Wallet)> {
        let at = self.rental()?;
        let provider = self.rentals[at].quote.provider;
        let place = self
            .providers
            .iter()
            .position(|own| own.wallet.address().to_bytes() == provider);
        Some((at, copy(&self.providers[place.unwrap()].wallet)))
    }

    fn repurchase(&mut self) {
        let Some((at, wallet)) = self.of_provider() else {
            return;
        };
        let waits = self.world.lease(&self.rentals[at].lease).unpaid();
        let usdc = self.around(waits);
        let maker = self.below(2);
        let maker = copy(&self.people[maker]);
        let instruction = ix::repurchase(&self.world, &self.rentals[at], &wallet, &maker, (usdc, 1));
        let price = self.price(&maker);
        let Some(events) = self.attempt(&[&wallet.key], &[instruction]) else {
            return;
        };
        let Some(Event::Repurchased(bought)) = events.first() else {
            panic!("{events:?}")
        };
        Model::sold(usdc, bought.io, price);
        if usdc == waits {
            let id = self.rentals[at].quote.lease;
            self.model.filled(&id);
        }
    }

    /// What a market maker asks; 0 while it is none.
    pub(super) fn price(&self, maker: &Wallet) -> u64 {
        let data = self.world.data(&ix::maker_address(&self.world, &maker.address()));
        data.map_or(0, |data| Maker::from_bytes(&data).unwrap().price)
    }

    fn take_usdc(&mut self) {
        let Some((at, wallet)) = self.of_provider() else {
            return;
        };
        let take = ix::take_usdc(&self.world, &self.rentals[at], &wallet);
        if self.attempt(&[&wallet.key], &[take]).is_some() {
            let lease = self.world.lease(&self.rentals[at].lease);
            assert_eq!(lease.currency, CURRENCY_USDC);
            self.model.usdc_taken(&lease.id, self.world.now());
            let gone = self.world.data(&self.rentals[at].escrow).is_none();
            assert_eq!(
                gone,
                lease.status == LeaseStatus::Closed,
                "an escrow stayed or went"
            );
        }
    }
}
