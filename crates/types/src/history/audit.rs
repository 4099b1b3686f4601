//! Verdicts: whether the history still says what was written, and whether the chain says the same.

use serde::{Deserialize, Serialize};

use super::signed_text;
use crate::{
    id::{LeaseId, TxSignature},
    money::Currency,
    time::UnixMillis,
};

/// The end of the hash chain over the history: so many links, and the hash of the last one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainHead {
    /// How many links.
    pub links: u64,
    /// SHA-256 of the last link, 64 hexadecimal digits.
    pub hash: String,
}

/// The first place where the history does not say what was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerBreak {
    /// The movement's number, when one can be named.
    pub entry: Option<i64>,
    /// The link's number, when it is a matter of links.
    pub link: Option<i64>,
    /// What is wrong, in English.
    pub what: String,
}

/// Whether the history is as it was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verification {
    /// Nothing was changed, removed or put in between, as far as the chain of hashes can tell.
    pub ok: bool,
    /// Movements looked at, reversing ones included.
    pub entries: u64,
    /// The end of the chain.
    pub head: Option<ChainHead>,
    /// The first thing that is wrong.
    pub broken: Option<LedgerBreak>,
}

/// What is compared as one: a lease's IO, or a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AuditUnit {
    /// Everything of one lease.
    Lease(LeaseId),
    /// Everything of one transaction.
    Transaction(TxSignature),
    /// What the history has without lease and transaction.
    Unnamed,
}

/// An amount that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditDifference {
    /// Where.
    pub unit: AuditUnit,
    /// Account, such as `wallet` or `income:lease`.
    pub account: String,
    /// Currency.
    pub currency: Currency,
    /// What the history says, base units.
    #[serde(with = "signed_text")]
    pub history: i64,
    /// What follows from the chain, base units.
    #[serde(with = "signed_text")]
    pub chain: i64,
    /// The most likely reason, in English.
    pub why: String,
}

/// Every amount of the history beside what the chain's transactions make of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Equal.
    pub ok: bool,
    /// When it was compared.
    pub at: UnixMillis,
    /// Transactions read from the chain.
    pub transactions: u64,
    /// Amounts compared.
    pub amounts: u64,
    /// Movements on their way, which the chain cannot know yet.
    pub under_way: u64,
    /// What differs.
    pub differences: Vec<AuditDifference>,
    /// Whether the history is as it was written.
    pub verification: Verification,
}
