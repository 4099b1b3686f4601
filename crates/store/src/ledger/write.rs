//! Entries into the file: many with three statements, each with its link.

use std::collections::BTreeMap;

use hearth_types::{
    history::{EntryKind, EntryState},
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, UsdNanos},
    time::UnixMillis,
};
use serde::Serialize;

use super::{
    Account, EntryId, LedgerError,
    chain::{self, EntryFacts, PostingFacts, PriceFacts, hash_entry},
    prices,
};
use crate::{
    StoreError, Tx,
    codec::{Word, from_column, moment, to_json},
    session::sealed::Connected,
};

/// The longest note kept, characters; the rest is cut off.
const MAX_NOTE: usize = 200;

/// Changes by account, zeros left out; of one currency.
pub(super) type Changes = BTreeMap<(Account, Currency), i64>;

/// An entry ready to be written.
pub(super) struct Row<'a> {
    pub(super) key: &'a str,
    pub(super) kind: EntryKind,
    pub(super) state: EntryState,
    pub(super) lease: Option<LeaseId>,
    pub(super) device: Option<DeviceId>,
    pub(super) note: &'a str,
    pub(super) at: UnixMillis,
    pub(super) reverses: Option<EntryId>,
    pub(super) signature: Option<TxSignature>,
    pub(super) changes: Changes,
}

/// The statements' rows, as JSON arrays; byte strings in hexadecimal.
#[derive(Serialize)]
struct EntryJson<'a>(
    i64,
    i64,
    &'static str,
    &'static str,
    &'a str,
    Option<String>,
    String,
    Option<String>,
    Option<i64>,
    &'static str,
    i64,
    Option<i64>,
    Option<i64>,
    Option<String>,
);
#[derive(Serialize)]
struct PostingJson(i64, i64, i64, Option<i64>);
#[derive(Serialize)]
struct LinkJson(i64, i64, &'static str, bool, String);

/// Writes entries, postings first, then the links, then the entries, which makes them complete. Gives their numbers.
pub(super) async fn write(tx: &mut Tx, rows: &[Row<'_>]) -> Result<Vec<EntryId>, LedgerError> {
    let next = sqlx::query_scalar!(r#"SELECT COALESCE(MAX(id), 0) + 1 AS "id!: i64" FROM entry"#);
    let first = next.fetch_one(tx.connection()).await?;
    let accounts = account_numbers(tx).await?;
    let mut wanted = Vec::with_capacity(rows.len());
    for row in rows {
        wanted.push((row.currency()?, moment(row.at)?));
    }
    let prices = prices::in_force(tx, &wanted).await?;
    let mut head = chain::end(tx).await?;
    let (mut entries, mut postings, mut links) = (Vec::new(), Vec::new(), Vec::new());
    let mut written = Vec::with_capacity(rows.len());
    for ((id, row), ((currency, at_ms), price)) in (first..).zip(rows).zip(wanted.into_iter().zip(&prices)) {
        let nanos = price
            .as_ref()
            .map(|price| from_column(price.usd_nanos, "price.usd_nanos"));
        let nanos = nanos.transpose()?.map(UsdNanos);
        let worth = |amount| nanos.and_then(|price| price.worth(amount, currency));
        let note: String = row
            .note
            .chars()
            .filter(|c| !c.is_control())
            .take(MAX_NOTE)
            .collect();
        let amount = row.shown()?;
        let facts = EntryFacts {
            id,
            at_ms,
            kind: row.kind.word(),
            state: row.state.word(),
            key: row.key,
            lease: row.lease.as_ref().map(|lease| lease.0.as_slice()),
            device: row.device.as_ref().map(|device| device.0.as_slice()),
            note: &note,
            reverses: row.reverses.map(|entry| entry.0),
            currency: currency.word(),
            amount,
            usd: worth(amount),
            price: price.as_ref().map(|price| PriceFacts {
                at_ms: price.at_ms,
                usd_nanos: price.usd_nanos,
                source: &price.source,
            }),
            signature: row.signature.as_ref().map(|signature| signature.0.as_slice()),
        };
        let mut changes: Vec<_> = row
            .changes
            .iter()
            .map(|((account, _), amount)| (account.word(), *account, *amount))
            .collect();
        changes.sort_unstable();
        let hashed = changes.iter().map(|(name, _, amount)| PostingFacts {
            account: name,
            currency: currency.word(),
            amount: *amount,
            usd: worth(*amount),
        });
        head = hash_entry(&head, &facts, hashed);
        links.push(LinkJson(
            head.number()?,
            id,
            row.state.word(),
            row.signature.is_some(),
            hex::encode(head.hash),
        ));
        for (_, account, amount) in changes {
            let account = accounts
                .get(&(account, currency))
                .ok_or(StoreError::Value { what: "account.name" })?;
            postings.push(PostingJson(id, *account, amount, worth(amount)));
        }
        entries.push(EntryJson(
            id,
            at_ms,
            row.kind.word(),
            row.state.word(),
            row.key,
            facts.lease.map(hex::encode),
            note.clone(),
            facts.signature.map(hex::encode),
            facts.reverses,
            currency.word(),
            amount,
            facts.usd,
            price.as_ref().map(|price| price.id),
            facts.device.map(hex::encode),
        ));
        written.push(EntryId(id));
    }
    insert(tx, &entries, &postings, &links).await?;
    tx.head = Some(head);
    Ok(written)
}

async fn insert(
    tx: &mut Tx,
    entries: &[EntryJson<'_>],
    postings: &[PostingJson],
    links: &[LinkJson],
) -> Result<(), LedgerError> {
    let postings = to_json(&postings, "postings")?;
    let insert = sqlx::query!(
        "INSERT INTO posting (entry, account, amount, usd)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?1)",
        postings
    );
    insert.execute(tx.connection()).await?;
    let links = to_json(&links, "links")?;
    let insert = sqlx::query!(
        "INSERT INTO link (id, entry, state, signed, hash)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, unhex(value ->> 4) FROM json_each(?1)",
        links
    );
    insert.execute(tx.connection()).await?;
    let entries = to_json(&entries, "entries")?;
    let insert = sqlx::query!(
        "INSERT INTO entry (id, at_ms, kind, state, idempotency_key, lease, note, signature, reverses, currency,
                            amount, usd, price, device)
         SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, unhex(value ->> 5), value ->> 6,
                unhex(value ->> 7), value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12,
                unhex(value ->> 13)
         FROM json_each(?1)",
        entries
    );
    insert.execute(tx.connection()).await?;
    Ok(())
}

async fn account_numbers(tx: &mut Tx) -> Result<BTreeMap<(Account, Currency), i64>, LedgerError> {
    let select = sqlx::query!("SELECT id, name, currency FROM account");
    let rows = select.fetch_all(tx.connection()).await?;
    let numbers = rows.into_iter().map(|row| {
        let account = Account::parse(&row.name, "account.name")?;
        let currency = Currency::parse(&row.currency, "account.currency")?;
        Ok(((account, currency), row.id))
    });
    numbers.collect()
}

impl Row<'_> {
    /// The one currency that it moves.
    fn currency(&self) -> Result<Currency, LedgerError> {
        let mut currencies = self.changes.keys().map(|(_, currency)| *currency);
        let first = currencies.next().ok_or(LedgerError::Empty)?;
        if currencies.any(|currency| currency != first) {
            return Err(LedgerError::TwoCurrencies);
        }
        Ok(first)
    }

    /// What lists show: the change of the accounts that its kind is about.
    fn shown(&self) -> Result<i64, LedgerError> {
        let shown = Account::shown_for(self.kind);
        let of_kind = self
            .changes
            .iter()
            .filter(|((account, _), _)| shown.contains(account));
        of_kind
            .map(|(_, amount)| *amount)
            .try_fold(0_i64, i64::checked_add)
            .ok_or(LedgerError::TooLarge)
    }
}
