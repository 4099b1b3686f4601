//! What currencies were worth, as whoever watched prices told it.

use hearth_types::{
    money::{Currency, UsdNanos},
    time::UnixMillis,
};

use super::LedgerError;
use crate::{
    Tx,
    codec::{moment, to_column, to_json},
    session::sealed::Connected,
};

/// How long a price holds when no newer one comes, milliseconds: an epoch. An entry later than that has none.
pub const PRICE_HOLDS: u64 = 3_600_000;

/// A price at a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    /// Of one whole unit of this.
    pub currency: Currency,
    /// When.
    pub at: UnixMillis,
    /// How much; not zero.
    pub price: UsdNanos,
    /// Who says so, 1 to 100 characters, such as `practice script`.
    pub source: String,
}

/// Writes a price down. Entries recorded from now on whose time lies within [`PRICE_HOLDS`] after it are worth this;
/// entries that exist keep what they have. A moment keeps its first price.
///
/// # Errors
/// [`LedgerError::BadPrice`], [`LedgerError::Store`].
pub async fn record_price(tx: &mut Tx, price: &Price) -> Result<(), LedgerError> {
    if price.price == UsdNanos::ZERO || !(1..=100).contains(&price.source.chars().count()) {
        return Err(LedgerError::BadPrice);
    }
    let (currency, at) = (price.currency.word(), moment(price.at)?);
    let nanos = to_column(price.price.0, "a price")?;
    let insert = sqlx::query!(
        "INSERT INTO price (currency, at_ms, usd_nanos, source) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        currency,
        at,
        nanos,
        price.source
    );
    insert.execute(tx.connection()).await?;
    Ok(())
}

/// A price as an entry refers to it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) id: i64,
    pub(super) at_ms: i64,
    pub(super) usd_nanos: i64,
    pub(super) source: String,
}

/// The price in force for each of some entries, by their currency and time.
pub(super) async fn in_force(
    tx: &mut Tx,
    entries: &[(Currency, i64)],
) -> Result<Vec<Option<Known>>, LedgerError> {
    let wanted: Vec<_> = entries
        .iter()
        .map(|(currency, at)| (currency.word(), at))
        .collect();
    let wanted = to_json(&wanted, "entries")?;
    let holds = to_column(PRICE_HOLDS, "a duration")?;
    let select = sqlx::query!(
        r#"SELECT wanted.key + 0 AS "place!: i64", price.id AS "id!: i64", price.at_ms AS "at_ms!: i64",
                  price.usd_nanos AS "usd_nanos!: i64", price.source AS "source!: String"
           FROM json_each(?1) AS wanted JOIN price ON price.id = (
               SELECT id FROM price
               WHERE currency = wanted.value ->> 0 AND at_ms <= wanted.value ->> 1
                   AND at_ms > (wanted.value ->> 1) - ?2
               ORDER BY at_ms DESC LIMIT 1)"#,
        wanted,
        holds
    );
    let mut known = vec![None; entries.len()];
    for row in select.fetch_all(tx.connection()).await? {
        let place = usize::try_from(row.place).ok();
        if let Some(place) = place.and_then(|place| known.get_mut(place)) {
            *place = Some(Known {
                id: row.id,
                at_ms: row.at_ms,
                usd_nanos: row.usd_nanos,
                source: row.source,
            });
        }
    }
    Ok(known)
}
