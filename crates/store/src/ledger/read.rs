//! Balances, from the sums by month.

use hearth_types::{
    id::{LeaseId, TxSignature},
    money::{Currency, Io},
    time::UnixMillis,
};

use super::{Account, AccountBalance, EntryId, LedgerError, Posting, write::Changes};
use crate::{
    Session,
    codec::{Word, from_column, maybe_bytes, moment},
};

/// What every account holds, everything counted that is not void, on its way or not. All accounts in all
/// currencies, zeros too; they add up to zero per currency.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn balances(session: &mut impl Session) -> Result<Vec<AccountBalance>, LedgerError> {
    sums(session, false).await
}

/// What every account holds by what is on chain: confirmed and final entries.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn settled_balances(session: &mut impl Session) -> Result<Vec<AccountBalance>, LedgerError> {
    sums(session, true).await
}

async fn sums(session: &mut impl Session, settled: bool) -> Result<Vec<AccountBalance>, LedgerError> {
    let select = sqlx::query!(
        r#"SELECT account.name, account.currency, COALESCE(sums.amount, 0) AS "amount!: i64"
           FROM account LEFT JOIN (
               SELECT account, SUM(CASE WHEN ?1 THEN settled ELSE open + settled END) AS amount
               FROM monthly GROUP BY account
           ) AS sums ON sums.account = account.id
           ORDER BY account.id"#,
        settled
    );
    let rows = select.fetch_all(session.connection()).await?;
    let balances = rows.into_iter().map(|row| {
        Ok(AccountBalance {
            account: Account::parse(&row.name, "account.name")?,
            currency: Currency::parse(&row.currency, "account.currency")?,
            amount: row.amount,
        })
    });
    balances.collect()
}

/// Earned by lending at and after a moment, void entries aside.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn income_since(session: &mut impl Session, since: UnixMillis) -> Result<Io, LedgerError> {
    let since = moment(since)?;
    let select = sqlx::query_scalar!(
        r#"SELECT COALESCE(-SUM(posting.amount), 0) AS "earned!: i64"
           FROM entry
           JOIN posting ON posting.entry = entry.id
           JOIN account ON account.id = posting.account
           WHERE entry.at_ms >= ?1 AND entry.state <> 'void'
             AND account.name = 'income:lease' AND account.currency = 'io'"#,
        since
    );
    let earned = select.fetch_one(session.connection()).await?;
    Ok(Io(from_column(earned, "income")?))
}

/// An entry's changes by account.
pub(super) async fn postings_of(session: &mut impl Session, entry: EntryId) -> Result<Changes, LedgerError> {
    let select = sqlx::query!(
        "SELECT account.name, account.currency, posting.amount
         FROM posting JOIN account ON account.id = posting.account WHERE posting.entry = ?1",
        entry.0
    );
    let rows = select.fetch_all(session.connection()).await?;
    let changes = rows.into_iter().map(|row| {
        let account = Account::parse(&row.name, "account.name")?;
        let currency = Currency::parse(&row.currency, "account.currency")?;
        Ok(((account, currency), row.amount))
    });
    changes.collect()
}

/// How many entries are on their way: decided or sent, not on chain yet.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn under_way(session: &mut impl Session) -> Result<u64, LedgerError> {
    let select = sqlx::query_scalar!(
        r#"SELECT COUNT(*) AS "count!: i64" FROM entry WHERE state IN ('pending', 'submitted')"#
    );
    Ok(from_column(
        select.fetch_one(session.connection()).await?,
        "a count",
    )?)
}

/// A posting of a confirmed or final entry, with what names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettledPosting {
    /// The entry's lease.
    pub lease: Option<LeaseId>,
    /// The entry's transaction.
    pub signature: Option<TxSignature>,
    /// The posting.
    pub posting: Posting,
}

/// Every posting that is on chain by the history, for an audit.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn settled_postings(session: &mut impl Session) -> Result<Vec<SettledPosting>, LedgerError> {
    let select = sqlx::query!(
        r#"SELECT entry.lease, entry.signature, account.name, account.currency, posting.amount
           FROM entry JOIN posting ON posting.entry = entry.id JOIN account ON account.id = posting.account
           WHERE entry.state IN ('confirmed', 'final')"#
    );
    let rows = select.fetch_all(session.connection()).await?;
    let postings = rows.into_iter().map(|row| {
        Ok(SettledPosting {
            lease: maybe_bytes(row.lease, "entry.lease")?.map(LeaseId),
            signature: maybe_bytes(row.signature, "entry.signature")?.map(TxSignature),
            posting: Posting {
                account: Account::parse(&row.name, "account.name")?,
                currency: Currency::parse(&row.currency, "account.currency")?,
                amount: row.amount,
            },
        })
    });
    postings.collect()
}
