//! The owner's and the co-staker's part under one rule: when the owner falls short, both cool down.

use hearth_program_interface::account::Device;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{CoStakeLeaving, CooledTogether};
use pinocchio::{AccountView, ProgramResult};

use crate::event;
use crate::refusal::{add, or};

/// A device whose owner's part just became smaller.
pub(crate) struct Pair<'a> {
    pub(crate) account: &'a AccountView,
    pub(crate) cooldown_seconds: u64,
    pub(crate) at: u64,
}

impl Pair<'_> {
    /// Begins to cool both parts if the owner's is below its minimum; the caller writes the device.
    #[inline(never)]
    pub(crate) fn cool_if_short(&self, device: &mut Device) -> ProgramResult {
        let unlock_at = add(self.at, self.cooldown_seconds)?;
        if !or(device.cool_together(self.at, unlock_at), E::ArithmeticOverflow)? {
            return Ok(());
        }
        let address = *self.account.address().as_array();
        let cooled = CooledTogether {
            device: address,
            owner: device.owner,
            cooling: device.cooling,
            unlock_at: device.unlock_at,
            at: self.at,
        };
        event::log(&cooled.to_bytes());
        log_leaving(device, self.account, self.at);
        Ok(())
    }
}

/// Logs when the co-staker's part stops counting and unlocks.
#[inline(never)]
pub(crate) fn log_leaving(device: &Device, account: &AccountView, at: u64) {
    let leaving = CoStakeLeaving {
        device: *account.address().as_array(),
        owner: device.owner,
        co_staker: device.co.wallet,
        amount: device.co.staked,
        leaves_at: device.co.leaves_at,
        unlock_at: device.co.unlock_at,
        at,
    };
    event::log(&leaving.to_bytes());
}
