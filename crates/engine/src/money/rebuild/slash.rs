//! What events of slashes move for a wallet. They name the device alone, so who it belongs to is known from before.

use hearth_program_interface::event::{SlashRestored, SlashTaken};
use hearth_store::ledger::Movement;
use hearth_types::money::Io;

use super::{
    Moved, Whose,
    devices::{Devices, Shared},
};

pub(super) fn taken(devices: &mut Devices, event: &SlashTaken, moved: &mut Vec<Moved>) {
    let held = devices.get(&event.device);
    if held.owned {
        devices.change(event.device, |held| {
            held.staked = held.staked.saturating_sub(event.owner_staked);
            held.cooling = held.cooling.saturating_sub(event.owner_cooling);
        });
        moved.push(Movement::Slashed(Io(event.owner_staked)).into());
        moved.push(Movement::SlashedCooling(Io(event.owner_cooling)).into());
    }
    // What leaves counts as cooling.
    match held.shared {
        Some(Shared::Stays) => moved.push(Movement::Slashed(Io(event.co_staked)).into()),
        Some(Shared::Leaves) => moved.push(Movement::SlashedCooling(Io(event.co_staked)).into()),
        None => {}
    }
}

/// The owner's part comes back into the stake, whether it counted or cooled before; the co-staker's into its wallet.
pub(super) fn restored(whose: &Whose, devices: &mut Devices, event: &SlashRestored, moved: &mut Vec<Moved>) {
    if devices.get(&event.device).owned {
        devices.change(event.device, |held| {
            held.staked = held.staked.saturating_add(event.owner_amount);
        });
        moved.push(Movement::SlashRestored(Io(event.owner_amount)).into());
    }
    if whose.owns(&event.co_wallet) {
        moved.push(Movement::SlashRepaid(Io(event.co_amount)).into());
    }
}
