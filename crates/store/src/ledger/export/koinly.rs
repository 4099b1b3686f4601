//! Koinly's universal template.
//!
//! Columns and date form: “How to create a custom CSV file with your data”,
//! <https://support.koinly.io/en/articles/9489976-how-to-create-a-custom-csv-file-with-your-data>; tags: “What are
//! tags?”, <https://support.koinly.io/en/articles/9490023-what-are-tags> (their words as the label column takes them).
//! Movements between the owner's own places change nothing that is owned and are left out; so what lies in stake and
//! escrow counts as held.

use hearth_types::{
    history::{EntryKind, EntryState},
    money::{Currency, format_decimal},
};

use super::{Ids, Line, harmless, time, wrong};
use crate::{StoreError, codec::Word, ledger::list::Found};

pub(super) const HEADER: [&str; 12] = [
    "Date",
    "Sent Amount",
    "Sent Currency",
    "Received Amount",
    "Received Currency",
    "Fee Amount",
    "Fee Currency",
    "Net Worth Amount",
    "Net Worth Currency",
    "Label",
    "Description",
    "TxHash",
];

/// The tag of what came in or went out; empty for a plain deposit or withdrawal.
const fn label(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Faucet => "airdrop",
        EntryKind::LeaseIncome => "income",
        EntryKind::Reward => "reward",
        EntryKind::LeasePayment | EntryKind::NetworkFee => "cost",
        EntryKind::RentReturned => "fee refund",
        EntryKind::Slash => "lost",
        EntryKind::Sent
        | EntryKind::SlashRestored
        | EntryKind::Received
        | EntryKind::Adjustment
        | EntryKind::Stake
        | EntryKind::UnstakeRequest
        | EntryKind::Withdraw
        | EntryKind::LeaseEscrow
        | EntryKind::Refund => "",
    }
}

pub(super) fn write(row: &Found, ids: &mut Ids, out: &mut Line) -> Result<(), StoreError> {
    let kind = row.kind()?;
    if kind.is_internal() || !EntryState::parse(&row.state, "entry.state")?.is_settled() {
        return Ok(());
    }
    let currency = Currency::parse(&row.currency, "entry.currency")?;
    let amount = format_decimal(row.amount.unsigned_abs(), currency.decimals());
    let mut field = |text: &str| out.write_field(text).map_err(wrong);
    field(&format!("{} UTC", time(row.at_ms)?.utc_text()))?;
    let (nothing, symbol) = ("", currency.symbol());
    let columns = if row.amount < 0 {
        [amount.as_str(), symbol, nothing, nothing]
    } else {
        [nothing, nothing, amount.as_str(), symbol]
    };
    // The fee of a transaction is a movement of its own.
    for text in columns.into_iter().chain([nothing, nothing]) {
        field(text)?;
    }
    match row.usd {
        Some(usd) => {
            field(&format_decimal(usd.unsigned_abs(), 6))?;
            field("USD")?;
        }
        None => {
            field(nothing)?;
            field(nothing)?;
        }
    }
    field(label(kind))?;
    field(&harmless(&row.note))?;
    field(ids.signature(row.signature.as_deref()))?;
    out.write_record(None::<&[u8]>).map_err(wrong)
}
