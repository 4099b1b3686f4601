//! Transactions on their way: each is sent at least once and counts exactly once.
//!
//! A transaction is signed and written down with [`prepare`] in the same [`Tx`](crate::Tx) as its ledger entries,
//! then sent. Its signature is its identity on chain, so the very same bytes can be sent again after a crash
//! ([`unfinished`]) until it is confirmed or its blockhash has expired; only then may a new attempt be prepared, under
//! a new key. Whatever becomes of the row becomes of its entries, in one transaction:
//!
//! | row | entries |
//! |---|---|
//! | prepared | pending |
//! | sent | submitted |
//! | confirmed | confirmed |
//! | final | final |
//! | expired, failed | void |
//!
//! A transaction that failed on chain still costs its fee: the caller records that as an entry of its own.

mod advance;
mod error;
mod prepare;
mod row;

pub use advance::{mark_confirmed, mark_expired, mark_failed, mark_final, mark_sent};
pub use error::OutboxError;
pub use prepare::{NewOutbox, prepare};
pub use row::{OutboxId, OutboxKind, OutboxRow, OutboxState, find, get, unfinished};
