//! The money history as shown, and the verdict on whether it agrees with the chain.

use serde::{Deserialize, Serialize};

use crate::{
    id::{LeaseId, TxSignature},
    money::Currency,
    time::UnixMillis,
};

/// What moved money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// Practice tokens from the faucet.
    Faucet,
    /// Staked on a device.
    Stake,
    /// Unstaking asked for; cools down.
    UnstakeRequest,
    /// Withdrawn after the cooldown.
    Withdraw,
    /// Put into a lease's escrow.
    LeaseEscrow,
    /// Paid for a lease (renter).
    LeasePayment,
    /// Earned by a lease (provider).
    LeaseIncome,
    /// Back from a lease's escrow.
    Refund,
    /// Transaction fee and account rent.
    NetworkFee,
    /// Account rent that came back: the account was closed, or somebody else had paid for it already.
    RentReturned,
    /// Sent to somebody.
    Sent,
    /// Found on chain without a record here, such as a payment from elsewhere.
    Adjustment,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryState {
    /// Written down, not sent yet.
    Pending,
    /// Sent.
    Submitted,
    /// On chain.
    Confirmed,
    /// On chain for good.
    Final,
    /// Never happened: refused or expired. Reversed.
    Void,
}

/// One movement, from the user's view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryEntry {
    /// Number in this history; newer is larger.
    pub id: i64,
    /// When it was decided.
    pub at: UnixMillis,
    /// What it was.
    pub kind: EntryKind,
    /// How sure.
    pub state: EntryState,
    /// Currency.
    pub currency: Currency,
    /// Base units; positive = into the wallet. In JSON a string.
    #[serde(with = "signed_text")]
    pub amount: i64,
    /// The lease it belongs to.
    pub lease: Option<LeaseId>,
    /// A few words, such as the device's name.
    pub note: String,
    /// The transaction.
    pub signature: Option<TxSignature>,
}

/// One account of the comparison between history and chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReconcileLine {
    /// Account, such as `wallet`, `stake`, `cooling`, `escrow`.
    pub account: String,
    /// Currency.
    pub currency: Currency,
    /// What the history says, base units.
    #[serde(with = "signed_text")]
    pub history: i64,
    /// What the chain says, base units.
    #[serde(with = "signed_text")]
    pub chain: i64,
}

/// Whether history and chain agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// All lines agree.
    pub ok: bool,
    /// When it was compared.
    pub at: UnixMillis,
    /// The chain's slot it was compared at.
    pub slot: u64,
    /// Account by account.
    pub lines: Vec<ReconcileLine>,
}

mod signed_text {
    //! Signed base units as JSON strings.
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &i64, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&value.to_string())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<i64, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}
