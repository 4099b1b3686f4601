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
//! `income:lease`, `income:reward`, `expense:lease`, `fees`, `faucet`, `sent`, `received`, `slashed`,
//! `adjustment`. A positive
//! posting adds to what the owner has
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
//! | [`Movement::Reward`] (claimed) | reward | `income:reward` | `wallet` | +amount |
//! | [`Movement::Received`], [`Movement::ReceivedSol`] | received | `received` | `wallet` | +amount |
//! | [`Movement::Slashed`], [`Movement::SlashedCooling`] | slash | `stake`, `cooling` | `slashed` | −amount |
//! | [`Movement::SlashRestored`], [`Movement::SlashRepaid`] | slash_restored | `slashed` | `stake`, `wallet` | +amount |
//!
//! A co-stake is stake like any other, and leaves like any other: it counts as cooling from the announcement on. A
//! closed lease of a renter is two entries of one transaction: the payment and the refund; together they empty
//! the escrow. What is shown is the change of the wallet; an unstake request shows what went into cooling, a lease
//! payment what left the escrow, an adjustment the change of whichever account it is about. An entry moves one
//! currency: what moves two is two entries of one database transaction.
//!
//! # Time and worth
//!
//! Lists, sums and statements go by an entry's time, then by its number. Days and months are UTC, as the chain's
//! clock is. An entry is worth what its currency cost when it was decided ([`record_price`]); when nobody knew, it
//! has no worth, which is not the same as none.
//!
//! # Tampering
//!
//! Entries, and every state they come to, are linked by hashes; [`verify`] computes them again and names the first
//! thing that is not as it was written. A missing end shows by ends that are kept elsewhere ([`Head`]).
//!
//! # Growth
//!
//! New accounts are rows, new kinds are words; neither rebuilds a table. Sums by day and by month are kept by triggers,
//! so that a page, a balance and a statement read months, not postings.

mod account;
mod advance;
mod chain;
mod error;
mod export;
mod income;
mod list;
mod movement;
mod prices;
mod read;
mod record;
mod statement;
mod write;

pub use account::{Account, AccountBalance, Posting};
pub use advance::{advance, fall_back, void};
pub use chain::{Head, ParseHeadError, head, verify};
pub(crate) use chain::{HeadFile, holds, link_old_entries};
pub use error::LedgerError;
pub use export::{EXPORT_STEP, export};
pub use income::income_by_day;
pub use list::{entry_history, history, page, totals};
pub use movement::Movement;
pub use prices::{PRICE_HOLDS, Price, record_price};
pub use read::{SettledPosting, balances, income_since, settled_balances, settled_postings, under_way};
pub use record::{EntryId, Fact, IdempotencyKey, NewEntry, record, record_all};
pub use statement::{MonthSums, month};
