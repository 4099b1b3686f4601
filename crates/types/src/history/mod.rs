//! The money history as shown: movements, pages of them, statements, exports, and the verdicts on whether it agrees
//! with the chain and with itself.

mod audit;
mod export;
mod income;
mod page;
mod statement;

pub use audit::{Audit, AuditDifference, AuditUnit, ChainHead, LedgerBreak, Verification};
pub use export::{ExportChunk, ExportForm};
pub use income::DayIncome;
pub use page::{CurrencyTotal, HistoryCursor, HistoryFilter, HistoryPage, HistoryRow};
pub use statement::{AccountLine, CurrencyStatement, KindLine, MonthStatement};

use serde::{Deserialize, Serialize};

use crate::{
    id::{DeviceId, LeaseId, TxSignature},
    money::{Currency, UsdNanos},
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
    /// Rewards of an epoch, claimed.
    Reward,
    /// Paid in by somebody, such as from an exchange.
    Received,
    /// Stake that a slash took.
    Slash,
    /// Slashed stake that was given back.
    SlashRestored,
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

impl EntryKind {
    /// Every kind, in the order in which lists show them.
    pub const ALL: [Self; 16] = [
        Self::Faucet,
        Self::Stake,
        Self::UnstakeRequest,
        Self::Withdraw,
        Self::LeaseEscrow,
        Self::LeasePayment,
        Self::LeaseIncome,
        Self::Refund,
        Self::NetworkFee,
        Self::RentReturned,
        Self::Sent,
        Self::Reward,
        Self::Received,
        Self::Slash,
        Self::SlashRestored,
        Self::Adjustment,
    ];

    /// Its word in JSON, files and on the command line, such as `lease_income`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Faucet => "faucet",
            Self::Stake => "stake",
            Self::UnstakeRequest => "unstake_request",
            Self::Withdraw => "withdraw",
            Self::LeaseEscrow => "lease_escrow",
            Self::LeasePayment => "lease_payment",
            Self::LeaseIncome => "lease_income",
            Self::Refund => "refund",
            Self::NetworkFee => "network_fee",
            Self::RentReturned => "rent_returned",
            Self::Sent => "sent",
            Self::Reward => "reward",
            Self::Received => "received",
            Self::Slash => "slash",
            Self::SlashRestored => "slash_restored",
            Self::Adjustment => "adjustment",
        }
    }

    /// Whether its amount is shown for the wallet. What is shown for another place (stake, cooling, escrow) would blur a sum
    /// over several kinds, so it counts only in lists of its own kind.
    #[must_use]
    pub const fn is_of_wallet(self) -> bool {
        !matches!(
            self,
            Self::UnstakeRequest | Self::LeasePayment | Self::Slash | Self::SlashRestored
        )
    }

    /// Whether it only moves money between this owner's own places (wallet, stake, cooling, escrow): nothing is
    /// earned or spent.
    #[must_use]
    pub const fn is_internal(self) -> bool {
        match self {
            Self::Stake | Self::UnstakeRequest | Self::Withdraw | Self::LeaseEscrow | Self::Refund => true,
            Self::Faucet
            | Self::LeasePayment
            | Self::LeaseIncome
            | Self::NetworkFee
            | Self::RentReturned
            | Self::Sent
            | Self::Reward
            | Self::Received
            | Self::Slash
            | Self::SlashRestored
            | Self::Adjustment => false,
        }
    }
}

impl EntryState {
    /// Every state, from the decision on.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Submitted,
        Self::Confirmed,
        Self::Final,
        Self::Void,
    ];

    /// Its word in JSON, files and on the command line, such as `confirmed`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Submitted => "submitted",
            Self::Confirmed => "confirmed",
            Self::Final => "final",
            Self::Void => "void",
        }
    }

    /// Whether the chain has it.
    #[must_use]
    pub const fn is_settled(self) -> bool {
        matches!(self, Self::Confirmed | Self::Final)
    }
}

/// What an amount was worth when it moved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worth {
    /// USD micros, rounded toward zero; the sign is the amount's. In JSON a string.
    #[serde(with = "signed_text")]
    pub usd: i64,
    /// The price of one whole unit, such as one IO.
    pub price: UsdNanos,
    /// When that was the price.
    pub price_at: UnixMillis,
    /// Who said so, such as `practice script`.
    pub source: String,
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
    /// What it was worth then; `None` when nobody knew a price.
    pub worth: Option<Worth>,
    /// The lease it belongs to.
    pub lease: Option<LeaseId>,
    /// The device it belongs to.
    pub device: Option<DeviceId>,
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
    /// What the chain is ahead by because it is not written down yet, base units: a transaction that has just run, a
    /// lease under settlement, a payment that is not final.
    #[serde(with = "signed_text")]
    pub under_way: i64,
}

impl ReconcileLine {
    /// The history and what is on its way to it make up what the chain says.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.history.checked_add(self.under_way) == Some(self.chain)
    }
}

/// Money that moved in the wallets without Hearth, found by the comparison and recorded by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Currency.
    pub currency: Currency,
    /// Base units; negative = out of the wallets. In JSON a string.
    #[serde(with = "signed_text")]
    pub amount: i64,
    /// The transaction.
    pub signature: TxSignature,
}

/// Whether history and chain agree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciliation {
    /// All lines agree, what is under way counted.
    pub ok: bool,
    /// When it was compared.
    pub at: UnixMillis,
    /// The chain's slot it was compared at.
    pub slot: u64,
    /// Account by account.
    pub lines: Vec<ReconcileLine>,
    /// What came from elsewhere and is part of the history from now on.
    pub received: Vec<Arrival>,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_what_json_says() {
        for kind in EntryKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.word());
        }
        for state in EntryState::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.word());
        }
    }
}
