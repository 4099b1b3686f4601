//! Several wallets as one: what moves between them leaves nothing but the fee, as in the history.

use std::collections::{BTreeMap, btree_map::Entry};

use hearth_chain::client::WalletEffects;
use hearth_store::ledger::LedgerError;

/// The transactions of several wallets, each once, oldest first; what one changed for them is added up.
///
/// # Errors
/// [`LedgerError::TooLarge`] when a sum does not fit.
pub(crate) fn together(
    of_each: impl IntoIterator<Item = Vec<WalletEffects>>,
) -> Result<Vec<WalletEffects>, LedgerError> {
    let mut all = BTreeMap::new();
    for effects in of_each.into_iter().flatten() {
        match all.entry((effects.slot, effects.signature)) {
            Entry::Vacant(place) => {
                place.insert(effects);
            }
            Entry::Occupied(mut place) => {
                let known: &mut WalletEffects = place.get_mut();
                let sum = |a: i64, b: i64| a.checked_add(b).ok_or(LedgerError::TooLarge);
                known.io = sum(known.io, effects.io)?;
                known.io_moved |= effects.io_moved;
                known.sol = sum(known.sol, effects.sol)?;
            }
        }
    }
    Ok(all.into_values().collect())
}
