//! Books of the test's own: when what happened, and so what may be paid out now. Written from the rules, not from
//! the program's accounts.

use std::collections::BTreeMap;

use hearth_program_interface::Bytes32;
use hearth_program_interface::params::{
    CO_WAIT_SECONDS, EPOCH_SECONDS, HIGH_SECONDS, REPURCHASE_WAIT_SECONDS, ROOT_DELAY_SECONDS,
    SLASH_HOLD_SECONDS, SLASH_PENDING_SECONDS,
};
use solana_sdk::pubkey::Pubkey;

use crate::harness::{COOLDOWN, Tree};

/// A root that was posted.
pub(super) struct Posted {
    pub(super) epoch: u64,
    pub(super) tree: Tree,
    pub(super) at: u64,
}

#[derive(Default)]
pub(super) struct Model {
    /// Requirements of each device, with the time each began.
    requirements: BTreeMap<Pubkey, Vec<(u64, u64)>>,
    /// When each device's owner last sent something into cooldown.
    cooled: BTreeMap<Pubkey, u64>,
    /// When each co-stake stops counting, and when it unlocks.
    leaving: BTreeMap<Pubkey, (u64, u64)>,
    /// When each slash was posted, by its account.
    posted_slashes: BTreeMap<Bytes32, u64>,
    /// When something of each slash was last taken.
    taken_slashes: BTreeMap<Bytes32, u64>,
    /// An epoch, 1 % of all stake when its first slash was taken, and what was taken in it.
    slash_epoch: (u64, u64, u64),
    /// Since when USDC waits in each lease.
    waiting: BTreeMap<Bytes32, u64>,
    /// What each wallet has earned.
    pub(super) earned: BTreeMap<Pubkey, u64>,
    pub(super) roots: Vec<Posted>,
}

impl Model {
    pub(super) fn required(&mut self, device: &Pubkey, required: u64, at: u64) {
        self.requirements.entry(*device).or_default().push((at, required));
    }

    /// The highest requirement in force at any moment of the last 14 days.
    pub(super) fn highest(&self, device: &Pubkey, now: u64) -> u64 {
        let history = &self.requirements[device];
        let mut highest = 0;
        for (place, (_, required)) in history.iter().enumerate() {
            // In force until the next one began.
            let until = history.get(place + 1).map_or(u64::MAX, |(at, _)| *at);
            if until.saturating_add(HIGH_SECONDS) > now {
                highest = highest.max(*required);
            }
        }
        highest
    }

    pub(super) fn cools(&mut self, device: &Pubkey, at: u64) {
        self.cooled.insert(*device, at);
    }

    pub(super) fn withdrawn(&self, device: &Pubkey, at: u64) {
        assert!(at >= self.cooled[device] + COOLDOWN, "withdrawn too early");
    }

    pub(super) fn leaves(&mut self, device: &Pubkey, at: u64) {
        let leaves = at + CO_WAIT_SECONDS;
        self.leaving.insert(*device, (leaves, leaves + COOLDOWN));
    }

    pub(super) fn cools_together(&mut self, device: &Pubkey, at: u64) {
        self.cools(device, at);
        self.leaving.insert(*device, (at, at + COOLDOWN));
    }

    /// Whether the co-stake of a device still counts.
    pub(super) fn co_counts(&self, device: &Pubkey, now: u64) -> bool {
        self.leaving.get(device).is_none_or(|(leaves, _)| now < *leaves)
    }

    pub(super) fn co_withdrawn(&mut self, device: &Pubkey, at: u64) {
        let (_, unlocks) = self.leaving.remove(device).unwrap();
        assert!(at >= unlocks, "a co-stake was withdrawn too early");
    }

    /// An offer ended while its co-stake was leaving with nothing in it.
    pub(super) fn co_ended(&mut self, device: &Pubkey) {
        self.leaving.remove(device);
    }

    pub(super) fn slash_posted(&mut self, slash: Bytes32, at: u64) {
        assert!(
            self.posted_slashes.insert(slash, at).is_none(),
            "evidence was used twice"
        );
    }

    /// `all_stake`: what the stake vault held before.
    pub(super) fn slash_taken(&mut self, slash: &Bytes32, amount: u64, all_stake: u64, at: u64) {
        assert!(
            at >= self.posted_slashes[slash] + SLASH_PENDING_SECONDS,
            "slashed too early"
        );
        let epoch = at / EPOCH_SECONDS;
        if self.slash_epoch.0 != epoch {
            self.slash_epoch = (epoch, all_stake / 100, 0);
        }
        self.slash_epoch.2 += amount;
        assert!(
            self.slash_epoch.2 <= self.slash_epoch.1,
            "more than 1 % in an epoch"
        );
        self.taken_slashes.insert(*slash, at);
    }

    pub(super) fn slash_burned(&self, slash: &Bytes32, amount: u64, at: u64) {
        if amount > 0 {
            assert!(
                at >= self.taken_slashes[slash] + SLASH_HOLD_SECONDS,
                "burned too early"
            );
        }
    }

    pub(super) fn waits(&mut self, lease: Bytes32, at: u64) {
        self.waiting.entry(lease).or_insert(at);
    }

    pub(super) fn filled(&mut self, lease: &Bytes32) {
        self.waiting.remove(lease);
    }

    pub(super) fn usdc_taken(&mut self, lease: &Bytes32, at: u64) {
        let since = self.waiting.remove(lease).unwrap();
        assert!(at >= since + REPURCHASE_WAIT_SECONDS, "USDC was taken too early");
    }

    /// At a price in USDC a whole IO, never more than its worth.
    pub(super) fn sold(usdc: u64, io: u64, price: u64) {
        let (paid, given) = (u128::from(usdc) * 100_000_000, u128::from(io) * u128::from(price));
        assert!(given <= paid, "more IO than the USDC was worth");
        assert!(given + u128::from(price) > paid, "a whole unit of IO less");
    }

    pub(super) fn claimed(&self, epoch: u64, wallet: &Pubkey, total: u64, at: u64) {
        let posted = self.roots.iter().rfind(|posted| posted.epoch == epoch).unwrap();
        assert!(at >= posted.at + ROOT_DELAY_SECONDS, "claimed too early");
        assert!(
            posted.tree.leaves.contains(&(*wallet, total)),
            "claimed without a leaf"
        );
    }
}
