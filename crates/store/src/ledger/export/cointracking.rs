//! CoinTracking's own CSV columns.
//!
//! Columns: “CSV Import”, <https://cointracking.info/import/import_csv/>, the optional last three included; types:
//! “Transaction Types”, <https://cointracking.freshdesk.com/en/support/solutions/articles/29000042783-transaction-types>.
//! There, SOL is an older coin's ticker and Solana's is SOL2. Values in account currency are in USD: choose USD as the
//! account's currency, or leave these columns out. As for Koinly, movements between the owner's own places are left out.

use hearth_types::{
    history::{EntryKind, EntryState},
    money::Currency,
};

use super::{lines::Lines, rows::Row};
use crate::{StoreError, codec::Word};

pub(super) const HEADER: [&str; 14] = [
    "Type",
    "Buy Amount",
    "Buy Currency",
    "Sell Amount",
    "Sell Currency",
    "Fee",
    "Fee Currency",
    "Exchange",
    "Trade-Group",
    "Comment",
    "Date",
    "Tx-ID",
    "Buy Value in Account Currency",
    "Sell Value in Account Currency",
];

/// Its type, by kind and by whether it came in.
const fn type_of(kind: EntryKind, incoming: bool) -> &'static str {
    match (kind, incoming) {
        (EntryKind::Faucet, _) => "Airdrop",
        (EntryKind::LeaseIncome, _) => "Income",
        (EntryKind::Reward, _) => "Reward / Bonus",
        (EntryKind::LeasePayment, _) => "Spend",
        (EntryKind::NetworkFee, _) => "Other Fee",
        (EntryKind::RentReturned, _) => "Income (non taxable)",
        (EntryKind::Slash, _) => "Lost",
        (_, true) => "Deposit",
        (_, false) => "Withdrawal",
    }
}

const fn ticker(currency: Currency) -> &'static str {
    match currency {
        Currency::Sol => "SOL2",
        Currency::Io | Currency::Usdc => currency.symbol(),
    }
}

pub(super) fn write(row: &Row<'_>, out: &mut Lines) -> Result<(), StoreError> {
    let kind = row.kind()?;
    if kind.is_internal() || !EntryState::parse(row.state, "entry.state")?.is_settled() {
        return Ok(());
    }
    let currency = Currency::parse(row.currency, "entry.currency")?;
    let incoming = row.amount >= 0;
    out.word(type_of(kind, incoming))?;
    if !incoming {
        out.empty(2)?;
    }
    out.unsigned(row.amount, currency.decimals())?;
    out.word(ticker(currency))?;
    if incoming {
        out.empty(2)?;
    }
    out.empty(2)?;
    out.word("Hearth")?;
    out.empty(1)?;
    out.text(&row.note)?;
    out.time(row.at_ms, "")?;
    out.signature(row.signature)?;
    if !incoming {
        out.empty(1)?;
    }
    match row.usd {
        Some(usd) => out.unsigned(usd, 6)?,
        None => out.empty(1)?,
    }
    if incoming {
        out.empty(1)?;
    }
    out.end()
}
