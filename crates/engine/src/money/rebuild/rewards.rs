//! What events of rewards move for a wallet.

use hearth_program_interface::event::Claimed;
use hearth_store::ledger::Movement;
use hearth_types::money::Io;

use super::{Moved, Whose};

pub(super) fn claimed(whose: &Whose, event: &Claimed, moved: &mut Vec<Moved>) {
    if whose.owns(&event.wallet) {
        moved.push(Movement::Reward(Io(event.amount)).into());
    }
}
