//! Writing entries down, once.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
};

use hearth_types::{
    history::{EntryKind, EntryState},
    id::{DeviceId, LeaseId, TxSignature},
    money::Currency,
    time::UnixMillis,
};

use super::{
    LedgerError, Movement, Posting, advance,
    read::postings_of,
    write::{Changes, Row, write},
};
use crate::{
    Tx,
    codec::{Word, to_json},
    session::sealed::Connected,
};

/// Entries written with one set of statements.
const STEP: usize = 500;

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
    /// The device it belongs to.
    pub device: Option<DeviceId>,
    /// A few words for the owner; cut off after 200 characters.
    pub note: String,
    /// Changes in one currency, adding up to zero. Several for one account are added up.
    pub postings: Vec<Posting>,
    /// When it was decided.
    pub at: UnixMillis,
}

impl NewEntry {
    /// The entry of a movement, without lease, device and note.
    ///
    /// # Errors
    /// [`LedgerError::TooLarge`] when the amount is beyond 2⁶³ − 1.
    pub fn of(key: IdempotencyKey, movement: Movement, at: UnixMillis) -> Result<Self, LedgerError> {
        Ok(Self {
            idempotency_key: key,
            kind: movement.kind(),
            lease: None,
            device: None,
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

    /// With the device it belongs to.
    #[must_use]
    pub fn device(mut self, device: DeviceId) -> Self {
        self.device = Some(device);
        self
    }

    /// With a few words.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.note = note.into();
        self
    }
}

/// An entry together with how far it has come, such as what the chain shows already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// The entry.
    pub entry: NewEntry,
    /// Its state; not void.
    pub state: EntryState,
    /// The transaction that did it.
    pub signature: Option<TxSignature>,
}

/// Writes an entry down as pending. Under a key that is taken by the same movement (kind, lease, postings) nothing
/// is written and that entry's id comes back; note, device and time may differ, as they do after a crash.
///
/// # Errors
/// [`LedgerError::Unbalanced`], [`LedgerError::Empty`], [`LedgerError::TooLarge`], [`LedgerError::BadKey`],
/// [`LedgerError::TwoCurrencies`], [`LedgerError::KeyTaken`], [`LedgerError::KeyVoid`], [`LedgerError::Store`].
pub async fn record(tx: &mut Tx, new: NewEntry) -> Result<EntryId, LedgerError> {
    let fact = Fact {
        entry: new,
        state: EntryState::Pending,
        signature: None,
    };
    let recorded = record_all(tx, &[fact]).await?;
    recorded.first().copied().ok_or(LedgerError::Empty)
}

/// Writes many entries down at once, each as [`record`] does it and in the state that it says; an entry that is there
/// already goes forward to that state. Many times faster than one by one.
///
/// # Errors
/// As [`record`] and [`advance`]; [`LedgerError::BornVoid`].
pub async fn record_all(tx: &mut Tx, facts: &[Fact]) -> Result<Vec<EntryId>, LedgerError> {
    let mut recorded = Vec::with_capacity(facts.len());
    for facts in facts.chunks(STEP) {
        recorded.extend(record_step(tx, facts).await?);
    }
    Ok(recorded)
}

async fn record_step(tx: &mut Tx, facts: &[Fact]) -> Result<Vec<EntryId>, LedgerError> {
    let mut rows: Vec<Row<'_>> = Vec::with_capacity(facts.len());
    // Where each fact is found: an entry that exists, or one of the rows to be written.
    let mut places = Vec::with_capacity(facts.len());
    let mut taken = taken(tx, facts).await?;
    for fact in facts {
        let new = &fact.entry;
        if !new.idempotency_key.is_valid() {
            return Err(LedgerError::BadKey);
        }
        if fact.state == EntryState::Void {
            return Err(LedgerError::BornVoid);
        }
        let changes = add_up(&new.postings)?;
        match taken.get(&new.idempotency_key.0) {
            Some(Taken::Entry(held)) => {
                replayed(tx, held, new, &changes).await?;
                if fact.state > held.state {
                    advance(tx, held.id, fact.state, fact.signature).await?;
                }
                places.push(Err(held.id));
                continue;
            }
            // Twice in one call: two movements under one key cannot be told apart later.
            Some(Taken::Row(row)) => {
                let other = rows
                    .get(*row)
                    .is_none_or(|row| row.changes != changes || row.kind != new.kind);
                if other {
                    let key = new.idempotency_key.clone();
                    return Err(LedgerError::KeyTwice { key });
                }
                places.push(Ok(*row));
                continue;
            }
            None => {}
        }
        taken.insert(new.idempotency_key.0.clone(), Taken::Row(rows.len()));
        places.push(Ok(rows.len()));
        rows.push(Row {
            key: &new.idempotency_key.0,
            kind: new.kind,
            state: fact.state,
            lease: new.lease,
            device: new.device,
            note: &new.note,
            at: new.at,
            reverses: None,
            signature: fact.signature,
            changes,
        });
    }
    let written = if rows.is_empty() {
        Vec::new()
    } else {
        write(tx, &rows).await?
    };
    let found = places.into_iter().filter_map(|place| match place {
        Ok(row) => written.get(row).copied(),
        Err(entry) => Some(entry),
    });
    Ok(found.collect())
}

/// Whose a key is.
enum Taken {
    Entry(Held),
    Row(usize),
}

/// An entry that has a key.
struct Held {
    id: EntryId,
    kind: String,
    state: EntryState,
    lease: Option<Vec<u8>>,
}

async fn taken(tx: &mut Tx, facts: &[Fact]) -> Result<HashMap<String, Taken>, LedgerError> {
    let keys: Vec<_> = facts
        .iter()
        .map(|fact| fact.entry.idempotency_key.0.as_str())
        .collect();
    let keys = to_json(&keys, "keys")?;
    let find = sqlx::query!(
        "SELECT id, kind, state, lease, idempotency_key FROM entry
         WHERE idempotency_key IN (SELECT value FROM json_each(?1))",
        keys
    );
    let rows = find.fetch_all(tx.connection()).await?;
    let held = rows.into_iter().map(|row| {
        let held = Held {
            id: EntryId(row.id),
            kind: row.kind,
            state: EntryState::parse(&row.state, "entry.state")?,
            lease: row.lease,
        };
        Ok((row.idempotency_key, Taken::Entry(held)))
    });
    held.collect()
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

/// Whether the entry that has the key already is the same movement.
async fn replayed(tx: &mut Tx, held: &Held, new: &NewEntry, changes: &Changes) -> Result<(), LedgerError> {
    let entry = held.id;
    let same_lease = held.lease.as_deref() == new.lease.as_ref().map(|lease| lease.0.as_slice());
    let same = held.kind == new.kind.word() && same_lease && postings_of(tx, entry).await? == *changes;
    let key = new.idempotency_key.clone();
    if !same {
        return Err(LedgerError::KeyTaken { key, entry });
    }
    match held.state {
        EntryState::Void => Err(LedgerError::KeyVoid { key, entry }),
        EntryState::Pending | EntryState::Submitted | EntryState::Confirmed | EntryState::Final => Ok(()),
    }
}
