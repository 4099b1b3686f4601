//! Moving money exactly once.
//!
//! A decision becomes a history entry and signed bytes in one database transaction ([`submit`]); only then are
//! the bytes sent. Whatever happens afterwards (a crash, a lost answer, an expired blockhash, a fork), the same bytes
//! are completed or the entry is reversed, never both ([`drive`]). Other bytes take their place at most once, and only
//! when the first are proven dead ([`again`]).

mod again;
mod at_start;
mod audit;
mod claims;
mod co_stake;
mod drive;
mod faucet;
mod history;
mod on_chain;
mod others;
mod rebuild;
mod received;
mod reconcile;
mod review;
mod send;
mod slashes;
mod staking;
mod submit;
#[cfg(test)]
mod tests;
mod worker;

pub(crate) use drive::UnderWay;
pub(crate) use on_chain::StakeOnChain;
pub(crate) use send::PendingSend;
pub(crate) use submit::Plan;

use hearth_store::ledger::{IdempotencyKey, Movement, NewEntry};
use hearth_types::ipc::IpcError;

use crate::state::now;

/// An entry under a key.
pub(crate) fn entry(key: impl Into<String>, movement: Movement) -> Result<NewEntry, IpcError> {
    Ok(NewEntry::of(IdempotencyKey(key.into()), movement, now())?)
}

/// A key that no other intention has.
pub(crate) fn fresh_key(what: &str) -> String {
    let random: u128 = rand::random();
    format!("{what}:{random:032x}")
}
