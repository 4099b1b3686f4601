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
