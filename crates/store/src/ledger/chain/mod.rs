//! The chain of hashes that makes changes to the history show.
//!
//! Every entry, and every state that an entry comes to, is a link: a hash over the link before and over what the
//! link stands for ([`facts`]). States are links of their own instead of being left out of the hash: whether money
//! moved (confirmed) or never did (void) matters as much as the amount, and an entry must be written before anybody
//! knows how it ends.
//!
//! What a chain cannot show by itself is a missing end: without its last links it is a shorter chain that holds. So
//! its end is noted in a file beside the database ([`HeadFile`]) with every commit, on every statement, and wherever
//! its owner writes it down; [`verify`] compares. Somebody who can write all of these files and knows how can still
//! make a new chain of it all: the hashes hold no secret. Only an end kept out of his reach shows that.

mod facts;
mod head;
mod old;
mod verify;

pub(super) use facts::{EntryFacts, PostingFacts, PriceFacts, hash_entry, hash_state};
pub use head::{Head, ParseHeadError};
pub(crate) use head::{HeadFile, holds};
pub(crate) use old::link_old_entries;
pub use verify::verify;

use hearth_types::history::EntryState;

use super::{EntryId, LedgerError};
use crate::{Session, Tx, session::sealed::Connected};

/// The end of the chain; `None` while there is no link.
///
/// # Errors
/// [`LedgerError::Store`].
pub async fn head(session: &mut impl Session) -> Result<Option<Head>, LedgerError> {
    let newest = sqlx::query!("SELECT id, hash FROM link ORDER BY id DESC LIMIT 1");
    let newest = newest.fetch_optional(session.connection()).await?;
    newest.map(|row| Ok(Head::read(row.id, &row.hash)?)).transpose()
}

/// The end of the chain inside a transaction, read once.
pub(super) async fn end(tx: &mut Tx) -> Result<Head, LedgerError> {
    if let Some(head) = tx.head {
        return Ok(head);
    }
    Ok(head(tx).await?.unwrap_or(Head::START))
}

/// Links a state that an entry comes to, with the signature if it gets one now.
pub(super) async fn link_state(
    tx: &mut Tx,
    entry: EntryId,
    state: EntryState,
    signature: Option<&[u8; 64]>,
) -> Result<(), LedgerError> {
    let next = hash_state(&end(tx).await?, entry.0, state.word(), signature);
    let (id, hash) = (next.number()?, next.hash.to_vec());
    let (state, signed) = (state.word(), signature.is_some());
    let insert = sqlx::query!(
        "INSERT INTO link (id, entry, state, signed, hash) VALUES (?1, ?2, ?3, ?4, ?5)",
        id,
        entry.0,
        state,
        signed,
        hash
    );
    insert.execute(tx.connection()).await?;
    tx.head = Some(next);
    Ok(())
}
