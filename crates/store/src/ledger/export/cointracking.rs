//! CoinTracking's own CSV columns.
//!
//! Columns: “CSV Import”, <https://cointracking.info/import/import_csv/>, the optional last three included; types:
//! “Transaction Types”, <https://cointracking.freshdesk.com/en/support/solutions/articles/29000042783-transaction-types>.
//! There, SOL is an older coin's ticker and Solana's is SOL2. Values in account currency are in USD: choose USD as the
//! account's currency, or leave these columns out. As for Koinly, movements between the owner's own places are left out.

use hearth_types::{
    history::{EntryKind, EntryState},
    money::{Currency, format_decimal},
};

use super::{Ids, Line, harmless, time, wrong};
use crate::{StoreError, codec::Word, ledger::list::Found};

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

pub(super) fn write(row: &Found, ids: &mut Ids, out: &mut Line) -> Result<(), StoreError> {
    let kind = row.kind()?;
    if kind.is_internal() || !EntryState::parse(&row.state, "entry.state")?.is_settled() {
        return Ok(());
    }
    let currency = Currency::parse(&row.currency, "entry.currency")?;
    let amount = format_decimal(row.amount.unsigned_abs(), currency.decimals());
    let worth = row
        .usd
        .map_or_else(String::new, |usd| format_decimal(usd.unsigned_abs(), 6));
    let incoming = row.amount >= 0;
    let (nothing, symbol) = ("", ticker(currency));
    let mut field = |text: &str| out.write_field(text).map_err(wrong);
    field(type_of(kind, incoming))?;
    let columns = if incoming {
        [amount.as_str(), symbol, nothing, nothing]
    } else {
        [nothing, nothing, amount.as_str(), symbol]
    };
    for text in columns.into_iter().chain([nothing, nothing, "Hearth", nothing]) {
        field(text)?;
    }
    field(&harmless(&row.note))?;
    field(&time(row.at_ms)?.utc_text())?;
    field(ids.signature(row.signature.as_deref()))?;
    field(if incoming { &worth } else { nothing })?;
    field(if incoming { nothing } else { &worth })?;
    out.write_record(None::<&[u8]>).map_err(wrong)
}
