//! Pages.

use hearth_types::history::{
    CurrencyTotal, EntryState, HistoryCursor, HistoryEntry, HistoryFilter, HistoryPage, HistoryRow,
};

use super::{
    Found, Wanted,
    filter::place,
    newest::newest,
    totals::{of, totals},
};
use crate::{
    Session,
    ledger::{EntryId, LedgerError},
};

/// The most rows of one page.
const MAX_PAGE: u32 = 1000;

/// The history by a filter, newest first (by time, then by number), at most `limit` and at most 1,000 entries after a
/// page before. Void entries are shown as void; the entries that reverse them are not shown.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn page(
    session: &mut impl Session,
    filter: &HistoryFilter,
    after: Option<&HistoryCursor>,
    limit: u32,
) -> Result<HistoryPage, LedgerError> {
    let wanted = Wanted::new(filter)?;
    let limit = limit.clamp(1, MAX_PAGE);
    let before = place(after, i64::MAX)?;
    // One more tells whether there is a next page.
    let mut found = newest(session, &wanted, before, i64::from(limit) + 1).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let totals = match after {
        Some(cursor) => cursor.totals.clone(),
        None => totals(session, filter).await?,
    };
    let mut left = totals.clone();
    let rows = found.into_iter().map(|row| with_total(row, filter, &mut left));
    let rows: Vec<HistoryRow> = rows.collect::<Result<_, _>>()?;
    let last = rows.last().filter(|_| more);
    let next = last.map(|row| HistoryCursor {
        at: row.entry.at,
        id: row.entry.id,
        totals: left.clone(),
    });
    Ok(HistoryPage { rows, totals, next })
}

/// A row with what it and everything older add up to; takes it off what is left for older rows.
fn with_total(
    row: Found,
    filter: &HistoryFilter,
    left: &mut Vec<CurrencyTotal>,
) -> Result<HistoryRow, LedgerError> {
    let entry = HistoryEntry::try_from(row)?;
    let total = of(left, entry.currency);
    let running = total.clone();
    let counts = filter.kind.is_some() || entry.kind.is_of_wallet();
    if counts && entry.state != EntryState::Void {
        total.count = total.count.saturating_sub(1);
        total.amount = total.amount.saturating_sub(entry.amount);
        match &entry.worth {
            Some(worth) => total.usd = total.usd.saturating_sub(worth.usd),
            None => total.unpriced = total.unpriced.saturating_sub(1),
        }
    }
    Ok(HistoryRow { entry, running })
}

/// The whole history, newest first, before the entry `before` (the `id` of the last row of the page before) or from
/// the newest, at most `limit` and at most 1,000 rows.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn history(
    session: &mut impl Session,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<HistoryEntry>, LedgerError> {
    let place = match before {
        None => (i64::MAX, i64::MAX),
        Some(id) => {
            let at = sqlx::query_scalar!("SELECT at_ms FROM entry WHERE id = ?1", id);
            let at = at.fetch_optional(session.connection()).await?;
            (at.unwrap_or(i64::MAX), id)
        }
    };
    let wanted = Wanted::new(&HistoryFilter::default())?;
    let found = newest(session, &wanted, place, i64::from(limit.min(MAX_PAGE))).await?;
    Ok(found
        .into_iter()
        .map(HistoryEntry::try_from)
        .collect::<Result<_, _>>()?)
}

/// One entry, such as for an event when it changed; none when there is no such entry.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn entry_history(
    session: &mut impl Session,
    entry: EntryId,
) -> Result<Vec<HistoryEntry>, LedgerError> {
    let found = sqlx::query_as!(
        Found,
        r#"SELECT entry.id AS "id!: i64", entry.at_ms AS "at_ms!: i64", entry.kind, entry.state, entry.currency,
                  entry.amount, entry.usd AS "usd?: i64", entry.lease, entry.device, entry.note, entry.signature,
                  price.usd_nanos AS "price_nanos?: i64", price.at_ms AS "price_at?: i64",
                  price.source AS "price_source?: String"
           FROM entry LEFT JOIN price ON price.id = entry.price WHERE entry.id = ?1"#,
        entry.0
    );
    let found = found.fetch_all(session.connection()).await?;
    Ok(found
        .into_iter()
        .map(HistoryEntry::try_from)
        .collect::<Result<_, _>>()?)
}
