//! Moving a transaction forward, and its entries with it.

use hearth_types::history::EntryState;

use super::{OutboxError, OutboxId, OutboxState, get};
use crate::{
    Tx,
    codec::Word,
    ledger::{self, EntryId},
    session::sealed::Connected,
};

/// It was sent.
///
/// # Errors
/// [`OutboxError::Unknown`], [`OutboxError::Backwards`], [`OutboxError::Ledger`], [`OutboxError::Store`]; so for
/// all `mark_…`. Saying the same twice changes nothing.
pub async fn mark_sent(tx: &mut Tx, row: OutboxId) -> Result<(), OutboxError> {
    mark(tx, row, OutboxState::Sent, None).await
}

/// It is on chain.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_confirmed(tx: &mut Tx, row: OutboxId) -> Result<(), OutboxError> {
    mark(tx, row, OutboxState::Confirmed, None).await
}

/// It is on chain for good.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_final(tx: &mut Tx, row: OutboxId) -> Result<(), OutboxError> {
    mark(tx, row, OutboxState::Final, None).await
}

/// Its blockhash ran out and it is not on chain: it never will be. Its entries become void.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_expired(tx: &mut Tx, row: OutboxId) -> Result<(), OutboxError> {
    mark(
        tx,
        row,
        OutboxState::Expired,
        Some("expired before it came on chain"),
    )
    .await
}

/// It failed on chain for good, or was refused and is proven dead. Its entries become void.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_failed(tx: &mut Tx, row: OutboxId, error: &str) -> Result<(), OutboxError> {
    mark(tx, row, OutboxState::Failed, Some(error)).await
}

/// It was confirmed, and a fork has dropped it: it is on its way again, and so are its entries. Where it is on its way
/// already, nothing happens.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_dropped(tx: &mut Tx, row: OutboxId) -> Result<(), OutboxError> {
    let held = get(tx, row).await?;
    let (from, to) = (held.state, OutboxState::Sent);
    match from {
        OutboxState::Sent => return Ok(()),
        OutboxState::Confirmed => {}
        OutboxState::Prepared | OutboxState::Final | OutboxState::Expired | OutboxState::Failed => {
            return Err(OutboxError::Backwards { row, from, to });
        }
    }
    let state = to.word();
    let update = sqlx::query!(
        "UPDATE outbox SET state = ?2, undecided = NULL WHERE id = ?1",
        row.0,
        state
    );
    update.execute(tx.connection()).await?;
    for entry in held.entries {
        ledger::fall_back(tx, entry).await?;
    }
    Ok(())
}

/// Adds an entry to a transaction that is on chain, for what it moved beyond what was expected: from here on the two
/// become final together, or fall back together.
///
/// # Errors
/// [`OutboxError::Unknown`], [`OutboxError::Backwards`] unless it is confirmed, [`OutboxError::Ledger`],
/// [`OutboxError::Store`].
pub async fn attach(tx: &mut Tx, row: OutboxId, entry: EntryId) -> Result<(), OutboxError> {
    let held = get(tx, row).await?;
    let (from, to) = (held.state, OutboxState::Confirmed);
    if from != to {
        return Err(OutboxError::Backwards { row, from, to });
    }
    let insert = sqlx::query!(
        "INSERT INTO outbox_entry (outbox, entry) VALUES (?1, ?2)",
        row.0,
        entry.0
    );
    insert.execute(tx.connection()).await?;
    Ok(ledger::advance(tx, entry, EntryState::Confirmed, Some(held.signature)).await?)
}

/// The chain's servers would not take it. It may be out all the same, so it only ends when it is proven dead; but it is
/// not sent again.
///
/// # Errors
/// [`OutboxError::Unknown`], [`OutboxError::Store`].
pub async fn mark_refused(tx: &mut Tx, row: OutboxId, reason: &str) -> Result<(), OutboxError> {
    let update = sqlx::query!("UPDATE outbox SET refused = ?2 WHERE id = ?1", row.0, reason);
    known(row, &update.execute(tx.connection()).await?)
}

/// Notes why nobody can say what became of it. The next state that it comes to takes the note away.
///
/// # Errors
/// [`OutboxError::Unknown`], [`OutboxError::Store`].
pub async fn set_undecided(tx: &mut Tx, row: OutboxId, reason: &str) -> Result<(), OutboxError> {
    let update = sqlx::query!("UPDATE outbox SET undecided = ?2 WHERE id = ?1", row.0, reason);
    known(row, &update.execute(tx.connection()).await?)
}

fn known(row: OutboxId, done: &sqlx::sqlite::SqliteQueryResult) -> Result<(), OutboxError> {
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(OutboxError::Unknown(row))
    }
}

async fn mark(tx: &mut Tx, row: OutboxId, to: OutboxState, error: Option<&str>) -> Result<(), OutboxError> {
    let held = get(tx, row).await?;
    let from = held.state;
    if from == to {
        return Ok(());
    }
    let forward = match from {
        OutboxState::Prepared | OutboxState::Sent | OutboxState::Confirmed => to > from,
        OutboxState::Final | OutboxState::Expired | OutboxState::Failed => false,
    };
    if !forward {
        return Err(OutboxError::Backwards { row, from, to });
    }
    let state = to.word();
    let update = sqlx::query!(
        "UPDATE outbox SET state = ?2, error = ?3, undecided = NULL WHERE id = ?1",
        row.0,
        state,
        error
    );
    update.execute(tx.connection()).await?;
    for entry in held.entries {
        let signature = Some(held.signature);
        match to {
            OutboxState::Prepared => ledger::advance(tx, entry, EntryState::Pending, signature).await?,
            OutboxState::Sent => ledger::advance(tx, entry, EntryState::Submitted, signature).await?,
            OutboxState::Confirmed => ledger::advance(tx, entry, EntryState::Confirmed, signature).await?,
            OutboxState::Final => ledger::advance(tx, entry, EntryState::Final, signature).await?,
            OutboxState::Expired | OutboxState::Failed => {
                ledger::void(tx, entry, error.unwrap_or_default()).await?;
            }
        }
    }
    Ok(())
}
