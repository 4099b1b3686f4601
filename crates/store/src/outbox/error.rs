//! Why the outbox refuses.

use super::{OutboxId, OutboxState};
use crate::{
    StoreError,
    ledger::{IdempotencyKey, LedgerError},
};

/// Why the outbox refuses.
#[derive(Debug, thiserror::Error)]
pub enum OutboxError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A linked entry.
    #[error("the history refused")]
    Ledger(#[from] LedgerError),
    /// The key is not 1 to 200 bytes.
    #[error("an idempotency key has 1 to 200 bytes")]
    BadKey,
    /// More than 1,232 bytes, which no cluster takes, or none.
    #[error("a transaction has 1 to 1,232 bytes, this one has {0}")]
    BadLength(usize),
    /// The key names another transaction already. Send that one, or wait until it has expired.
    #[error("{key} is taken by another transaction")]
    KeyTaken {
        /// The key.
        key: IdempotencyKey,
        /// The row that has it.
        row: OutboxId,
    },
    /// A second transaction for one intention, while the first can still run, or a third.
    #[error("{0} cannot be tried again: its transaction is not proven dead, or was the second")]
    NotDead(IdempotencyKey),
    /// No such row.
    #[error("no transaction {0}")]
    Unknown(OutboxId),
    /// States only go forward.
    #[error("transaction {row} cannot go from {from:?} to {to:?}")]
    Backwards {
        /// The row.
        row: OutboxId,
        /// Its state.
        from: OutboxState,
        /// What was asked.
        to: OutboxState,
    },
}

impl From<sqlx::Error> for OutboxError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
