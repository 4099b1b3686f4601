//! Moving a transaction forward, and its entries with it.

use hearth_types::history::EntryState;

use super::{OutboxError, OutboxId, OutboxState, get};
use crate::{Tx, codec::Word, ledger, session::sealed::Connected};

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

/// It failed on chain, or was refused for good. Its entries become void.
///
/// # Errors
/// See [`mark_sent`].
pub async fn mark_failed(tx: &mut Tx, row: OutboxId, error: &str) -> Result<(), OutboxError> {
    mark(tx, row, OutboxState::Failed, Some(error)).await
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
        "UPDATE outbox SET state = ?2, error = ?3 WHERE id = ?1",
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
