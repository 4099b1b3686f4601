//! Background work: completes what a crash or a silent chain left open, and marks what has become final.

use std::time::Duration;

use hearth_chain::client::{MAX_STATUSES, TxStatus};
use hearth_store::{
    ledger::{self, EntryId},
    outbox::{self, OutboxRow, OutboxState},
};
use hearth_types::{
    history::EntryState,
    ipc::{IpcError, Topic},
};

use crate::engine::Engine;

/// How often transactions that may land any moment are looked at.
const LOOK_OFTEN: Duration = Duration::from_millis(300);
/// How often those that only wait to become final are.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// At the latest: a server that has lost its history keeps facts waiting for ever.
const LOOK_SELDOM: Duration = Duration::from_secs(60);
/// Turns between two looks at one that nobody can decide about.
const TURNS_UNDECIDED: u32 = 20;

impl Engine {
    /// Works until the end.
    pub(crate) async fn finish_transactions(self) {
        let mut turn = 0_u32;
        let mut seen = EntryId(0);
        let mut pause = LOOK_EVERY;
        loop {
            let unfinished = match self.unfinished().await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!("the outbox cannot be read: {}", error.message);
                    Vec::new()
                }
            };
            for row in &unfinished {
                if row.undecided.is_some() && !turn.is_multiple_of(TURNS_UNDECIDED) {
                    continue;
                }
                if let Err(error) = self.step(row.id).await {
                    tracing::debug!(code = ?error.code, "unfinished transaction: {}", error.message);
                }
            }
            let facts_wait = self.finish_facts(&mut seen).await.unwrap_or_else(|error| {
                tracing::debug!(code = ?error.code, "facts that wait to be final: {}", error.message);
                true
            });
            let gifts_are_clear = !unfinished.is_empty() || self.resolve_lost_gifts().await.is_ok();
            turn = turn.wrapping_add(1);
            if unfinished.is_empty() && !facts_wait && gifts_are_clear {
                self.inner.outbox_changed.notified().await;
                continue;
            }
            pause = if unfinished.iter().any(is_lively) {
                LOOK_OFTEN
            } else if unfinished.is_empty() {
                LOOK_SELDOM.min(pause.saturating_mul(2)).max(LOOK_EVERY)
            } else {
                LOOK_EVERY
            };
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.inner.outbox_changed.notified() => pause = LOOK_EVERY,
            }
        }
    }

    async fn unfinished(&self) -> Result<Vec<OutboxRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(outbox::unfinished(&mut read).await?)
    }

    /// Makes facts final whose transactions are, so many at a time, those after `seen` first; `true` while some may
    /// still wait.
    async fn finish_facts(&self, seen: &mut EntryId) -> Result<bool, IpcError> {
        let most = u32::try_from(MAX_STATUSES).unwrap_or(u32::MAX);
        let mut read = self.inner.store.read().await?;
        let facts = outbox::open_facts(&mut read, *seen, most).await?;
        drop(read);
        let from_the_start = *seen == EntryId(0);
        // Those that a server has lost must not keep newer ones waiting.
        *seen = facts
            .last()
            .filter(|_| facts.len() == MAX_STATUSES)
            .map_or(EntryId(0), |(entry, _)| *entry);
        if facts.is_empty() {
            return Ok(!from_the_start);
        }
        let signatures: Vec<_> = facts.iter().map(|(_, signature)| *signature).collect();
        let statuses = self.net().await?.chain.statuses(&signatures).await?;
        let ended: Vec<_> = facts
            .iter()
            .zip(&statuses)
            .filter(|(_, status)| matches!(status, TxStatus::Finalized { .. }))
            .map(|(fact, _)| *fact)
            .collect();
        if !ended.is_empty() {
            let mut tx = self.inner.store.begin().await?;
            for (entry, signature) in &ended {
                ledger::advance(&mut tx, *entry, EntryState::Final, Some(*signature)).await?;
            }
            tx.commit().await?;
            self.changed(Topic::History);
        }
        Ok(ended.len() < facts.len() || *seen != EntryId(0) || !from_the_start)
    }
}

/// Whether it may land any moment.
fn is_lively(row: &OutboxRow) -> bool {
    let sent = matches!(row.state, OutboxState::Prepared | OutboxState::Sent);
    sent && row.refused.is_none() && row.undecided.is_none()
}
