//! The history that follows from the chain alone: a pure fold from the transactions of a profile's wallets to entries.
//!
//! The wallets count as one ([`together`]). One function per event says what it moves for them ([`stake`],
//! [`co_stake`], [`slash`], [`lease`], [`rewards`]), and [`devices`] remembers what later events do not repeat; what a transaction changed beyond its events is a payment or a cost ([`rest`]). The audit compares this with the history that was written when things
//! were decided; into an empty file it gives the same balances.

mod co_stake;
mod devices;
mod lease;
mod rest;
mod rewards;
mod slash;
mod stake;
#[cfg(test)]
mod tests;
mod together;

pub(crate) use together::together;

use devices::Devices;
use hearth_chain::client::WalletEffects;
use hearth_program_interface::event::Event;
use hearth_store::ledger::{Account, Fact, IdempotencyKey, LedgerError, Movement, NewEntry};
use hearth_types::{
    history::EntryState,
    id::{Address, LeaseId, WalletAddress},
    money::Currency,
    time::UnixMillis,
};

/// For whom.
#[derive(Clone, Debug)]
pub(crate) struct Whose {
    /// Every wallet of the profile.
    pub(crate) wallets: Vec<WalletAddress>,
    /// The practice network's faucet.
    pub(crate) faucet: Option<Address>,
}

impl Whose {
    fn owns(&self, address: &[u8; 32]) -> bool {
        self.wallets.iter().any(|wallet| wallet.0 == *address)
    }
}

/// Why a transaction cannot be told as entries.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RebuildError {
    /// A lease in a currency that this version does not know.
    #[error("a lease in currency {0}, which this version does not know")]
    UnknownCurrency(u8),
    /// An amount beyond what entries hold.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// A movement, and the lease it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Moved {
    movement: Movement,
    lease: Option<LeaseId>,
}

impl From<Movement> for Moved {
    fn from(movement: Movement) -> Self {
        Self {
            movement,
            lease: None,
        }
    }
}

/// The entries of the wallets' transactions, in their order; from the first one on, because what later ones move depends
/// on what was there.
///
/// # Errors
/// [`RebuildError`].
pub(crate) fn rebuild(whose: &Whose, transactions: &[WalletEffects]) -> Result<Vec<Fact>, RebuildError> {
    let mut facts = Vec::new();
    let mut devices = Devices::default();
    for transaction in transactions {
        let mut moved = Vec::new();
        for event in &transaction.events {
            of_event(whose, &mut devices, event, &mut moved)?;
        }
        rest::of(whose, transaction, &mut moved)?;
        moved.retain(|moved| !is_nothing(&moved.movement));
        for (number, moved) in moved.into_iter().enumerate() {
            facts.push(fact(transaction, number, moved)?);
        }
    }
    Ok(facts)
}

fn of_event(
    whose: &Whose,
    devices: &mut Devices,
    event: &Event,
    moved: &mut Vec<Moved>,
) -> Result<(), RebuildError> {
    match event {
        Event::Staked(event) => stake::staked(whose, devices, event, moved),
        Event::UnstakeRequested(event) => stake::unstake_requested(whose, devices, event, moved),
        Event::Withdrawn(event) => stake::withdrawn(whose, devices, event, moved),
        Event::CoStaked(event) => co_stake::staked(whose, devices, event, moved),
        Event::CoStakeLeaving(event) => co_stake::leaving(whose, devices, event, moved),
        Event::CoStakeWithdrawn(event) => co_stake::withdrawn(whose, devices, event, moved),
        Event::OfferCancelled(event) => co_stake::cancelled(devices, event),
        Event::CooledTogether(event) => co_stake::cooled(whose, devices, event, moved),
        Event::SlashTaken(event) => slash::taken(devices, event, moved),
        Event::SlashRestored(event) => slash::restored(whose, devices, event, moved),
        Event::ToppedUp(event) => lease::topped_up(whose, event, moved)?,
        Event::LeaseOpened(event) => lease::opened(whose, event, moved)?,
        Event::Settled(event) => lease::settled(whose, event, moved)?,
        Event::Closed(event) => lease::closed(whose, event, moved)?,
        Event::Claimed(event) => rewards::claimed(whose, event, moved),
        // What the engine does not do yet: where it touches the wallet, the rest of the transaction says so.
        Event::MakerFunded(_) | Event::MakerDrained(_) | Event::Repurchased(_) | Event::UsdcTaken(_) => {}
        // Moves nothing of a wallet's.
        Event::NetworkInitialized(_)
        | Event::NetworkTerms(_)
        | Event::ParametersSet(_)
        | Event::LeasingSet(_)
        | Event::KeyProposed(_)
        | Event::KeyChanged(_)
        | Event::DeviceRegistered(_)
        | Event::CoStakeOffered(_)
        | Event::Classified(_)
        | Event::SlashPosted(_)
        | Event::SlashVoided(_)
        | Event::SlashBurned(_)
        | Event::FeesConverted(_)
        | Event::RootPosted(_)
        | Event::RootVoided(_)
        | Event::FeesBurned(_) => {}
    }
    Ok(())
}

fn fact(transaction: &WalletEffects, number: usize, moved: Moved) -> Result<Fact, RebuildError> {
    let signature = transaction.signature;
    let key = IdempotencyKey(format!("chain:{signature}:{number}"));
    let at = UnixMillis::from_seconds(transaction.block_time.unwrap_or(0));
    let entry = NewEntry::of(key, moved.movement, at)?;
    Ok(Fact {
        entry: NewEntry {
            lease: moved.lease,
            ..entry
        },
        state: EntryState::Confirmed,
        signature: Some(signature),
    })
}

/// What some movements change in the wallet, base units.
fn wallet_change(moved: &[Moved], currency: Currency) -> Result<i64, RebuildError> {
    let mut sum = 0_i64;
    for moved in moved {
        for posting in moved.movement.postings()? {
            if posting.account == Account::Wallet && posting.currency == currency {
                sum = sum.checked_add(posting.amount).ok_or(LedgerError::TooLarge)?;
            }
        }
    }
    Ok(sum)
}

fn is_nothing(movement: &Movement) -> bool {
    movement
        .postings()
        .is_ok_and(|postings| postings.iter().all(|posting| posting.amount == 0))
}
