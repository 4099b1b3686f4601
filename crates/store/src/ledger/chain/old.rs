//! Links for the entries of a file from before there were links.

use hearth_types::money::Currency;
use sqlx::SqliteConnection;

use super::{EntryFacts, Head, PostingFacts, hash_entry};
use crate::{StoreError, codec::Word};

/// Links, as they stand, the entries that a migration found. Once: the migration counts them, and this forgets the
/// count.
pub(crate) async fn link_old_entries(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let unlinked = sqlx::query_scalar!("SELECT value FROM counter WHERE name = 'ledger_unlinked'");
    let Some(last) = unlinked.fetch_optional(&mut *connection).await? else {
        return Ok(());
    };
    let entries = sqlx::query!(
        r#"SELECT id, at_ms, kind, state, idempotency_key, lease, note, signature, reverses, currency, amount
           FROM entry WHERE id <= ?1 ORDER BY id"#,
        last
    );
    let entries = entries.fetch_all(&mut *connection).await?;
    let mut head = Head::START;
    for entry in entries {
        let postings = sqlx::query!(
            "SELECT account.name, account.currency, posting.amount FROM posting
             JOIN account ON account.id = posting.account WHERE posting.entry = ?1 ORDER BY account.name",
            entry.id
        );
        let postings = postings.fetch_all(&mut *connection).await?;
        // Every entry of the first version moves one currency.
        if postings.iter().any(|posting| posting.currency != entry.currency) {
            return Err(StoreError::Value {
                what: "entry.currency",
            });
        }
        Currency::parse(&entry.currency, "entry.currency")?;
        let facts = EntryFacts {
            id: entry.id,
            at_ms: entry.at_ms,
            kind: &entry.kind,
            state: &entry.state,
            key: &entry.idempotency_key,
            lease: entry.lease.as_deref(),
            device: None,
            note: &entry.note,
            reverses: entry.reverses,
            currency: &entry.currency,
            amount: entry.amount,
            usd: None,
            price: None,
            signature: entry.signature.as_deref(),
        };
        let postings = postings.iter().map(|posting| PostingFacts {
            account: &posting.name,
            currency: &posting.currency,
            amount: posting.amount,
            usd: None,
        });
        head = hash_entry(&head, &facts, postings);
        let (number, hash, signed) = (head.number()?, head.hash.to_vec(), entry.signature.is_some());
        let insert = sqlx::query!(
            "INSERT INTO link (id, entry, state, signed, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
            number,
            entry.id,
            entry.state,
            signed,
            hash
        );
        insert.execute(&mut *connection).await?;
    }
    sqlx::query!("DELETE FROM counter WHERE name = 'ledger_unlinked'")
        .execute(connection)
        .await?;
    Ok(())
}
