//! The store through its public face, and its file through SQL where somebody else would touch it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod append_only;
mod deployments;
mod lease_rows;
mod ledger_rules;
mod opening;
mod outbox_rows;
mod returned_rent;
mod samples;
mod story;
mod sums;
