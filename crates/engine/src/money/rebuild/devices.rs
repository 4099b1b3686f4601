//! What devices hold for the wallets while the story is told: some events say only what is there afterwards, and a
//! slash does not name the owner.

use std::collections::BTreeMap;

use hearth_program_interface::{
    Bytes32,
    event::{CoStaked, Staked, UnstakeRequested},
};

/// The devices that the wallets have staked on, by account.
#[derive(Clone, Debug, Default)]
pub(super) struct Devices(BTreeMap<Bytes32, Held>);

/// One device's stake, as far as it is the wallets'.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held {
    /// Whether a wallet of the profile is its owner.
    pub(super) owned: bool,
    /// The owner's stake that counts, base units of IO.
    pub(super) staked: u64,
    /// The owner's stake that cools, base units of IO.
    pub(super) cooling: u64,
    /// Whether a wallet of the profile is its co-staker, and whether it leaves.
    pub(super) shared: Option<Shared>,
}

/// A wallet of the profile as co-staker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    /// Its part counts and earns.
    Stays,
    /// Its part is on its way out.
    Leaves,
}

impl Devices {
    /// A device that is known; a stranger's holds nothing.
    pub(super) fn get(&self, device: &Bytes32) -> Held {
        self.0.get(device).copied().unwrap_or_default()
    }

    /// Changes what is known of a device.
    pub(super) fn change(&mut self, device: Bytes32, change: impl FnOnce(&mut Held)) {
        change(self.0.entry(device).or_default());
    }

    pub(super) fn staked(&mut self, event: &Staked) {
        self.change(event.device, |held| {
            held.owned = true;
            held.staked = event.staked;
        });
    }

    pub(super) fn unstake_requested(&mut self, event: &UnstakeRequested) {
        self.change(event.device, |held| {
            (held.staked, held.cooling) = (event.staked, event.cooling);
        });
    }

    pub(super) fn co_staked(&mut self, event: &CoStaked) {
        self.change(event.device, |held| held.shared = Some(Shared::Stays));
    }
}
