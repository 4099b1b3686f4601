//! What all entries of a list add up to.

use hearth_types::{
    history::{CurrencyTotal, EntryKind, HistoryFilter},
    money::Currency,
};

use super::{Wanted, filter::Driver, search::Search};
use crate::{
    Session, StoreError,
    codec::{Word, from_column},
    ledger::{Account, LedgerError},
};

/// Milliseconds of a day, as columns count.
const DAY: i64 = 86_400_000;

/// A sum as the file gives it.
struct Sum {
    currency: String,
    count: i64,
    amount: i64,
    usd: i64,
    unpriced: i64,
}

macro_rules! sums {
    ($driver:literal, $session:expr, $w:expr $(, $more:expr)*) => {
        sqlx::query_as!(
            Sum,
            r#"SELECT entry.currency AS "currency!: String", COUNT(*) AS "count!: i64",
                      SUM(entry.amount) AS "amount!: i64", SUM(COALESCE(entry.usd, 0)) AS "usd!: i64",
                      SUM(entry.usd IS NULL) AS "unpriced!: i64"
               FROM entry
               WHERE "# + $driver + r#" AND +entry.reverses IS NULL AND entry.state <> 'void'
                   AND entry.at_ms >= ?1 AND entry.at_ms < ?2
                   AND entry.kind = COALESCE(?3, entry.kind) AND entry.currency = COALESCE(?4, entry.currency)
                   AND entry.state = COALESCE(?5, entry.state) AND (?6 IS NULL OR entry.device = ?6)
                   AND (?7 IS NULL OR entry.lease = ?7)
                   AND (?3 IS NOT NULL OR entry.kind NOT IN ('unstake_request', 'lease_payment'))
               GROUP BY entry.currency"#,
            $w.from,
            $w.until,
            $w.kind,
            $w.currency,
            $w.state,
            $w.device,
            $w.lease
            $(, $more)*
        )
        .fetch_all($session.connection())
        .await?
    };
}

/// What the entries of a filter add up to, one line for each currency that occurs; void entries count nothing. From
/// the sums by day where they say it, otherwise from the entries.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn totals(
    session: &mut impl Session,
    filter: &HistoryFilter,
) -> Result<Vec<CurrencyTotal>, LedgerError> {
    let wanted = Wanted::new(filter)?;
    let whole_days = wanted.from % DAY == 0 && (wanted.until == i64::MAX || wanted.until % DAY == 0);
    let sums = match wanted.driver() {
        Driver::Text => {
            let Some(Search {
                words,
                ids,
                signatures,
            }) = &wanted.search
            else {
                return Ok(Vec::new());
            };
            sums!(
                "entry.id IN (
                     SELECT rowid FROM entry_text WHERE entry_text MATCH ?8
                     UNION SELECT entry.id FROM json_each(?9) AS range
                         JOIN entry ON entry.lease >= unhex(range.value ->> 0) AND entry.lease <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?9) AS range
                         JOIN entry ON entry.device >= unhex(range.value ->> 0) AND entry.device <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?10) AS range
                         JOIN entry ON entry.signature >= unhex(range.value ->> 0)
                             AND entry.signature <= unhex(range.value ->> 1))",
                session, wanted, words, ids, signatures
            )
        }
        Driver::Lease => sums!("entry.lease = ?7", session, wanted),
        Driver::State => sums!("entry.state = ?5", session, wanted),
        Driver::Device | Driver::Kind | Driver::Currency | Driver::Time
            if wanted.state.is_none() && whole_days =>
        {
            return by_day(session, &wanted).await;
        }
        Driver::Device => sums!("entry.device = ?6", session, wanted),
        Driver::Kind => sums!("entry.kind = ?3", session, wanted),
        Driver::Currency => sums!("entry.currency = ?4", session, wanted),
        Driver::Time => sums!("TRUE", session, wanted),
    };
    let mut totals = Vec::new();
    for sum in sums {
        add(&mut totals, &sum)?;
    }
    Ok(in_order(totals))
}

async fn by_day(session: &mut impl Session, wanted: &Wanted) -> Result<Vec<CurrencyTotal>, LedgerError> {
    let (first, end) = (wanted.from / DAY, wanted.until / DAY);
    let select = sqlx::query!(
        r#"SELECT daily.kind, account.name, account.currency,
                  SUM(open_entries + settled_entries) AS "count!: i64", SUM(open + settled) AS "amount!: i64",
                  SUM(open_usd + settled_usd) AS "usd!: i64", SUM(open_unpriced + settled_unpriced) AS "unpriced!: i64"
           FROM daily JOIN account ON account.id = daily.account
           WHERE day >= ?1 AND day < ?2 AND daily.kind = COALESCE(?3, daily.kind)
               AND account.currency = COALESCE(?4, account.currency) AND daily.device = COALESCE(?5, daily.device)
           GROUP BY daily.kind, daily.account"#,
        first,
        end,
        wanted.kind,
        wanted.currency,
        wanted.device
    );
    let mut totals = Vec::new();
    for row in select.fetch_all(session.connection()).await? {
        let kind = EntryKind::parse(&row.kind, "daily.kind")?;
        let account = Account::parse(&row.name, "account.name")?;
        let counts = wanted.kind.is_some() || kind.is_of_wallet();
        if counts && Account::shown_for(kind).contains(&account) {
            let sum = Sum {
                currency: row.currency,
                count: row.count,
                amount: row.amount,
                usd: row.usd,
                unpriced: row.unpriced,
            };
            add(&mut totals, &sum)?;
        }
    }
    Ok(in_order(totals))
}

fn add(totals: &mut Vec<CurrencyTotal>, sum: &Sum) -> Result<(), StoreError> {
    let total = of(totals, Currency::parse(&sum.currency, "entry.currency")?);
    total.count = total.count.saturating_add(from_column(sum.count, "a count")?);
    total.unpriced = total
        .unpriced
        .saturating_add(from_column(sum.unpriced, "a count")?);
    total.amount = total.amount.saturating_add(sum.amount);
    total.usd = total.usd.saturating_add(sum.usd);
    Ok(())
}

/// The line of a currency, made when it is missing.
pub(super) fn of(totals: &mut Vec<CurrencyTotal>, currency: Currency) -> &mut CurrencyTotal {
    let place = totals.iter().position(|total| total.currency == currency);
    let place = place.unwrap_or_else(|| {
        totals.push(CurrencyTotal::zero(currency));
        totals.len() - 1
    });
    &mut totals[place]
}

fn in_order(mut totals: Vec<CurrencyTotal>) -> Vec<CurrencyTotal> {
    totals.retain(|total| total.count > 0);
    totals.sort_by_key(|total| {
        Currency::ALL
            .iter()
            .position(|currency| *currency == total.currency)
    });
    totals
}
