//! The history as shown, told, exported and checked.

use hearth_store::{
    Read,
    ledger::{self, Head},
    outbox,
};
use hearth_types::{
    history::{
        DayIncome, ExportChunk, ExportForm, HistoryCursor, HistoryEntry, HistoryFilter, HistoryPage,
        MonthStatement, Verification,
    },
    id::DeviceId,
    ipc::{Code, IpcError, VerifyHistory},
    time::{Month, UnixMillis},
};

use crate::{engine::Engine, state::now};

/// The most entries one request gives.
const MAX_ENTRIES: u32 = 1000;

fn check_limit(limit: u32) -> Result<(), IpcError> {
    if (1..=MAX_ENTRIES).contains(&limit) {
        return Ok(());
    }
    let text = format!("Between 1 and {MAX_ENTRIES} entries at a time.");
    Err(IpcError::new(Code::BadRequest, text))
}

/// Adds to the notes of entries whose transaction hangs why it does.
async fn say_what_hangs(
    read: &mut Read,
    shown: impl Iterator<Item = &mut HistoryEntry>,
) -> Result<(), IpcError> {
    let hanging: Vec<_> = outbox::unfinished(read)
        .await?
        .into_iter()
        .filter_map(|row| Some((row.signature, row.undecided.or(row.refused)?)))
        .collect();
    for entry in shown {
        let why = hanging
            .iter()
            .find(|(signature, _)| entry.signature == Some(*signature));
        if let Some((_, why)) = why {
            if !entry.note.is_empty() {
                entry.note.push_str(" · ");
            }
            entry.note.push_str(why);
        }
    }
    Ok(())
}

impl Engine {
    /// Entries newest first. One whose transaction hangs says why in its note.
    pub(crate) async fn history(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<HistoryEntry>, IpcError> {
        check_limit(limit)?;
        let mut read = self.inner.store.read().await?;
        let mut shown = ledger::history(&mut read, before, limit).await?;
        say_what_hangs(&mut read, shown.iter_mut()).await?;
        Ok(shown)
    }

    /// A page of a list, with the same notes.
    pub(crate) async fn history_page(
        &self,
        filter: &HistoryFilter,
        after: Option<&HistoryCursor>,
        limit: u32,
    ) -> Result<HistoryPage, IpcError> {
        check_limit(limit)?;
        let mut read = self.inner.store.read().await?;
        let mut page = ledger::page(&mut read, filter, after, limit).await?;
        say_what_hangs(&mut read, page.rows.iter_mut().map(|row| &mut row.entry)).await?;
        Ok(page)
    }

    pub(crate) async fn income(
        &self,
        from: UnixMillis,
        until: UnixMillis,
        device: Option<DeviceId>,
    ) -> Result<Vec<DayIncome>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(ledger::income_by_day(&mut read, from, until, device).await?)
    }

    pub(crate) async fn statement(&self, month: Month) -> Result<MonthStatement, IpcError> {
        let wallet = self.wallet_address()?;
        let mut read = self.inner.store.read().await?;
        let sums = ledger::month(&mut read, month).await?;
        let head = ledger::head(&mut read).await?;
        Ok(MonthStatement {
            month,
            wallet,
            network: self.inner.config.network.kind,
            at: now(),
            under_way: sums.under_way,
            currencies: sums.currencies,
            head: head.map(Into::into),
        })
    }

    pub(crate) async fn export(
        &self,
        form: ExportForm,
        filter: &HistoryFilter,
        after: Option<&HistoryCursor>,
    ) -> Result<ExportChunk, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(ledger::export(&mut read, form, filter, after).await?)
    }

    pub(crate) async fn verify(&self, request: &VerifyHistory) -> Result<Verification, IpcError> {
        let mut ends: Vec<_> = self.inner.store.known_head().into_iter().collect();
        if let Some(known) = &request.known {
            let end = Head::try_from(known)
                .map_err(|error| IpcError::new(Code::BadRequest, format!("That is {error}.")))?;
            ends.push(end);
        }
        let mut read = self.inner.store.read().await?;
        Ok(ledger::verify(&mut read, &ends).await?)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hearth_protocol::coordinator::PriceSample;
    use hearth_store::ledger::{IdempotencyKey, Movement, NewEntry};
    use hearth_types::{
        history::EntryState,
        ipc::{BrowserAccess, GetIncome, PageHistory},
        money::{Currency, Io, UsdNanos},
        network::NetworkKind,
        time::DAY_MILLIS,
    };

    use super::*;
    use crate::config::{EngineConfig, Host, NetworkConfig};

    struct Nobody;

    impl Host for Nobody {
        fn browser_access(&self) -> Option<BrowserAccess> {
            None
        }

        fn set_autostart(&self, _on: bool) -> Result<(), IpcError> {
            Ok(())
        }

        fn quit(&self) {}
    }

    /// An engine whose network does not answer.
    async fn engine(folder: &tempfile::TempDir) -> Engine {
        let nowhere = "http://127.0.0.1:1".to_owned();
        Engine::start(EngineConfig {
            data_dir: folder.path().to_owned(),
            network: NetworkConfig {
                kind: NetworkKind::Practice,
                rpc_url: nowhere.clone(),
                coordinator_url: nowhere,
            },
            runner: "no-runner".into(),
            keychain: false,
            host: Arc::new(Nobody),
        })
        .await
        .unwrap()
    }

    async fn earn(engine: &Engine, key: &str, movement: Movement, at: UnixMillis) {
        let new = NewEntry::of(IdempotencyKey(key.into()), movement, at).unwrap();
        let mut tx = engine.inner.store.begin().await.unwrap();
        engine
            .record_fact(&mut tx, new, None, EntryState::Confirmed)
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }

    #[tokio::test]
    async fn the_daily_series_holds_both_incomes_and_what_they_were_worth() {
        let folder = tempfile::tempdir().unwrap();
        let engine = engine(&folder).await;
        let day = UnixMillis(20_000 * DAY_MILLIS);
        let noon = UnixMillis(day.0 + DAY_MILLIS / 2);
        // Nobody knew a price yet.
        earn(&engine, "early", Movement::LeaseIncome(Io(300_000_000)), day).await;
        let quarter = PriceSample {
            currency: Currency::Io,
            price: UsdNanos(250_000_000),
            source: "test".into(),
        };
        engine.inner.coordinator.prices().hear(vec![quarter], noon);
        earn(&engine, "pay", Movement::LeaseIncome(Io(200_000_000)), noon).await;
        earn(&engine, "reward", Movement::Reward(Io(100_000_000)), noon).await;
        // Money that is not earned is in no series; a price that is too old is none.
        earn(&engine, "gift", Movement::Faucet(Io(900_000_000)), noon).await;
        let next = UnixMillis(day.0 + DAY_MILLIS);
        earn(&engine, "late", Movement::Reward(Io(400_000_000)), next).await;

        let request = GetIncome {
            from: day,
            until: UnixMillis(next.0 + DAY_MILLIS),
            device: None,
        };
        let series = engine.ask(request).await.unwrap();
        let expected = [
            DayIncome {
                day,
                currency: Currency::Io,
                lease: 500_000_000,
                rewards: 100_000_000,
                lease_usd: 500_000,
                rewards_usd: 250_000,
                unpriced: 1,
            },
            DayIncome {
                day: next,
                currency: Currency::Io,
                lease: 0,
                rewards: 400_000_000,
                lease_usd: 0,
                rewards_usd: 0,
                unpriced: 1,
            },
        ];
        assert_eq!(series, expected);

        let all = PageHistory {
            filter: HistoryFilter::default(),
            after: None,
            limit: 10,
        };
        let page = engine.ask(all).await.unwrap();
        let worth = |key: usize| page.rows[key].entry.worth.as_ref().map(|worth| worth.usd);
        assert_eq!((worth(0), worth(1), worth(4)), (None, Some(2_250_000), None));
        assert_eq!(page.totals[0].known_usd(), Some(3_000_000));
        engine.shutdown().await;
    }
}
