//! Writing a transaction down before it is sent.

use hearth_types::{
    id::{LeaseId, TxSignature},
    time::UnixMillis,
};

use super::{OutboxError, OutboxId, OutboxKind, OutboxState, find};
use crate::{
    Tx,
    codec::{Word, moment, to_column},
    ledger::{EntryId, IdempotencyKey},
    session::sealed::Connected,
};

/// The largest packet that a cluster takes, bytes.
const MAX_TRANSACTION: usize = 1232;

/// A transaction to be written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewOutbox {
    /// What it does.
    pub kind: OutboxKind,
    /// The intention.
    pub idempotency_key: IdempotencyKey,
    /// The lease it belongs to.
    pub lease: Option<LeaseId>,
    /// The signed transaction as it is sent.
    pub signed_transaction: Vec<u8>,
    /// Its first signature.
    pub signature: TxSignature,
    /// The block height after which it cannot come on chain.
    pub last_valid_block_height: u64,
    /// It can be in no block up to this slot.
    pub after_slot: Option<u64>,
    /// Ledger entries recorded in this very transaction of the database.
    pub entries: Vec<EntryId>,
    /// When it was decided.
    pub created_at: UnixMillis,
}

/// Writes a transaction down as prepared. The same signature under the same key again gives the row that is there.
///
/// # Errors
/// [`OutboxError::KeyTaken`] when the key names a transaction with another signature, [`OutboxError::BadKey`],
/// [`OutboxError::BadLength`], [`OutboxError::Store`].
pub async fn prepare(tx: &mut Tx, new: NewOutbox) -> Result<OutboxId, OutboxError> {
    if !new.idempotency_key.is_valid() {
        return Err(OutboxError::BadKey);
    }
    let length = new.signed_transaction.len();
    if !(1..=MAX_TRANSACTION).contains(&length) {
        return Err(OutboxError::BadLength(length));
    }
    if let Some(held) = find(tx, &new.idempotency_key).await? {
        let (key, row) = (new.idempotency_key, held.id);
        return if held.signature == new.signature {
            Ok(row)
        } else {
            Err(OutboxError::KeyTaken { key, row })
        };
    }
    insert(tx, &new, 1).await
}

/// Writes down the second and last transaction of an intention whose first one has expired. Its entries are new ones,
/// because those of the first are void.
///
/// # Errors
/// [`OutboxError::NotDead`] when the newest transaction of the key is anything but expired or already the second;
/// those of [`prepare`].
pub async fn prepare_again(tx: &mut Tx, new: NewOutbox) -> Result<OutboxId, OutboxError> {
    let length = new.signed_transaction.len();
    if !(1..=MAX_TRANSACTION).contains(&length) {
        return Err(OutboxError::BadLength(length));
    }
    let former = find(tx, &new.idempotency_key).await?;
    if former.is_some_and(|former| former.state == OutboxState::Expired && former.attempt == 1) {
        return insert(tx, &new, 2).await;
    }
    Err(OutboxError::NotDead(new.idempotency_key))
}

async fn insert(tx: &mut Tx, new: &NewOutbox, attempt: u32) -> Result<OutboxId, OutboxError> {
    let (kind, state) = (new.kind.word(), OutboxState::Prepared.word());
    let lease = new.lease.map(|lease| lease.0.to_vec());
    let signature = new.signature.0.as_slice();
    let height = to_column(new.last_valid_block_height, "a block height")?;
    let after_slot = new.after_slot.map(|slot| to_column(slot, "a slot")).transpose()?;
    let created_at = moment(new.created_at)?;
    let insert = sqlx::query!(
        "INSERT INTO outbox (kind, idempotency_key, attempt, lease, signed_transaction, signature,
                             last_valid_block_height, after_slot, state, created_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        kind,
        new.idempotency_key.0,
        attempt,
        lease,
        new.signed_transaction,
        signature,
        height,
        after_slot,
        state,
        created_at
    );
    let row = insert.execute(tx.connection()).await?.last_insert_rowid();
    for entry in &new.entries {
        let link = sqlx::query!(
            "INSERT INTO outbox_entry (outbox, entry) VALUES (?1, ?2)",
            row,
            entry.0
        );
        link.execute(tx.connection()).await?;
    }
    Ok(OutboxId(row))
}
