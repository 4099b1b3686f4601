//! Koinly's universal template.
//!
//! Columns and date form: “How to create a custom CSV file with your data”,
//! <https://support.koinly.io/en/articles/9489976-how-to-create-a-custom-csv-file-with-your-data>; tags: “What are
//! tags?”, <https://support.koinly.io/en/articles/9490023-what-are-tags> (their words as the label column takes them).
//! Movements between the owner's own places change nothing that is owned and are left out; so what lies in stake and
//! escrow counts as held.

use hearth_types::{
    history::{EntryKind, EntryState},
    money::Currency,
};

use super::{lines::Lines, rows::Row};
use crate::{StoreError, codec::Word};

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

pub(super) fn write(row: &Row<'_>, out: &mut Lines) -> Result<(), StoreError> {
    let kind = row.kind()?;
    if kind.is_internal() || !EntryState::parse(row.state, "entry.state")?.is_settled() {
        return Ok(());
    }
    let currency = Currency::parse(row.currency, "entry.currency")?;
    let outgoing = row.amount < 0;
    out.time(row.at_ms, " UTC")?;
    if !outgoing {
        out.empty(2)?;
    }
    out.unsigned(row.amount, currency.decimals())?;
    out.word(currency.symbol())?;
    if outgoing {
        out.empty(2)?;
    }
    // The fee of a transaction is a movement of its own.
    out.empty(2)?;
    match row.usd {
        Some(usd) => {
            out.unsigned(usd, 6)?;
            out.word("USD")?;
        }
        None => out.empty(2)?,
    }
    out.word(label(kind))?;
    out.text(&row.note)?;
    out.signature(row.signature)?;
    out.end()
}
