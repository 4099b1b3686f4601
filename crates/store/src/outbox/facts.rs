//! What the chain shows beside our own transactions: entries that only wait to become final, and what is known already.

use hearth_types::id::TxSignature;

use super::{OutboxError, OutboxId};
use crate::{
    Session,
    codec::{Word, bytes},
    ledger::{Account, EntryId, Posting},
};

/// Entries after this one that are confirmed by a transaction of somebody else, oldest first: what others did is
/// recorded when it is confirmed, and becomes final with its transaction.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn open_facts(
    session: &mut impl Session,
    after: EntryId,
    limit: u32,
) -> Result<Vec<(EntryId, TxSignature)>, OutboxError> {
    let select = sqlx::query!(
        r#"SELECT id, signature AS "signature!: Vec<u8>" FROM entry
           WHERE state = 'confirmed' AND signature IS NOT NULL AND id > ?1
             AND NOT EXISTS (SELECT 1 FROM outbox_entry WHERE outbox_entry.entry = entry.id)
           ORDER BY id LIMIT ?2"#,
        after.0,
        limit
    );
    let rows = select.fetch_all(session.connection()).await?;
    let facts = rows.into_iter().map(|row| {
        let signature = TxSignature(bytes(&row.signature, "entry.signature")?);
        Ok((EntryId(row.id), signature))
    });
    facts.collect()
}

/// Whether a transaction is ours or recorded.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn knows(session: &mut impl Session, signature: TxSignature) -> Result<bool, OutboxError> {
    let signature = signature.0.as_slice();
    let select = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM outbox WHERE signature = ?1)
               OR EXISTS (SELECT 1 FROM entry WHERE signature = ?1) AS "known!: bool""#,
        signature
    );
    Ok(select.fetch_one(session.connection()).await?)
}

/// What a transaction would change in the history when it is confirmed.
///
/// # Errors
/// [`OutboxError::Store`].
pub async fn postings(session: &mut impl Session, row: OutboxId) -> Result<Vec<Posting>, OutboxError> {
    let select = sqlx::query!(
        "SELECT account.name, account.currency, posting.amount
         FROM outbox_entry
         JOIN posting ON posting.entry = outbox_entry.entry
         JOIN account ON account.id = posting.account
         WHERE outbox_entry.outbox = ?1",
        row.0
    );
    let rows = select.fetch_all(session.connection()).await?;
    let postings = rows.into_iter().map(|row| {
        Ok(Posting {
            account: Account::parse(&row.name, "account.name")?,
            currency: Word::parse(&row.currency, "account.currency")?,
            amount: row.amount,
        })
    });
    postings.collect()
}
