//! The history as the owner reads it.

use hearth_types::{
    history::{EntryKind, EntryState, HistoryEntry},
    id::{LeaseId, TxSignature},
    money::Currency,
    time::UnixMillis,
};

use super::{EntryId, LedgerError};
use crate::{
    Session,
    codec::{Word, from_column, maybe_bytes},
};

/// The most rows of one page.
const MAX_PAGE: u32 = 1000;

/// The history, newest first: one row per entry and currency, from the row before `before` (the `id` of the last row
/// of the page before) or from the newest, at most `limit` and at most 1,000 rows. Void entries are shown as void;
/// the entries that reverse them are not shown.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn history(
    session: &mut impl Session,
    before: Option<i64>,
    limit: u32,
) -> Result<Vec<HistoryEntry>, LedgerError> {
    page(session, 0, before.unwrap_or(i64::MAX), limit).await
}

/// The rows of one entry, one per currency, such as for an event when it changed.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn entry_history(
    session: &mut impl Session,
    entry: EntryId,
) -> Result<Vec<HistoryEntry>, LedgerError> {
    let first = entry.0.saturating_mul(2);
    page(session, first, first.saturating_add(2), MAX_PAGE).await
}

/// Rows with `from <= id < before`. A row's id is twice its entry's, plus one for SOL.
async fn page(
    session: &mut impl Session,
    from: i64,
    before: i64,
    limit: u32,
) -> Result<Vec<HistoryEntry>, LedgerError> {
    let limit = limit.min(MAX_PAGE);
    let (first_entry, last_entry) = (from / 2, before / 2);
    // At most one row of the first entry of a page is on the page before; hence one entry more than rows.
    let select = sqlx::query!(
        r#"WITH page AS (
               SELECT * FROM entry WHERE id BETWEEN ?1 AND ?2 AND reverses IS NULL ORDER BY id DESC LIMIT ?4 + 1
           )
           SELECT page.id * 2 + (account.currency = 'sol') AS "id!: i64",
                  page.at_ms AS "at_ms!: i64", page.kind AS "kind!: String", page.state AS "state!: String",
                  account.currency AS "currency!: String", page.lease AS "lease?: Vec<u8>",
                  page.note AS "note!: String", page.signature AS "signature?: Vec<u8>",
                  MAX(account.name = 'wallet') AS "touches_wallet!: bool",
                  COALESCE(SUM(posting.amount) FILTER (WHERE account.name = 'wallet'), 0) AS "wallet!: i64",
                  COALESCE(SUM(posting.amount) FILTER (WHERE account.name = 'cooling'), 0) AS "cooling!: i64",
                  COALESCE(SUM(posting.amount) FILTER (WHERE account.name IN ('stake', 'cooling', 'escrow')), 0)
                      AS "elsewhere!: i64"
           FROM page
           JOIN posting ON posting.entry = page.id
           JOIN account ON account.id = posting.account
           GROUP BY page.id, account.currency
           HAVING page.id * 2 + (account.currency = 'sol') < ?3
           ORDER BY 1 DESC LIMIT ?4"#,
        first_entry,
        last_entry,
        before,
        limit
    );
    let rows = select.fetch_all(session.connection()).await?;
    let entries = rows.into_iter().map(|row| {
        let mut kind = EntryKind::parse(&row.kind, "entry.kind")?;
        if kind == EntryKind::NetworkFee && row.wallet > 0 {
            // Rent that came back was once written down as a fee, and entries never change. No fee fills a wallet.
            kind = EntryKind::RentReturned;
        }
        let amount = match (row.touches_wallet, kind) {
            (true, _) => row.wallet,
            (false, EntryKind::UnstakeRequest) => row.cooling,
            (false, _) => row.elsewhere,
        };
        Ok(HistoryEntry {
            id: row.id,
            at: UnixMillis(from_column(row.at_ms, "entry.at_ms")?),
            kind,
            state: EntryState::parse(&row.state, "entry.state")?,
            currency: Currency::parse(&row.currency, "account.currency")?,
            amount,
            lease: maybe_bytes(row.lease, "entry.lease")?.map(LeaseId),
            note: row.note,
            signature: maybe_bytes(row.signature, "entry.signature")?.map(TxSignature),
        })
    });
    entries.collect()
}
