//! The prices of a piece, each looked up and written once.

use std::collections::HashMap;

use hearth_types::{history::ExportForm, money::format_signed};

use super::{lines::time, rows::Row};
use crate::{Session, codec::to_json, ledger::LedgerError};

/// A price as lines show it.
pub(super) struct Price {
    /// US dollars.
    pub(super) usd: String,
    /// When, UTC.
    pub(super) at: String,
    /// Who says so.
    pub(super) source: String,
}

/// Prices by their number.
#[derive(Default)]
pub(super) struct Prices {
    known: HashMap<i64, Price>,
}

impl Prices {
    /// Reads those of some movements that are not known yet, when the form shows prices.
    pub(super) async fn learn(
        &mut self,
        session: &mut impl Session,
        form: ExportForm,
        rows: &[Row<'_>],
    ) -> Result<(), LedgerError> {
        if form != ExportForm::Plain {
            return Ok(());
        }
        let mut wanted: Vec<i64> = rows.iter().filter_map(|row| row.price).collect();
        // Movements that follow each other often have one price.
        wanted.dedup();
        wanted.retain(|price| !self.known.contains_key(price));
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted = to_json(&wanted, "prices")?;
        let select = sqlx::query!(
            "SELECT id, at_ms, usd_nanos, source FROM price WHERE id IN (SELECT value FROM json_each(?1))",
            wanted
        );
        for row in select.fetch_all(session.connection()).await? {
            let price = Price {
                usd: format_signed(row.usd_nanos, 9),
                at: time(row.at_ms)?.utc_text(),
                source: row.source,
            };
            self.known.insert(row.id, price);
        }
        Ok(())
    }

    /// The price of a movement that has one.
    pub(super) fn of(&self, row: &Row<'_>) -> Option<&Price> {
        self.known.get(&row.price?)
    }
}
