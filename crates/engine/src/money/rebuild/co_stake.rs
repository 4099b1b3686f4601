//! What events of staking together move for a wallet.

use hearth_program_interface::event::{
    CoStakeLeaving, CoStakeWithdrawn, CoStaked, CooledTogether, OfferCancelled,
};
use hearth_store::ledger::Movement;
use hearth_types::money::Io;

use super::{
    Moved, Whose,
    devices::{Devices, Shared},
};

pub(super) fn staked(whose: &Whose, devices: &mut Devices, event: &CoStaked, moved: &mut Vec<Moved>) {
    if whose.owns(&event.co_staker) {
        devices.co_staked(event);
        moved.push(Movement::Stake(Io(event.amount)).into());
    }
}

/// Of its own will, or because the owner fell short; the second time changes dates only.
pub(super) fn leaving(whose: &Whose, devices: &mut Devices, event: &CoStakeLeaving, moved: &mut Vec<Moved>) {
    if whose.owns(&event.co_staker) && devices.get(&event.device).shared != Some(Shared::Leaves) {
        devices.change(event.device, |held| held.shared = Some(Shared::Leaves));
        moved.push(Movement::UnstakeRequest(Io(event.amount)).into());
    }
}

pub(super) fn withdrawn(
    whose: &Whose,
    devices: &mut Devices,
    event: &CoStakeWithdrawn,
    moved: &mut Vec<Moved>,
) {
    if whose.owns(&event.co_staker) {
        devices.change(event.device, |held| held.shared = None);
        moved.push(Movement::Withdraw(Io(event.amount)).into());
    }
}

/// Nothing of a co-staker is in an offer that is taken back.
pub(super) fn cancelled(devices: &mut Devices, event: &OfferCancelled) {
    devices.change(event.device, |held| held.shared = None);
}

/// All of the owner's stake cools from here on; the event says how much that is together with what cooled before.
pub(super) fn cooled(whose: &Whose, devices: &mut Devices, event: &CooledTogether, moved: &mut Vec<Moved>) {
    if whose.owns(&event.owner) {
        let before = devices.get(&event.device).cooling;
        devices.change(event.device, |held| {
            (held.staked, held.cooling) = (0, event.cooling);
        });
        let more = event.cooling.saturating_sub(before);
        moved.push(Movement::UnstakeRequest(Io(more)).into());
    }
}
