//! The network's meeting place: nodes list their devices, renters ask for quotes, leases are settled.
//!
//! An HTTP service ([`hearth_protocol::coordinator`] has its messages) over one database. All state is in the
//! database, so several replicas can serve one network; what is kept in memory (wake-up calls, rate limits, a cache
//! of a few seconds) may be lost at any time. Times are compared with the coordinator's own clock only.
//!
//! It holds one key, which pays the fees of settling. It never holds anybody's money: vouchers and closes are checked
//! on chain, and the coordinator can do no more with them than anybody else.
//!
//! * `api`: routes, signatures, limits, errors. * `db`: queries. * `settle`: the worker that submits settlements.
//! * `chain`, `clock`: the two outside worlds, as traits.

mod api;
mod chain;
mod clock;
mod config;
mod db;
mod server;
mod settle;
mod stake;
mod state;

#[cfg(test)]
mod tests;

pub use config::{CoordinatorConfig, CoordinatorError, PriceFeed, no_prices};
pub use hearth_protocol::coordinator::PriceSample;
pub use server::{Coordinator, RunningCoordinator};
