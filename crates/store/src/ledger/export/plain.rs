//! Everything that is known, one movement a line; void ones too, which their state says.

use hearth_types::money::{Currency, format_signed};

use super::{Ids, Line, harmless, time, wrong};
use crate::{StoreError, codec::Word, ledger::list::Found};

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

pub(super) fn write(row: &Found, ids: &mut Ids, out: &mut Line) -> Result<(), StoreError> {
    let currency = Currency::parse(&row.currency, "entry.currency")?;
    let mut field = |text: &str| out.write_field(text).map_err(wrong);
    field(&row.id.to_string())?;
    field(&time(row.at_ms)?.utc_text())?;
    field(row.kind()?.word())?;
    field(&row.state)?;
    field(currency.symbol())?;
    field(&format_signed(row.amount, currency.decimals()))?;
    field(&row.usd.map_or_else(String::new, |usd| format_signed(usd, 6)))?;
    field(
        &row.price_nanos
            .map_or_else(String::new, |price| format_signed(price, 9)),
    )?;
    match row.price_at {
        Some(at) => field(&time(at)?.utc_text())?,
        None => field("")?,
    }
    field(&harmless(row.price_source.as_deref().unwrap_or_default()))?;
    field(ids.lease(row.lease.as_deref()))?;
    field(ids.device(row.device.as_deref()))?;
    field(&harmless(&row.note))?;
    field(ids.signature(row.signature.as_deref()))?;
    out.write_record(None::<&[u8]>).map_err(wrong)
}
