//! An epoch's close: from what was verified, leased and paid to every wallet's reward.
//!
//! [`tally`] says which seconds of a device earn, [`LeaseTerms`] what a lease accrues. These and the vaults' books
//! make an [`EpochInput`]. [`settle`] computes targets, draws, burn, debt and every reward; [`close`] adds the Merkle
//! root. Both are pure functions; money is rounded down to each wallet, and what is left stays in its vault.

mod accrual;
mod alert;
mod books;
mod close;
mod debt;
mod draw;
mod eligible;
mod error;
mod fees;
mod input;
mod outcome;
mod pay;
mod scale;
mod settle;
mod span;
mod surplus;
mod targets;

pub use accrual::{LeaseTerms, Pay, PayCurrency, TrueUp, margin_of};
pub use alert::{Alert, Parameter};
pub use books::{Books, Debt, FeeVault};
pub use close::{Closed, close, root_of};
pub use draw::{Available, Drawn};
pub use eligible::{LEASE_PROOF_SECONDS, PROOF_GRACE_SECONDS, ProofTime, Tally, Timeline, tally};
pub use error::CloseError;
pub use input::{
    CoShare, DebtRows, DeviceRow, EpochId, EpochInput, LateProof, LeaseRow, OwedRow, WalletIndex, WalletRow,
};
pub use outcome::{ClassTotals, Outcome, Reward, Totals};
pub use scale::target_scale;
pub use settle::{debts_to_pay, settle};
pub use span::{Seconds, Span};
pub use surplus::surplus;
pub use targets::{credit, owed_before_rounding};
