//! The store through its public face, and its file through SQL where somebody else would touch it.
#![expect(clippy::unwrap_used, reason = "tests")]

mod append_only;
mod chain;
mod deployments;
mod exports;
mod facts;
mod lease_rows;
mod ledger_rules;
mod lists;
mod opening;
mod outbox_rows;
mod returned_rent;
mod samples;
mod story;
mod sums;
mod wallets;
