//! Leases of both sides, with everything that is needed to go on after the process was killed.
//!
//! A lease moves only forward: opening → connecting → running → settling → closed, or opening → abandoned; steps can
//! be skipped. Its voucher only grows, and is on disk before anybody acknowledges it: store it in one transaction,
//! commit, then answer. One engine can be both sides of a lease, so a lease is named by id and side.

mod error;
mod read;
mod row;
mod transition;
mod voucher;
mod write;

pub use error::LeaseError;
pub use read::{get, job, list, unfinished};
pub use row::{LeaseEnd, LeaseKey, LeaseRow, SealedSecret, Voucher};
pub use transition::{Closing, abandon, advance, close, end};
pub use voucher::{acknowledge_voucher, note_usage, store_voucher};
pub use write::{NewLease, insert, set_exit_code, set_node_close_signature, set_open_signature, want_stop};
