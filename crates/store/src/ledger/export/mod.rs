//! The history as CSV, oldest movement first, piece by piece, so that no size of history needs its size of memory.
//!
//! Times are UTC. Amounts are decimal texts without rounding. Texts that a spreadsheet would take for a formula are
//! kept from it with an apostrophe: a device's name comes from a stranger.

mod cointracking;
mod ids;
mod koinly;
mod lines;
mod plain;
mod prices;
mod rows;

use futures_util::future::join;
use hearth_types::{
    history::{ExportChunk, ExportForm, HistoryCursor, HistoryFilter},
    time::UnixMillis,
};

use self::{
    lines::Lines,
    prices::Prices,
    rows::{Row, STEP},
};
use super::{LedgerError, list::Wanted};
use crate::{
    Session, StoreError,
    codec::{from_column, moment},
};

/// Movements in one piece, at most.
pub const EXPORT_STEP: u32 = 10_000;

/// Bytes of a line, about; to make room once.
const LINE: usize = 320;

/// The next piece of an export: at most [`EXPORT_STEP`] movements after the piece before. Reversing entries are left
/// out; forms for taxes have confirmed and final movements that change what is owned, and nothing else.
///
/// # Errors
/// [`LedgerError::SearchExport`] for a filter with a text, [`LedgerError::Store`].
pub async fn export(
    session: &mut impl Session,
    form: ExportForm,
    filter: &HistoryFilter,
    after: Option<&HistoryCursor>,
) -> Result<ExportChunk, LedgerError> {
    if !filter.text.trim().is_empty() {
        return Err(LedgerError::SearchExport);
    }
    let wanted = Wanted::new(filter)?;
    let place = match after {
        Some(cursor) => (moment(cursor.at)?, cursor.id),
        None => (wanted.from, i64::MIN),
    };
    let mut lines = Lines::with_capacity(EXPORT_STEP as usize * LINE);
    if after.is_none() {
        lines.header(header(form))?;
    }
    let mut prices = Prices::default();
    let mut count = 0;
    let mut json = rows::after(session, form, &wanted, place).await?;
    let next = loop {
        let rows = rows::parse(&json)?;
        count += rows.len();
        prices.learn(session, form, &rows).await?;
        // Fewer rows than asked for are the last ones.
        let last = rows.last().filter(|_| rows.len() == STEP);
        let place = last.map(|row| (row.at_ms, row.id));
        let Some(more) = place.filter(|_| count < EXPORT_STEP as usize) else {
            write(form, &rows, &prices, &mut lines)?;
            break place;
        };
        // SQLite's thread reads the next rows while this one writes these.
        let writing = async { write(form, &rows, &prices, &mut lines) };
        let (read, written) = join(rows::after(session, form, &wanted, more), writing).await;
        written?;
        json = read?;
    };
    Ok(ExportChunk {
        text: lines.into_text()?,
        rows: count as u64,
        next: next.map(cursor).transpose()?,
    })
}

fn cursor((at, id): (i64, i64)) -> Result<HistoryCursor, StoreError> {
    Ok(HistoryCursor {
        at: UnixMillis(from_column(at, "entry.at_ms")?),
        id,
        totals: Vec::new(),
    })
}

const fn header(form: ExportForm) -> &'static [&'static str] {
    match form {
        ExportForm::Plain => &plain::HEADER,
        ExportForm::Koinly => &koinly::HEADER,
        ExportForm::Cointracking => &cointracking::HEADER,
    }
}

fn write(form: ExportForm, rows: &[Row<'_>], prices: &Prices, lines: &mut Lines) -> Result<(), StoreError> {
    rows.iter().try_for_each(|row| match form {
        ExportForm::Plain => plain::write(row, prices, lines),
        ExportForm::Koinly => koinly::write(row, lines),
        ExportForm::Cointracking => cointracking::write(row, lines),
    })
}
