//! Earnings by day.

use hearth_types::{
    history::DayIncome,
    id::DeviceId,
    money::Currency,
    time::{DAY_MILLIS, UnixMillis},
};

use super::LedgerError;
use crate::{
    Session,
    codec::{Word, from_column, moment},
};

/// Milliseconds of a day, as columns count.
const DAY: i64 = 86_400_000;

/// What each UTC day from `from`'s on and before `until`'s has earned, of one device or of all, settled or on its way;
/// oldest first, days without any left out.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn income_by_day(
    session: &mut impl Session,
    from: UnixMillis,
    until: UnixMillis,
    device: Option<DeviceId>,
) -> Result<Vec<DayIncome>, LedgerError> {
    let (first, end) = (moment(from)? / DAY, moment(until)? / DAY);
    let device = device.map(|device| device.0.to_vec());
    let select = sqlx::query!(
        r#"SELECT day, account.currency,
                  SUM(CASE WHEN account.name = 'income:lease' THEN -open - settled ELSE 0 END) AS "lease!: i64",
                  SUM(CASE WHEN account.name = 'income:reward' THEN -open - settled ELSE 0 END) AS "rewards!: i64",
                  SUM(CASE WHEN account.name = 'income:lease' THEN -open_usd - settled_usd ELSE 0 END)
                      AS "lease_usd!: i64",
                  SUM(CASE WHEN account.name = 'income:reward' THEN -open_usd - settled_usd ELSE 0 END)
                      AS "rewards_usd!: i64",
                  SUM(open_unpriced + settled_unpriced) AS "unpriced!: i64"
           FROM daily JOIN account ON account.id = daily.account
           WHERE day >= ?1 AND day < ?2 AND account.name IN ('income:lease', 'income:reward')
               AND daily.device = COALESCE(?3, daily.device)
           GROUP BY day, account.currency
           HAVING SUM(open_entries + settled_entries) > 0 ORDER BY day, account.currency"#,
        first,
        end,
        device
    );
    let rows = select.fetch_all(session.connection()).await?;
    let days = rows.into_iter().map(|row| {
        let day = from_column(row.day, "daily.day")?;
        Ok(DayIncome {
            day: UnixMillis(day.saturating_mul(DAY_MILLIS)),
            currency: Currency::parse(&row.currency, "account.currency")?,
            lease: row.lease,
            rewards: row.rewards,
            lease_usd: row.lease_usd,
            rewards_usd: row.rewards_usd,
            unpriced: from_column(row.unpriced, "a count")?,
        })
    });
    days.collect()
}
