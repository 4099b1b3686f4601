//! What currencies cost.
//!
//! The coordinator says it whenever it is asked about the network, which is every few seconds. What it said last is
//! kept in memory and written down with the first entry that it values, in the same database transaction: an engine
//! that moves no money writes nothing. A price is of the moment when this machine heard it, and holds for an hour
//! ([`ledger::PRICE_HOLDS`]); an entry of which nobody knows a price is written without one, never with zero.

use std::{
    collections::{BTreeMap, VecDeque},
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

/// How many prices of a currency are kept. An entry is decided some requests before it is written down, and a newer
/// price may be heard between the two.
const KEPT: usize = 8;

/// The last prices of each currency, oldest first. Clones share them.
#[derive(Clone, Default)]
pub(crate) struct Prices(Arc<Mutex<BTreeMap<Currency, VecDeque<Price>>>>);

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
            let kept = known.entry(currency).or_default();
            kept.push_back(Price {
                currency,
                at,
                price,
                source,
            });
            if kept.len() > KEPT {
                kept.pop_front();
            }
        }
    }

    /// The last price that was known at a moment.
    fn known_at(&self, currency: Currency, moment: UnixMillis) -> Option<Price> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut newest_first = known.get(&currency)?.iter().rev();
        newest_first.find(|price| price.at <= moment).cloned()
    }
}

impl Engine {
    /// Writes an entry down, and before it the price of its currency when it was decided, if one was known. Every
    /// entry goes this way.
    pub(crate) async fn record(&self, tx: &mut Tx, new: NewEntry) -> Result<EntryId, IpcError> {
        let currency = new.postings.first().map(|posting| posting.currency);
        let prices = self.inner.coordinator.prices();
        if let Some(price) = currency.and_then(|currency| prices.known_at(currency, new.at)) {
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

    fn after(millis: u64) -> UnixMillis {
        UnixMillis(NOW.0 + millis)
    }

    #[test]
    fn an_entry_gets_the_price_that_was_known_when_it_was_decided() {
        let prices = Prices::default();
        let first = vec![sample(Currency::Io, 250, "a"), sample(Currency::Sol, 7, "a")];
        prices.hear(first, NOW);
        prices.hear(vec![sample(Currency::Io, 260, "b")], after(10));
        let known = |currency, moment| {
            let price = prices.known_at(currency, moment)?;
            Some((price.price.0, price.source))
        };
        assert_eq!(known(Currency::Io, UnixMillis(NOW.0 - 1)), None);
        assert_eq!(known(Currency::Io, after(9)), Some((250, "a".to_owned())));
        assert_eq!(known(Currency::Io, after(10)), Some((260, "b".to_owned())));
        assert_eq!(known(Currency::Sol, after(99)), Some((7, "a".to_owned())));
        assert_eq!(known(Currency::Usdc, after(99)), None);
    }

    #[test]
    fn only_the_last_few_are_kept() {
        let prices = Prices::default();
        for n in 0..100 {
            prices.hear(vec![sample(Currency::Io, 1 + n, "a")], after(n));
        }
        assert_eq!(prices.known_at(Currency::Io, after(91)), None);
        let oldest = prices.known_at(Currency::Io, after(92));
        assert_eq!(oldest.map(|price| price.price), Some(UsdNanos(93)));
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
            assert_eq!(prices.known_at(Currency::Io, NOW), None, "{wrong:?}");
        }
    }
}
