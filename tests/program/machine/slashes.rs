//! Slashes at random.

use hearth_program_interface::account::SlashReason;
use hearth_program_interface::event::Event;

use super::Machine;
use crate::harness::ix;

impl Machine {
    pub(super) fn slash_step(&mut self) {
        let place = self.place();
        // Few pieces of evidence, so that they meet again.
        let evidence = [u8::try_from(self.below(4)).unwrap(); 32];
        let address = ix::slash_address(&self.world, &place.address, evidence).to_bytes();
        let now = self.world.now();
        let (verifier, authority) = (
            self.world.verifier.insecure_clone(),
            self.world.authority.insecure_clone(),
        );
        let stranger = self.people[0].key.insecure_clone();
        match self.below(10) {
            0..=2 => {
                let reasons = [
                    SlashReason::Spoofed,
                    SlashReason::FailedProofs,
                    SlashReason::Cheating,
                    SlashReason::Abandoned,
                ];
                let reason = reasons[self.below(4)];
                let post = ix::post_slash(&self.world, &place.address, reason, evidence);
                if let Some(events) = self.attempt(&[&verifier], &[post]) {
                    let Some(Event::SlashPosted(posted)) = events.first() else {
                        panic!("{events:?}")
                    };
                    assert_eq!(posted.base, self.model.highest(&place.address, now), "base");
                    self.model.slash_posted(address, now);
                }
            }
            3..=6 => {
                let before = self.world.io(&self.world.stake_vault);
                let take = ix::take_slash(&self.world, &place.address, evidence);
                let device = self.world.device(&place.address);
                if let Some(events) = self.attempt(&[&stranger], &[take]) {
                    let Some(Event::SlashTaken(taken)) = events.first() else {
                        panic!("{events:?}")
                    };
                    let moved = taken.owner_staked + taken.owner_cooling + taken.co_staked;
                    self.model.slash_taken(&address, moved, before, now);
                    if taken.owner_cooling > 0 {
                        assert_eq!(taken.owner_staked, device.staked, "cooling stake before the rest");
                    }
                    if taken.co_staked > 0 {
                        let own = device.staked + device.cooling;
                        assert_eq!(
                            taken.owner_staked + taken.owner_cooling,
                            own,
                            "the co-staker first"
                        );
                    }
                    self.cooled_together(&place, &events);
                }
            }
            7 => {
                let void = ix::void_slash(&self.world, &place.address, evidence);
                self.attempt(&[&authority], &[void]);
            }
            8 => self.restore(&place.address, evidence),
            _ => {
                let burn = ix::burn_slash(&self.world, &place.address, evidence);
                if let Some(events) = self.attempt(&[&stranger], &[burn]) {
                    let Some(Event::SlashBurned(burned)) = events.first() else {
                        panic!("{events:?}")
                    };
                    self.model.slash_burned(&address, burned.amount, now);
                }
            }
        }
    }

    /// To the co-staker that the slash names, if it names one of ours.
    fn restore(&mut self, device: &solana_sdk::pubkey::Pubkey, evidence: [u8; 32]) {
        let address = ix::slash_address(&self.world, device, evidence);
        let co = self
            .world
            .data(&address)
            .map(|_| ix::slash_of(&self.world, device, evidence).co_wallet);
        let person = self
            .people
            .iter()
            .find(|person| Some(person.address().to_bytes()) == co)
            .unwrap_or(&self.people[0]);
        let restore = ix::restore_slash(&self.world, device, evidence, &person.token);
        let authority = self.world.authority.insecure_clone();
        self.attempt(&[&authority], &[restore]);
    }
}
