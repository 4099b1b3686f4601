//! Everything that is known, one movement a line; void ones too, which their state says.

use hearth_types::money::Currency;

use super::{lines::Lines, prices::Prices, rows::Row};
use crate::{StoreError, codec::Word};

pub(super) const HEADER: [&str; 14] = [
    "number",
    "time_utc",
    "kind",
    "state",
    "currency",
    "amount",
    "usd",
    "usd_price",
    "price_time_utc",
    "price_source",
    "lease",
    "device",
    "note",
    "transaction",
];

pub(super) fn write(row: &Row<'_>, prices: &Prices, out: &mut Lines) -> Result<(), StoreError> {
    let currency = Currency::parse(row.currency, "entry.currency")?;
    out.number(row.id)?;
    out.time(row.at_ms, "")?;
    out.word(row.kind()?.word())?;
    out.word(row.state)?;
    out.word(currency.symbol())?;
    out.signed(row.amount, currency.decimals())?;
    match row.usd {
        Some(usd) => out.signed(usd, 6)?,
        None => out.empty(1)?,
    }
    match prices.of(row) {
        Some(price) => {
            out.word(&price.usd)?;
            out.word(&price.at)?;
            out.text(&price.source)?;
        }
        None => out.empty(3)?,
    }
    out.lease(row.lease)?;
    out.device(row.device)?;
    out.text(&row.note)?;
    out.signature(row.signature)?;
    out.end()
}
