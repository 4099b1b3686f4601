//! What currencies cost.
//!
//! The coordinator says it whenever it is asked about the network, which is every few seconds. What it said last is
//! kept in memory and written down with the first entry that it values, in the same database transaction: an engine
//! that moves no money writes nothing. A price is of the moment when this machine heard it, and holds for an hour
//! ([`ledger::PRICE_HOLDS`]); an entry of which nobody knows a price is written without one, never with zero.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use hearth_protocol::coordinator::PriceSample;
use hearth_store::{
    Tx,
    ledger::{self, EntryId, NewEntry, Price},
};
use hearth_types::{
    ipc::IpcError,
    money::{Currency, UsdNanos},
    time::UnixMillis,
};

use crate::engine::Engine;

/// The longest name of a source, characters.
const MAX_SOURCE: usize = 100;

/// The last price of each currency. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Prices(Arc<Mutex<BTreeMap<Currency, Price>>>);

impl Prices {
    /// Takes over what was said at `at`. A sample that says nothing sensible is dropped: a wrong feed must never keep
    /// money from being written down.
    pub(crate) fn hear(&self, samples: Vec<PriceSample>, at: UnixMillis) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for PriceSample {
            currency,
            price,
            source,
        } in samples
        {
            let named = (1..=MAX_SOURCE).contains(&source.chars().count());
            if price == UsdNanos::ZERO || i64::try_from(price.0).is_err() || !named {
                tracing::debug!(?currency, "a price that makes no sense is not used");
                continue;
            }
            known.insert(
                currency,
                Price {
                    currency,
                    at,
                    price,
                    source,
                },
            );
        }
    }

    fn of(&self, currency: Currency) -> Option<Price> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&currency).cloned()
    }
}

impl Engine {
    /// Writes an entry down, and before it the price of its currency, when one is known. Every entry goes this way.
    pub(crate) async fn record(&self, tx: &mut Tx, new: NewEntry) -> Result<EntryId, IpcError> {
        let currency = new.postings.first().map(|posting| posting.currency);
        if let Some(price) = currency.and_then(|currency| self.inner.coordinator.prices().of(currency)) {
            ledger::record_price(tx, &price).await?;
        }
        Ok(ledger::record(tx, new).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = UnixMillis(1_795_624_879_000);

    fn sample(currency: Currency, nanos: u64, source: &str) -> PriceSample {
        PriceSample {
            currency,
            price: UsdNanos(nanos),
            source: source.to_owned(),
        }
    }

    #[test]
    fn the_last_sensible_price_of_each_currency_is_kept() {
        let prices = Prices::default();
        prices.hear(
            vec![sample(Currency::Io, 250, "a"), sample(Currency::Sol, 7, "a")],
            NOW,
        );
        let later = UnixMillis(NOW.0 + 1);
        prices.hear(vec![sample(Currency::Io, 260, "b")], later);
        assert_eq!(
            prices.of(Currency::Io),
            Some(Price {
                currency: Currency::Io,
                at: later,
                price: UsdNanos(260),
                source: "b".into(),
            })
        );
        assert_eq!(prices.of(Currency::Sol).map(|price| price.at), Some(NOW));
        assert_eq!(prices.of(Currency::Usdc), None);
    }

    #[test]
    fn nonsense_is_not_a_price() {
        let prices = Prices::default();
        let long = "x".repeat(MAX_SOURCE + 1);
        for wrong in [
            sample(Currency::Io, 0, "a"),
            sample(Currency::Io, u64::MAX, "a"),
            sample(Currency::Io, 1, ""),
            sample(Currency::Io, 1, &long),
        ] {
            prices.hear(vec![wrong.clone()], NOW);
            assert_eq!(prices.of(Currency::Io), None, "{wrong:?}");
        }
    }
}
