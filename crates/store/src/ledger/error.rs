//! Why the ledger refuses.

use hearth_types::{history::EntryState, money::Currency};

use super::{EntryId, IdempotencyKey};
use crate::StoreError;

/// Why the ledger refuses.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The postings do not add up to zero.
    #[error("the postings in {} add up to {sum} instead of zero", .currency.symbol())]
    Unbalanced {
        /// Currency.
        currency: Currency,
        /// What is left over, base units.
        sum: i128,
    },
    /// Nothing moves: no postings, or only zeros.
    #[error("the entry moves nothing")]
    Empty,
    /// An entry moves one currency; two are two entries.
    #[error("the entry moves two currencies")]
    TwoCurrencies,
    /// An entry becomes void by [`void`](super::void) alone.
    #[error("an entry cannot begin as void")]
    BornVoid,
    /// Two movements under one key in one call.
    #[error("{key} names two movements")]
    KeyTwice {
        /// The key.
        key: IdempotencyKey,
    },
    /// A price of zero, or a source without or with too long a name.
    #[error("a price is more than zero and has a source of 1 to 100 characters")]
    BadPrice,
    /// The export of a search.
    #[error("a search cannot be exported; choose by kind, currency, device, lease or time")]
    SearchExport,
    /// An amount beyond 2⁶³ − 1 base units.
    #[error("the amount is too large")]
    TooLarge,
    /// The key is empty, longer than 200 bytes or starts with `void:`.
    #[error("an idempotency key has 1 to 200 bytes and does not start with “void:”")]
    BadKey,
    /// The key names another movement already.
    #[error("{key} is taken by another movement")]
    KeyTaken {
        /// The key.
        key: IdempotencyKey,
        /// The entry that has it.
        entry: EntryId,
    },
    /// The same movement was recorded and made void; a new attempt needs a new key.
    #[error("{key} names a void movement; a new attempt needs a new key")]
    KeyVoid {
        /// The key.
        key: IdempotencyKey,
        /// The entry that has it.
        entry: EntryId,
    },
    /// No such entry.
    #[error("no entry {0}")]
    Unknown(EntryId),
    /// States only go forward, and final and void stay.
    #[error("entry {entry} cannot go from {from:?} to {to:?}")]
    Backwards {
        /// The entry.
        entry: EntryId,
        /// Its state.
        from: EntryState,
        /// What was asked.
        to: EntryState,
    },
    /// The entry has another signature.
    #[error("entry {0} belongs to another transaction")]
    OtherSignature(EntryId),
}

impl From<sqlx::Error> for LedgerError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
