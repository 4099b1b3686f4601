//! A month on paper: what there was, what moved, what there is.

use serde::{Deserialize, Serialize};

use super::{ChainHead, EntryKind, signed_text};
use crate::{
    id::WalletAddress,
    money::Currency,
    network::NetworkKind,
    time::{Month, UnixMillis},
};

/// One account over a month.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLine {
    /// Account: `wallet`, `stake`, `cooling`, `escrow`.
    pub account: String,
    /// What it held when the month began, base units.
    #[serde(with = "signed_text")]
    pub opening: i64,
    /// What it held when the month ended, or holds now.
    #[serde(with = "signed_text")]
    pub closing: i64,
}

/// What one kind of movement did to one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindLine {
    /// Account.
    pub account: String,
    /// Kind.
    pub kind: EntryKind,
    /// How many movements.
    pub count: u64,
    /// Base units; positive = into the account.
    #[serde(with = "signed_text")]
    pub amount: i64,
    /// Worth when they moved, USD micros, those without a known price left out.
    #[serde(with = "signed_text")]
    pub usd: i64,
    /// How many have no known price.
    pub unpriced: u64,
}

/// A month in one currency. For each account: opening + its lines = closing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyStatement {
    /// Currency.
    pub currency: Currency,
    /// The owner's accounts.
    pub accounts: Vec<AccountLine>,
    /// What moved, by account and kind.
    pub movements: Vec<KindLine>,
    /// Paid for transactions and account rent less rent that came back, base units.
    #[serde(with = "signed_text")]
    pub fees: i64,
}

/// A month by the history: confirmed and final movements. Months are UTC, as the chain's clock is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthStatement {
    /// Which month.
    pub month: Month,
    /// The wallet.
    pub wallet: Option<WalletAddress>,
    /// Its network; on practice the tokens are worthless.
    pub network: NetworkKind,
    /// When it was made.
    pub at: UnixMillis,
    /// Movements of the month that are still on their way and not in it.
    pub under_way: u64,
    /// One for each currency that was held or moved.
    pub currencies: Vec<CurrencyStatement>,
    /// The end of the history's hash chain: kept on paper, it shows later whether anything before it was changed.
    pub head: Option<ChainHead>,
}
