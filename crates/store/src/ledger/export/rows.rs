//! Movements out of the file, a thousand with each query.
//!
//! A row of the driver's is fourteen values, each copied twice and handed from SQLite's thread to ours: many times
//! what SQLite needs to find them. So SQLite writes its rows as one JSON array, as it reads them for writing; byte
//! strings are hexadecimal, empty for none.

use std::borrow::Cow;

use hearth_types::history::{EntryKind, ExportForm};
use serde::Deserialize;

use crate::{
    Session, StoreError,
    ledger::{
        LedgerError,
        list::{Wanted, kind_of},
    },
};

/// Movements of one query, at most; divides [`super::EXPORT_STEP`].
pub(super) const STEP: usize = 1_000;
const _: () = assert!(super::EXPORT_STEP as usize / STEP * STEP == super::EXPORT_STEP as usize);

/// A movement, in the order of the query's columns.
#[derive(Debug, Deserialize)]
pub(super) struct Row<'a> {
    pub(super) id: i64,
    pub(super) at_ms: i64,
    kind: &'a str,
    pub(super) state: &'a str,
    pub(super) currency: &'a str,
    pub(super) amount: i64,
    pub(super) usd: Option<i64>,
    /// The price's number.
    pub(super) price: Option<i64>,
    pub(super) lease: &'a str,
    pub(super) device: &'a str,
    #[serde(borrow)]
    pub(super) note: Cow<'a, str>,
    pub(super) signature: &'a str,
}

impl Row<'_> {
    /// What it was.
    pub(super) fn kind(&self) -> Result<EntryKind, StoreError> {
        kind_of(self.kind, self.amount)
    }
}

/// At most [`STEP`] movements after a place (time, then number), oldest first, as JSON. Lease, device and price only for
/// a form that shows them.
pub(super) async fn after(
    session: &mut impl Session,
    form: ExportForm,
    wanted: &Wanted,
    (at, id): (i64, i64),
) -> Result<String, LedgerError> {
    let (everything, limit) = (form == ExportForm::Plain, i64::try_from(STEP).unwrap_or(i64::MAX));
    let select = sqlx::query_scalar!(
        r#"SELECT json_group_array(json_array(
                      id, at_ms, kind, state, currency, amount, usd, CASE WHEN ?11 THEN price END,
                      CASE WHEN ?11 THEN hex(lease) ELSE '' END, CASE WHEN ?11 THEN hex(device) ELSE '' END, note,
                      hex(signature))) AS "rows!: String"
           FROM (
               SELECT id, at_ms, kind, state, currency, amount, usd, price, lease, device, note, signature
               FROM entry
               WHERE at_ms >= ?1 AND (at_ms > ?1 OR id > ?2) AND at_ms < ?3 AND at_ms >= ?10 AND +reverses IS NULL
                   AND kind = COALESCE(?4, kind) AND currency = COALESCE(?5, currency)
                   AND state = COALESCE(?6, state) AND (?7 IS NULL OR device = ?7) AND (?8 IS NULL OR lease = ?8)
               ORDER BY at_ms, id LIMIT ?9
           )"#,
        at,
        id,
        wanted.until,
        wanted.kind,
        wanted.currency,
        wanted.state,
        wanted.device,
        wanted.lease,
        limit,
        wanted.from,
        everything
    );
    Ok(select.fetch_one(session.connection()).await?)
}

/// The movements of a query's answer.
pub(super) fn parse(json: &str) -> Result<Vec<Row<'_>>, StoreError> {
    let mut rows: Vec<Row<'_>> = serde_json::from_str(json).map_err(|source| StoreError::Json {
        what: "an entry",
        source,
    })?;
    // In order already, which SQL does not promise.
    rows.sort_by_key(|row| (row.at_ms, row.id));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_order_whatever_sql_says() {
        let json = r#"[[3,20,"faucet","final","io",1,null,null,"","","a \"b\"",""],
                       [2,20,"faucet","final","io",1,5,7,"0A","0b","plain","FF"],
                       [9,10,"network_fee","final","sol",-9223372036854775808,-1,null,"","","é",""]]"#;
        let rows = parse(json).unwrap();
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [9, 2, 3]);
        assert_eq!((rows[0].amount, &*rows[0].note), (i64::MIN, "é"));
        assert_eq!((rows[1].usd, rows[1].price), (Some(5), Some(7)));
        assert_eq!(&*rows[2].note, "a \"b\"");
        assert!(parse("[[1]]").is_err());
    }
}
