//! The market's rules: what an offer may say, what a quote promises, what a second costs, and what either side of
//! a lease does when.
//!
//! Everything here is a function of its arguments: no IO, no clock, no randomness. Events and the time go in,
//! effects come out, and the engine and the coordinator carry them out. Two kinds of time enter: chain time
//! ([`hearth_types::time::UnixMillis`], what the on-chain program compares with) for quotes, and monotonic
//! milliseconds (a plain `u64` from any start) for everything that is paid by duration.
//!
//! * [`offer`]: limits of an offer. * [`quote`]: making and checking quotes. * [`billing`]: vouchers and final amounts, the same for both sides.
//! * [`provider`], [`renter`]: a lease as its two sides live it. * [`node`]: the provider's state and its reason.

pub mod billing;
pub mod node;
pub mod offer;
mod pace;
pub mod provider;
pub mod quote;
pub mod renter;
mod terms;

pub use billing::{Billing, CloseFault, Prepaid, VoucherRefusal};
pub use node::{LeaseWork, NodeFacts, node_state};
pub use offer::{OfferError, validate_offer};
pub use pace::Pace;
pub use provider::{LeaseEnd, ProviderEffect, ProviderEvent, ProviderLease, WorkloadEnd};
pub use quote::{QuoteFault, QuoteRefusal, check_quote, make_quote};
pub use renter::{RenterEffect, RenterEnd, RenterEvent, RenterLease};
pub use terms::LeaseTerms;
