//! What all entries of a list add up to.

use hearth_types::{
    history::{CurrencyTotal, EntryKind, EntryState, HistoryFilter},
    money::Currency,
};

use super::{
    Wanted,
    filter::Driver,
    parts::{Parts, Span},
    search::Search,
};
use crate::{
    Session, StoreError,
    codec::{Word, from_column},
    ledger::{Account, LedgerError},
};

/// A sum as the file gives it.
struct Sum {
    currency: String,
    count: i64,
    amount: i64,
    usd: i64,
    unpriced: i64,
}

macro_rules! sums {
    ($tables:literal, $driver:literal, $session:expr, $w:expr, $from:expr, $until:expr $(, $more:expr)*) => {
        sqlx::query_as!(
            Sum,
            r#"SELECT entry.currency AS "currency!: String", COUNT(*) AS "count!: i64",
                      SUM(entry.amount) AS "amount!: i64", SUM(COALESCE(entry.usd, 0)) AS "usd!: i64",
                      SUM(entry.usd IS NULL) AS "unpriced!: i64"
               FROM "# + $tables + " WHERE " + $driver + r#" AND entry.state <> 'void'
                   AND entry.at_ms >= ?1 AND entry.at_ms < ?2
                   AND entry.kind = COALESCE(?3, entry.kind) AND entry.currency = COALESCE(?4, entry.currency)
                   AND entry.state = COALESCE(?5, entry.state) AND (?6 IS NULL OR entry.device = ?6)
                   AND (?7 IS NULL OR entry.lease = ?7)
                   AND (?3 IS NOT NULL OR entry.kind NOT IN ('unstake_request', 'lease_payment'))
               GROUP BY entry.currency"#,
            $from,
            $until,
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
/// the sums by month and day where they say it, otherwise from the entries.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn totals(
    session: &mut impl Session,
    filter: &HistoryFilter,
) -> Result<Vec<CurrencyTotal>, LedgerError> {
    let wanted = Wanted::new(filter)?;
    let mut totals = Vec::new();
    let span = (wanted.from, wanted.until);
    let Some(counted) = Counted::by(&wanted) else {
        for sum in of_entries(session, &wanted, span).await? {
            add(&mut totals, &sum)?;
        }
        return Ok(in_order(totals));
    };
    let parts = Parts::of(span);
    for moments in parts.moments {
        for sum in of_entries(session, &wanted, moments).await? {
            add(&mut totals, &sum)?;
        }
    }
    for sum in of_days(session, &wanted, counted, &parts).await? {
        add(&mut totals, &sum)?;
    }
    if counted == Counted::Final {
        let confirmed = Wanted {
            state: Some(EntryState::Confirmed.word()),
            ..wanted
        };
        for sum in of_entries(session, &confirmed, parts.whole_days()).await? {
            take(&mut totals, &sum)?;
        }
    }
    Ok(in_order(totals))
}

/// What the sums by day tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    /// Everything that is not void.
    All,
    /// What is on chain for good: what is settled without what is only confirmed, which the sums do not part and which
    /// is never much.
    Final,
}

impl Counted {
    /// `None` when the entries must tell.
    fn by(wanted: &Wanted) -> Option<Self> {
        match wanted.driver() {
            Driver::Text | Driver::Lease => None,
            Driver::Device | Driver::Kind | Driver::Currency | Driver::State | Driver::Time => {
                match wanted.state {
                    None => Some(Self::All),
                    Some(state) if state == EntryState::Final.word() => Some(Self::Final),
                    Some(_) => None,
                }
            }
        }
    }
}

async fn of_entries(
    session: &mut impl Session,
    wanted: &Wanted,
    (from, until): Span,
) -> Result<Vec<Sum>, LedgerError> {
    if from >= until {
        return Ok(Vec::new());
    }
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
            let mut sums = sums!(
                "note CROSS JOIN entry INDEXED BY entry_by_note",
                "note.id IN (SELECT rowid FROM note_text WHERE note_text MATCH ?8)
                 AND entry.note = note.text AND entry.note <> '' AND entry.reverses IS NULL",
                session,
                wanted,
                from,
                until,
                words
            );
            // And what carries an id that begins so, unless it was counted by its note.
            sums.extend(sums!(
                "entry",
                "entry.id IN (
                     SELECT entry.id FROM json_each(?9) AS range
                         JOIN entry ON entry.lease >= unhex(range.value ->> 0) AND entry.lease <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?9) AS range
                         JOIN entry ON entry.device >= unhex(range.value ->> 0) AND entry.device <= unhex(range.value ->> 1)
                     UNION SELECT entry.id FROM json_each(?10) AS range
                         JOIN entry ON entry.signature >= unhex(range.value ->> 0)
                             AND entry.signature <= unhex(range.value ->> 1))
                 AND entry.note NOT IN (
                     SELECT text FROM note WHERE id IN (SELECT rowid FROM note_text WHERE note_text MATCH ?8))
                 AND +entry.reverses IS NULL",
                session, wanted, from, until, words, ids, signatures
            ));
            sums
        }
        Driver::Lease => sums!(
            "entry",
            "entry.lease = ?7 AND +entry.reverses IS NULL",
            session,
            wanted,
            from,
            until
        ),
        Driver::State => sums!(
            "entry",
            "entry.state = ?5 AND +entry.reverses IS NULL",
            session,
            wanted,
            from,
            until
        ),
        Driver::Device => sums!(
            "entry",
            "entry.device = ?6 AND +entry.reverses IS NULL",
            session,
            wanted,
            from,
            until
        ),
        Driver::Kind => sums!(
            "entry",
            "entry.kind = ?3 AND +entry.reverses IS NULL",
            session,
            wanted,
            from,
            until
        ),
        Driver::Currency => sums!(
            "entry",
            "entry.currency = ?4 AND +entry.reverses IS NULL",
            session,
            wanted,
            from,
            until
        ),
        Driver::Time => sums!("entry", "+entry.reverses IS NULL", session, wanted, from, until),
    };
    Ok(sums)
}

async fn of_days(
    session: &mut impl Session,
    wanted: &Wanted,
    counted: Counted,
    parts: &Parts,
) -> Result<Vec<Sum>, LedgerError> {
    let open = i64::from(counted == Counted::All);
    let [before, after] = parts.days;
    let select = sqlx::query!(
        r#"SELECT sums.kind AS "kind!: String", account.name, account.currency, SUM(entries) AS "count!: i64",
                  SUM(amount) AS "amount!: i64", SUM(usd) AS "usd!: i64", SUM(unpriced) AS "unpriced!: i64"
           FROM (
               SELECT kind, account, device, ?1 * open_entries + settled_entries AS entries,
                      ?1 * open + settled AS amount, ?1 * open_usd + settled_usd AS usd,
                      ?1 * open_unpriced + settled_unpriced AS unpriced
               FROM monthly WHERE month >= ?2 AND month < ?3
               UNION ALL
               SELECT kind, account, device, ?1 * open_entries + settled_entries,
                      ?1 * open + settled, ?1 * open_usd + settled_usd, ?1 * open_unpriced + settled_unpriced
               FROM daily WHERE (day >= ?4 AND day < ?5) OR (day >= ?6 AND day < ?7)
           ) AS sums JOIN account ON account.id = sums.account
           WHERE sums.kind = COALESCE(?8, sums.kind) AND account.currency = COALESCE(?9, account.currency)
               AND sums.device = COALESCE(?10, sums.device)
           GROUP BY sums.kind, sums.account"#,
        open,
        parts.months.0,
        parts.months.1,
        before.0,
        before.1,
        after.0,
        after.1,
        wanted.kind,
        wanted.currency,
        wanted.device
    );
    let mut sums = Vec::new();
    for row in select.fetch_all(session.connection()).await? {
        let kind = EntryKind::parse(&row.kind, "daily.kind")?;
        let account = Account::parse(&row.name, "account.name")?;
        let counts = wanted.kind.is_some() || kind.is_of_wallet();
        if counts && Account::shown_for(kind).contains(&account) {
            sums.push(Sum {
                currency: row.currency,
                count: row.count,
                amount: row.amount,
                usd: row.usd,
                unpriced: row.unpriced,
            });
        }
    }
    Ok(sums)
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

/// The opposite of [`add`].
fn take(totals: &mut Vec<CurrencyTotal>, sum: &Sum) -> Result<(), StoreError> {
    let total = of(totals, Currency::parse(&sum.currency, "entry.currency")?);
    total.count = total.count.saturating_sub(from_column(sum.count, "a count")?);
    total.unpriced = total
        .unpriced
        .saturating_sub(from_column(sum.unpriced, "a count")?);
    total.amount = total.amount.saturating_sub(sum.amount);
    total.usd = total.usd.saturating_sub(sum.usd);
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
