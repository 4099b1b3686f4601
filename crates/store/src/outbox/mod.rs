//! Transactions on their way: each is sent at least once and counts exactly once.
//!
//! A transaction is signed and written down with [`prepare`] in the same [`Tx`](crate::Tx) as its ledger entries,
//! then sent. Its signature is its identity on chain, so the very same bytes can be sent again after a crash
//! ([`unfinished`]) until the chain has had its last word. Only bytes that are proven dead may be followed by others
//! for the same intention, once ([`prepare_again`]); the file itself refuses anything else. Whatever becomes of the
//! row becomes of its entries, in one transaction:
//!
//! | row | entries |
//! |---|---|
//! | prepared | pending |
//! | sent | submitted |
//! | confirmed | confirmed |
//! | confirmed, then dropped by a fork | submitted |
//! | final | final |
//! | expired, failed | void |
//!
//! A refusal and an undecided fate are notes on a sent row: neither ends it. A transaction that failed on chain still
//! costs its fee: the caller records that as an entry of its own.

mod advance;
mod error;
mod facts;
mod prepare;
mod row;

pub use advance::{
    attach, mark_confirmed, mark_dropped, mark_expired, mark_failed, mark_final, mark_refused, mark_sent,
    set_undecided,
};
pub use error::OutboxError;
pub use facts::{knows, open_facts, postings};
pub use prepare::{NewOutbox, prepare, prepare_again};
pub use row::{OutboxId, OutboxKind, OutboxRow, OutboxState, find, get, has_newer, unfinished};
