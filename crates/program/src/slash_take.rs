//! Taking a slash: into the slash vault, in parts under the epoch's cap.

use hearth_program_interface::account::{Device, NOBODY, Network, Slash, SlashStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::SlashTaken;
use hearth_program_interface::instruction::{TOKEN_PROGRAM, TakeSlash, TakeSlashAccounts};
use hearth_program_interface::math::share;
use hearth_program_interface::params::{
    EPOCH_SECONDS, SLASH_CAP_BPS, SLASH_HOLD_SECONDS, SLASH_TAKE_SECONDS,
};
use pinocchio::{ProgramResult, error::ProgramError};

use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or, sub};
use crate::runtime::now;
use crate::together::Pair;
use crate::{Context, event, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    or(TakeSlash::from_bytes(context.data), E::BadInstruction)?;
    let [
        network_account,
        device_account,
        slash_account,
        stake_vault,
        slash_vault,
        token_program,
    ] = fixed!(context, TakeSlashAccounts);
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    let mut network = loaders::network_to_change(network_account, id)?;
    loaders::recorded(stake_vault, &network.stake_vault)?;
    loaders::recorded(slash_vault, &network.slash_vault)?;
    let mut device = loaders::device(device_account, id)?;
    let mut slash = loaders::slash(slash_account, device_account.address().as_array(), id)?;
    ensure(slash.status == SlashStatus::Pending, E::SlashNotPending)?;
    let at = now()?;
    ensure(at >= slash.takes_from, E::SlashWaits)?;

    let room = room(&mut network, loaders::balance(stake_vault)?, at)?;
    let part = take(&mut device, &mut slash, room)?;
    let moved = part.moved()?;
    let lapsed = at.saturating_sub(slash.takes_from) >= SLASH_TAKE_SECONDS;
    if part.is_last || lapsed {
        slash.uncovered = if part.is_last { part.left } else { 0 };
        slash.status = SlashStatus::Held;
        slash.burns_from = add(at, SLASH_HOLD_SECONDS)?;
        device.slashes = or(device.slashes.checked_sub(1), E::ArithmeticOverflow)?;
    } else {
        ensure(moved > 0, E::SlashCapReached)?;
    }
    network.slash_taken = add(network.slash_taken, moved)?;
    device.slashed = add(device.slashed, moved)?;
    Move {
        from: stake_vault,
        to: slash_vault,
        authority: network_account,
    }
    .signed_by_network(&network, moved)?;
    let happened = SlashTaken {
        slash: *slash_account.address().as_array(),
        device: slash.device,
        owner_staked: part.staked,
        owner_cooling: part.cooling,
        co_staked: part.co,
        uncovered: slash.uncovered,
        status: slash.status,
        at,
    };
    event::log(&happened.to_bytes());
    Pair {
        account: device_account,
        cooldown_seconds: network.cooldown_seconds,
        at,
    }
    .cool_if_short(&mut device)?;
    store::network(network_account, &network)?;
    store::slash(slash_account, &slash)?;
    store::device(device_account, &device)
}

/// What can still be slashed in this epoch. The cap is measured by all stake when the epoch's first part is
/// taken, so that later parts do not shrink it.
#[inline(never)]
fn room(network: &mut Network, all_stake: u64, at: u64) -> Result<u64, ProgramError> {
    let epoch = at / EPOCH_SECONDS;
    if network.slash_epoch != epoch {
        network.slash_epoch = epoch;
        network.slash_cap = share(all_stake, SLASH_CAP_BPS);
        network.slash_taken = 0;
    }
    sub(network.slash_cap, network.slash_taken)
}

/// What one step takes, and of what.
struct Part {
    staked: u64,
    cooling: u64,
    co: u64,
    /// What is not taken of the slash afterwards.
    left: u64,
    /// Whether nothing more can come: all is taken, or no stake is left.
    is_last: bool,
}

impl Part {
    fn moved(&self) -> Result<u64, ProgramError> {
        add(add(self.staked, self.cooling)?, self.co)
    }
}

/// The owner's staked part first, then its cooling part, then the co-staker's if it is the one from when the
/// slash was posted.
#[inline(never)]
fn take(device: &mut Device, slash: &mut Slash, room: u64) -> Result<Part, ProgramError> {
    let due = sub(sub(slash.amount, slash.taken_owner)?, slash.taken_co)?;
    let most = due.min(room);
    let staked = most.min(device.staked);
    let cooling = sub(most, staked)?.min(device.cooling);
    let shared = slash.co_wallet != NOBODY && slash.co_wallet == device.co.wallet;
    let co_staked = if shared { device.co.staked } else { 0 };
    let co = sub(sub(most, staked)?, cooling)?.min(co_staked);
    device.staked = sub(device.staked, staked)?;
    device.cooling = sub(device.cooling, cooling)?;
    if device.cooling == 0 {
        device.unlock_at = 0;
    }
    device.co.staked = sub(device.co.staked, co)?;
    slash.taken_owner = add(slash.taken_owner, add(staked, cooling)?)?;
    slash.taken_co = add(slash.taken_co, co)?;
    let left = sub(sub(sub(due, staked)?, cooling)?, co)?;
    let stake_left = add(add(device.staked, device.cooling)?, sub(co_staked, co)?)?;
    Ok(Part {
        staked,
        cooling,
        co,
        left,
        is_last: left == 0 || stake_left == 0,
    })
}
