//! The double-entry history.
//!
//! An entry moves amounts between accounts; its postings add up to zero in each currency, which SQL enforces as
//! well as this module. Entries and postings are append-only: only an entry's state moves forward, and a movement
//! that never happened is made void by a second entry that mirrors it. So the sum over all accounts is zero at any
//! moment, and balances are nothing but sums of postings.
//!
//! # Accounts
//!
//! What the owner of this wallet has: `wallet`, `stake`, `cooling`, `escrow`. Where it comes from and goes to:
//! `income:lease`, `expense:lease`, `fees`, `faucet`, `sent`, `adjustment`. A positive posting adds to what the owner has
//! (or to what was spent), a negative one takes from it (or says where it came from); so income accounts are
//! negative.
//!
//! # Posting scheme
//!
//! | movement | kind | from (−) | to (+) | shown as |
//! |---|---|---|---|---|
//! | [`Movement::Faucet`], [`Movement::FaucetSol`] | faucet | `faucet` | `wallet` | +amount |
//! | [`Movement::Stake`] | stake | `wallet` | `stake` | −amount |
//! | [`Movement::UnstakeRequest`] | unstake_request | `stake` | `cooling` | +amount (into cooling) |
//! | [`Movement::Unstake`] (what counts no more) | withdraw | `stake` | `wallet` | +amount |
//! | [`Movement::Withdraw`] | withdraw | `cooling` | `wallet` | +amount |
//! | [`Movement::LeaseEscrow`] (renter, open) | lease_escrow | `wallet` | `escrow` | −amount |
//! | [`Movement::LeasePayment`] (renter, settle or close) | lease_payment | `escrow` | `expense:lease` | −amount |
//! | [`Movement::Refund`] (renter, close) | refund | `escrow` | `wallet` | +amount |
//! | [`Movement::LeaseIncome`] (provider, settle or close; net of the margin) | lease_income | `income:lease` | `wallet` | +amount |
//! | [`Movement::NetworkFee`] (fee and account rent) | network_fee | `wallet` | `fees` | −amount |
//! | [`Movement::RentReturned`] (an account was closed, or was there already) | rent_returned | `fees` | `wallet` | +amount |
//! | [`Movement::Sent`], [`Movement::SentSol`] | sent | `wallet` | `sent` | −amount |
//! | [`Movement::Adjustment`] (found on chain without a record) | adjustment | `adjustment` | the account | signed |
//!
//! A closed lease of a renter is two entries of one transaction: the payment and the refund; together they empty
//! the escrow. What is shown is the change of the wallet; where the wallet is not touched, an unstake request shows
//! what went into cooling, and everything else the change of stake, cooling and escrow together.
//!
//! # Growth
//!
//! What an entry says never changes apart from state and signature, so a hash over the rest can chain entries in
//! their order of id. New accounts are rows, new kinds are words; neither rebuilds a table.

mod account;
mod advance;
mod error;
mod history;
mod movement;
mod read;
mod record;

pub use account::{Account, AccountBalance, Posting};
pub use advance::{advance, void};
pub use error::LedgerError;
pub use history::{entry_history, history};
pub use movement::Movement;
pub use read::{balances, income_since, settled_balances};
pub use record::{EntryId, IdempotencyKey, NewEntry, record};
