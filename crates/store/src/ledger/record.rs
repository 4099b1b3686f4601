//! Writing entries down, once.

use std::{collections::BTreeMap, fmt};

use hearth_types::{
    history::{EntryKind, EntryState},
    id::LeaseId,
    money::Currency,
    time::UnixMillis,
};

use super::{Account, LedgerError, Movement, Posting, read::postings_of};
use crate::{
    Tx,
    codec::{Word, moment},
    session::sealed::Connected,
};

/// The longest note kept, characters; the rest is cut off.
const MAX_NOTE: usize = 200;
const MAX_KEY: usize = 200;

/// Number of an entry; newer is larger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryId(pub i64);

impl fmt::Display for EntryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names one intention, such as `lease:<id>:payment:1200`: whatever is done twice under one key happens once.
/// 1 to 200 bytes; `void:…` belongs to reversing entries.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IdempotencyKey(pub String);

impl IdempotencyKey {
    /// Whether the file takes it.
    pub(crate) fn is_valid(&self) -> bool {
        (1..=MAX_KEY).contains(&self.0.len()) && !self.0.contains('\0') && !self.0.starts_with("void:")
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An entry to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// Names the intention.
    pub idempotency_key: IdempotencyKey,
    /// What it is.
    pub kind: EntryKind,
    /// The lease it belongs to.
    pub lease: Option<LeaseId>,
    /// A few words for the owner; cut off after 200 characters.
    pub note: String,
    /// Changes, adding up to zero in each currency. Several for one account are added up.
    pub postings: Vec<Posting>,
    /// When it was decided.
    pub at: UnixMillis,
}

impl NewEntry {
    /// The entry of a movement, without lease and note.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] when the amount is beyond 2⁶³ − 1.
    pub fn of(key: IdempotencyKey, movement: Movement, at: UnixMillis) -> Result<Self, LedgerError> {
        Ok(Self {
            idempotency_key: key,
            kind: movement.kind(),
            lease: None,
            note: String::new(),
            postings: movement.postings()?,
            at,
        })
    }

    /// With the lease it belongs to.
    #[must_use]
    pub fn lease(mut self, lease: LeaseId) -> Self {
        self.lease = Some(lease);
        self
    }

    /// With a few words.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// Changes by account, zeros left out.
pub(super) type Changes = BTreeMap<(Account, Currency), i64>;

/// Writes an entry down as pending. Under a key that is taken by the same movement (kind, lease, postings) nothing
/// is written and that entry's id comes back; note and time may differ, as they do after a crash.
///
/// # Errors
/// [`LedgerError::Unbalanced`], [`LedgerError::Empty`], [`LedgerError::TooLarge`], [`LedgerError::BadKey`],
/// [`LedgerError::KeyTaken`], [`LedgerError::KeyVoid`], [`LedgerError::Store`].
pub async fn record(tx: &mut Tx, new: NewEntry) -> Result<EntryId, LedgerError> {
    if !new.idempotency_key.is_valid() {
        return Err(LedgerError::BadKey);
    }
    let changes = add_up(&new.postings)?;
    if let Some(entry) = replayed(tx, &new, &changes).await? {
        return Ok(entry);
    }
    let row = Row {
        key: &new.idempotency_key.0,
        kind: new.kind,
        state: EntryState::Pending,
        lease: new.lease,
        note: &new.note,
        at: new.at,
        reverses: None,
    };
    insert(tx, &row, &changes).await
}

/// What an entry's row says, postings apart.
pub(super) struct Row<'a> {
    pub(super) key: &'a str,
    pub(super) kind: EntryKind,
    pub(super) state: EntryState,
    pub(super) lease: Option<LeaseId>,
    pub(super) note: &'a str,
    pub(super) at: UnixMillis,
    pub(super) reverses: Option<EntryId>,
}

/// Inserts postings, then the entry, which makes them complete.
pub(super) async fn insert(tx: &mut Tx, row: &Row<'_>, changes: &Changes) -> Result<EntryId, LedgerError> {
    let next = sqlx::query_scalar!(r#"SELECT COALESCE(MAX(id), 0) + 1 AS "id!: i64" FROM entry"#);
    let id = next.fetch_one(tx.connection()).await?;
    for ((account, currency), amount) in changes {
        let (name, currency) = (account.word(), currency.word());
        let insert = sqlx::query!(
            "INSERT INTO posting (entry, account, amount)
             VALUES (?1, (SELECT id FROM account WHERE name = ?2 AND currency = ?3), ?4)",
            id,
            name,
            currency,
            amount
        );
        insert.execute(tx.connection()).await?;
    }
    let (at, kind, state) = (moment(row.at)?, row.kind.word(), row.state.word());
    let lease = row.lease.map(|lease| lease.0.to_vec());
    let note: String = row.note.chars().take(MAX_NOTE).collect();
    let reverses = row.reverses.map(|entry| entry.0);
    let insert = sqlx::query!(
        "INSERT INTO entry (id, at_ms, kind, state, idempotency_key, lease, note, reverses)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        id,
        at,
        kind,
        state,
        row.key,
        lease,
        note,
        reverses
    );
    insert.execute(tx.connection()).await?;
    Ok(EntryId(id))
}

/// The changes by account, when they add up to zero in each currency.
fn add_up(postings: &[Posting]) -> Result<Changes, LedgerError> {
    let mut changes = Changes::new();
    let mut sums = BTreeMap::<Currency, i128>::new();
    for posting in postings {
        let change = changes.entry((posting.account, posting.currency)).or_default();
        *change = change.checked_add(posting.amount).ok_or(LedgerError::TooLarge)?;
        *sums.entry(posting.currency).or_default() += i128::from(posting.amount);
    }
    if let Some((&currency, &sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
        return Err(LedgerError::Unbalanced { currency, sum });
    }
    changes.retain(|_, amount| *amount != 0);
    if changes.is_empty() {
        return Err(LedgerError::Empty);
    }
    Ok(changes)
}

/// The entry that has the key already, when it is the same movement.
async fn replayed(tx: &mut Tx, new: &NewEntry, changes: &Changes) -> Result<Option<EntryId>, LedgerError> {
    let key = &new.idempotency_key;
    let find = sqlx::query!(
        "SELECT id, kind, state, lease FROM entry WHERE idempotency_key = ?1",
        key.0
    );
    let Some(row) = find.fetch_optional(tx.connection()).await? else {
        return Ok(None);
    };
    let entry = EntryId(row.id);
    let same_lease = row.lease.as_deref() == new.lease.as_ref().map(|lease| lease.0.as_slice());
    let same = row.kind == new.kind.word() && same_lease && postings_of(tx, entry).await? == *changes;
    let key = key.clone();
    if !same {
        return Err(LedgerError::KeyTaken { key, entry });
    }
    match EntryState::parse(&row.state, "entry.state")? {
        EntryState::Void => Err(LedgerError::KeyVoid { key, entry }),
        EntryState::Pending | EntryState::Submitted | EntryState::Confirmed | EntryState::Final => {
            Ok(Some(entry))
        }
    }
}
