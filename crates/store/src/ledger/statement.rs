//! A month's sums, from the sums by month.

use std::collections::BTreeMap;

use hearth_types::{
    history::{AccountLine, CurrencyStatement, EntryKind, KindLine},
    money::Currency,
    time::Month,
};

use super::{Account, LedgerError};
use crate::{
    Session, StoreError,
    codec::{Word, from_column, moment},
};

/// What a month says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSums {
    /// One for each currency that was held or moved, in the order in which lists show them.
    pub currencies: Vec<CurrencyStatement>,
    /// Movements of the month that are on their way and not counted.
    pub under_way: u64,
}

/// The sums of a month over confirmed and final entries.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn month(session: &mut impl Session, month: Month) -> Result<MonthSums, LedgerError> {
    let (first, end) = (day(month)?, day(month.next())?);
    let select = sqlx::query!(
        r#"SELECT account.name, account.currency, monthly.kind, month >= ?1 AS "within!: bool",
                  SUM(settled) AS "amount!: i64", SUM(settled_entries) AS "count!: i64",
                  SUM(settled_usd) AS "usd!: i64", SUM(settled_unpriced) AS "unpriced!: i64"
           FROM monthly JOIN account ON account.id = monthly.account
           WHERE month < ?2 GROUP BY monthly.account, monthly.kind, month >= ?1"#,
        first,
        end
    );
    let mut sums = BTreeMap::<Currency, Sums>::new();
    for row in select.fetch_all(session.connection()).await? {
        let account = Account::parse(&row.name, "account.name")?;
        let sums = sums
            .entry(Currency::parse(&row.currency, "account.currency")?)
            .or_default();
        if account == Account::Fees && row.within {
            sums.fees = sums.fees.saturating_add(row.amount);
        }
        if !Account::ON_CHAIN.contains(&account) {
            continue;
        }
        if !row.within {
            let opening = sums.opening.entry(account).or_default();
            *opening = opening.saturating_add(row.amount);
        } else if row.count > 0 {
            sums.movements.push((
                account,
                KindLine {
                    account: account.name().to_owned(),
                    kind: EntryKind::parse(&row.kind, "monthly.kind")?,
                    count: from_column(row.count, "a count")?,
                    amount: row.amount,
                    usd: row.usd,
                    unpriced: from_column(row.unpriced, "a count")?,
                },
            ));
        }
    }
    let currencies = Currency::ALL.into_iter().filter_map(|currency| {
        let sums = sums.remove(&currency)?;
        Some(sums.told(currency)).filter(|told| !told.accounts.is_empty())
    });
    Ok(MonthSums {
        currencies: currencies.collect(),
        under_way: under_way(session, month).await?,
    })
}

fn day(month: Month) -> Result<i64, StoreError> {
    Ok(moment(month.start())? / 86_400_000)
}

async fn under_way(session: &mut impl Session, month: Month) -> Result<u64, LedgerError> {
    let (first, end) = (moment(month.start())?, moment(month.next().start())?);
    let select = sqlx::query_scalar!(
        r#"SELECT COUNT(*) AS "count!: i64" FROM entry
           WHERE state IN ('pending', 'submitted') AND at_ms >= ?1 AND at_ms < ?2"#,
        first,
        end
    );
    Ok(from_column(
        select.fetch_one(session.connection()).await?,
        "a count",
    )?)
}

#[derive(Default)]
struct Sums {
    opening: BTreeMap<Account, i64>,
    movements: Vec<(Account, KindLine)>,
    fees: i64,
}

impl Sums {
    fn told(mut self, currency: Currency) -> CurrencyStatement {
        self.movements.sort_by_key(|(account, line)| {
            (
                *account,
                EntryKind::ALL.iter().position(|kind| *kind == line.kind),
            )
        });
        let accounts = Account::ON_CHAIN.into_iter().filter_map(|account| {
            let opening = self.opening.get(&account).copied().unwrap_or(0);
            let moved = self.movements.iter().filter(|(of, _)| *of == account);
            let (count, moved) = moved.fold((0, 0_i64), |(count, sum), (_, line)| {
                (count + 1, sum.saturating_add(line.amount))
            });
            (opening != 0 || count > 0).then(|| AccountLine {
                account: account.name().to_owned(),
                opening,
                closing: opening.saturating_add(moved),
            })
        });
        CurrencyStatement {
            currency,
            accounts: accounts.collect(),
            movements: self.movements.into_iter().map(|(_, line)| line).collect(),
            fees: self.fees,
        }
    }
}
