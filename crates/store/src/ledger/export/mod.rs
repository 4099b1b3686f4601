//! The history as CSV, oldest movement first, piece by piece, so that no size of history needs its size of memory.
//!
//! Times are UTC. Amounts are decimal texts without rounding. Texts that a spreadsheet would take for a formula are
//! kept from it with an apostrophe: a device's name comes from a stranger.

mod cointracking;
mod ids;
mod koinly;
mod plain;

use futures_util::TryStreamExt as _;
use hearth_types::{
    history::{ExportChunk, ExportForm, HistoryCursor, HistoryFilter},
    time::UnixMillis,
};

use self::ids::Ids;
use super::{
    LedgerError,
    list::{Found, Wanted},
};
use crate::{
    Session, StoreError,
    codec::{from_column, moment},
};

/// Movements in one piece, at most.
pub const EXPORT_STEP: u32 = 10_000;

/// Bytes of a line, about; to make room once.
const LINE: usize = 320;

type Line = csv::Writer<Vec<u8>>;

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
    let (at, id) = match after {
        Some(cursor) => (moment(cursor.at)?, cursor.id),
        None => (wanted.from, i64::MIN),
    };
    let limit = i64::from(EXPORT_STEP);
    let select = sqlx::query_as!(
        Found,
        r#"SELECT entry.id AS "id!: i64", entry.at_ms AS "at_ms!: i64", entry.kind AS "kind!: String",
                  entry.state AS "state!: String", entry.currency AS "currency!: String",
                  entry.amount AS "amount!: i64", entry.usd AS "usd?: i64", entry.lease AS "lease?: Vec<u8>",
                  entry.device AS "device?: Vec<u8>", entry.note AS "note!: String",
                  entry.signature AS "signature?: Vec<u8>", price.usd_nanos AS "price_nanos?: i64",
                  price.at_ms AS "price_at?: i64", price.source AS "price_source?: String"
           FROM entry LEFT JOIN price ON price.id = entry.price
           WHERE entry.at_ms >= ?1 AND (entry.at_ms > ?1 OR entry.id > ?2) AND entry.at_ms < ?3
               AND entry.at_ms >= ?10 AND +entry.reverses IS NULL
               AND entry.kind = COALESCE(?4, entry.kind) AND entry.currency = COALESCE(?5, entry.currency)
               AND entry.state = COALESCE(?6, entry.state) AND (?7 IS NULL OR entry.device = ?7)
               AND (?8 IS NULL OR entry.lease = ?8)
           ORDER BY entry.at_ms, entry.id LIMIT ?9"#,
        at,
        id,
        wanted.until,
        wanted.kind,
        wanted.currency,
        wanted.state,
        wanted.device,
        wanted.lease,
        limit,
        wanted.from
    );
    let mut out = csv::Writer::from_writer(Vec::with_capacity(EXPORT_STEP as usize * LINE));
    if after.is_none() {
        out.write_record(header(form)).map_err(wrong)?;
    }
    let (mut ids, mut rows, mut last) = (Ids::default(), 0_u64, None);
    let mut found = select.fetch(session.connection());
    while let Some(row) = found.try_next().await? {
        write(form, &row, &mut ids, &mut out)?;
        rows += 1;
        last = Some((row.at_ms, row.id));
    }
    let text = out
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok());
    let more = last.filter(|_| rows == u64::from(EXPORT_STEP));
    let next = match more {
        None => None,
        Some((at, id)) => Some(HistoryCursor {
            at: UnixMillis(from_column(at, "entry.at_ms")?),
            id,
            totals: Vec::new(),
        }),
    };
    Ok(ExportChunk {
        text: text.ok_or(StoreError::Value { what: "entry.note" })?,
        rows,
        next,
    })
}

const fn header(form: ExportForm) -> &'static [&'static str] {
    match form {
        ExportForm::Plain => &plain::HEADER,
        ExportForm::Koinly => &koinly::HEADER,
        ExportForm::Cointracking => &cointracking::HEADER,
    }
}

fn write(form: ExportForm, row: &Found, ids: &mut Ids, out: &mut Line) -> Result<(), StoreError> {
    match form {
        ExportForm::Plain => plain::write(row, ids, out),
        ExportForm::Koinly => koinly::write(row, ids, out),
        ExportForm::Cointracking => cointracking::write(row, ids, out),
    }
}

/// Writing into memory does not fail.
fn wrong(_: csv::Error) -> StoreError {
    StoreError::Value {
        what: "a line of CSV",
    }
}

/// A text that no spreadsheet takes for a formula.
fn harmless(text: &str) -> std::borrow::Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
}

fn time(at_ms: i64) -> Result<UnixMillis, StoreError> {
    Ok(UnixMillis(from_column(at_ms, "entry.at_ms")?))
}
