//! What events of stake move for a wallet.

use hearth_program_interface::event::{Staked, UnstakeRequested, Withdrawn};
use hearth_store::ledger::Movement;
use hearth_types::money::Io;

use super::{Moved, Whose, devices::Devices};

pub(super) fn staked(whose: &Whose, devices: &mut Devices, event: &Staked, moved: &mut Vec<Moved>) {
    if whose.owns(&event.owner) {
        devices.staked(event);
        moved.push(Movement::Stake(Io(event.amount)).into());
    }
}

/// What exceeds the requirement is paid at once; the rest begins to cool.
pub(super) fn unstake_requested(
    whose: &Whose,
    devices: &mut Devices,
    event: &UnstakeRequested,
    moved: &mut Vec<Moved>,
) {
    if whose.owns(&event.owner) {
        devices.unstake_requested(event);
        let cooling = event.amount.saturating_sub(event.paid);
        moved.push(Movement::Unstake(Io(event.paid)).into());
        moved.push(Movement::UnstakeRequest(Io(cooling)).into());
    }
}

pub(super) fn withdrawn(whose: &Whose, devices: &mut Devices, event: &Withdrawn, moved: &mut Vec<Moved>) {
    if whose.owns(&event.owner) {
        devices.change(event.device, |held| held.cooling = 0);
        moved.push(Movement::Withdraw(Io(event.amount)).into());
    }
}
