//! From a decision to the chain's last word.

use std::time::Duration;

use hearth_chain::{
    ChainError,
    client::{Outcome, Sending, TxStatus},
    transactions::PreparedTransaction,
};
use hearth_store::{
    Tx,
    ledger::{self, IdempotencyKey, Movement, NewEntry},
    outbox::{self, NewOutbox, OutboxId, OutboxKind, OutboxRow, OutboxState},
};
use hearth_types::{
    id::{LeaseId, TxSignature},
    ipc::{Code, IpcError, Topic},
    money::{Currency, Lamports},
};

use super::entry;
use crate::{engine::Engine, state::now};

/// How often unfinished transactions are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// A decision with its signed bytes.
pub(crate) struct Plan {
    pub(crate) kind: OutboxKind,
    /// Names the intention; used once.
    pub(crate) key: String,
    pub(crate) lease: Option<LeaseId>,
    pub(crate) transaction: PreparedTransaction,
    /// What it changes in the history, the network's fee included.
    pub(crate) entries: Vec<NewEntry>,
}

impl Engine {
    /// Writes the decision down in `tx`, commits, sends, and waits until it has happened.
    ///
    /// # Errors
    /// [`Code::TransactionRefused`] and [`Code::TransactionExpired`]: nothing was paid.
    /// [`Code::ChainUnreachable`]: still open; it is completed or reversed in the background.
    pub(crate) async fn submit(&self, mut tx: Tx, plan: Plan) -> Result<TxSignature, IpcError> {
        let signature = plan.transaction.signature;
        let mut entries = Vec::with_capacity(plan.entries.len());
        for new in plan.entries {
            entries.push(self.record(&mut tx, new).await?);
        }
        let new = NewOutbox {
            kind: plan.kind,
            idempotency_key: IdempotencyKey(plan.key),
            lease: plan.lease,
            signed_transaction: plan.transaction.bytes,
            signature,
            last_valid_block_height: plan.transaction.last_valid_block_height,
            entries,
            created_at: now(),
        };
        let id = outbox::prepare(&mut tx, new).await?;
        tx.commit().await?;
        self.changed(Topic::History);
        fail::fail_point!("engine::before_send");
        let driven = self.finish(id).await;
        // The worker follows it to finality, or completes what stayed open.
        self.inner.outbox_changed.notify_one();
        driven.map(|()| signature)
    }

    /// Takes one transaction to its end. Safe to repeat.
    async fn drive(&self, row: &OutboxRow, sending: Sending) -> Result<(), IpcError> {
        let network = self.net().await?;
        let transaction = PreparedTransaction {
            bytes: row.signed_transaction.clone(),
            signature: row.signature,
            last_valid_block_height: row.last_valid_block_height,
            fee: Lamports::ZERO,
        };
        if row.state == OutboxState::Prepared {
            // From here on the bytes may be out.
            let mut tx = self.inner.store.begin().await?;
            outbox::mark_sent(&mut tx, row.id).await?;
            tx.commit().await?;
        }
        match network.chain.confirm(&transaction, sending).await {
            Ok(Outcome::Confirmed) => {
                fail::fail_point!("engine::before_confirm");
                self.happened(row).await
            }
            Ok(Outcome::Failed(error)) => {
                let cause = error.to_string();
                let record = network.chain.transaction_events(row.signature).await?;
                let fee = record.map_or(Lamports::ZERO, |record| record.fee);
                self.did_not_happen(row, OutboxState::Failed, &cause, fee).await?;
                Err(IpcError::new(
                    Code::TransactionRefused,
                    "The chain undid the transaction. Only its fee was paid.",
                )
                .detail(cause))
            }
            Ok(Outcome::Expired) => {
                self.did_not_happen(row, OutboxState::Expired, "expired", Lamports::ZERO)
                    .await?;
                Err(IpcError::new(
                    Code::TransactionExpired,
                    "The transaction expired. Nothing was paid.",
                )
                .mend("Try again."))
            }
            Err(error) => {
                if sending == Sending::First && matches!(error, ChainError::Refused(_)) {
                    let cause = error.to_string();
                    self.did_not_happen(row, OutboxState::Failed, &cause, Lamports::ZERO)
                        .await?;
                }
                Err(error.into())
            }
        }
    }

    /// It is on chain: the history says so, with what it really cost, and what follows begins.
    async fn happened(&self, row: &OutboxRow) -> Result<(), IpcError> {
        let network = self.net().await?;
        let record = network.chain.transaction_events(row.signature).await?;
        let mut tx = self.inner.store.begin().await?;
        outbox::mark_confirmed(&mut tx, row.id).await?;
        // Closing gives rent back, which settling records; what moves between own wallets is no fee.
        let fee_only = !matches!(row.kind, OutboxKind::LeaseClose | OutboxKind::Move);
        if let Some(record) = record.filter(|_| fee_only) {
            self.correct_fee(&mut tx, row, record.payer_change).await?;
        }
        self.follow_up(&mut tx, row).await?;
        tx.commit().await?;
        self.after_follow_up(row);
        self.money_moved();
        Ok(())
    }

    /// What the payer's SOL changed by may differ from what was expected, such as an account that somebody else
    /// made meanwhile. The history follows the chain.
    async fn correct_fee(&self, tx: &mut Tx, row: &OutboxRow, change: i64) -> Result<(), IpcError> {
        let mut expected = 0_i64;
        for id in &row.entries {
            let shown = ledger::entry_history(tx, *id).await?;
            let sol = shown
                .iter()
                .filter(|entry| entry.currency == Currency::Sol)
                .map(|entry| entry.amount);
            expected = sol.fold(expected, i64::saturating_add);
        }
        let key = format!("fee-correction:{}", row.signature);
        let movement = match change.checked_sub(expected) {
            Some(more) if more > 0 => Movement::RentReturned(Lamports(more.unsigned_abs())),
            Some(less) if less < 0 => Movement::NetworkFee(Lamports(less.unsigned_abs())),
            Some(_) | None => return Ok(()),
        };
        self.record_fact(tx, entry(key, movement)?, Some(row.signature))
            .await
    }

    /// Records what the chain already shows: no sending, confirmed at once.
    pub(crate) async fn record_fact(
        &self,
        tx: &mut Tx,
        new: NewEntry,
        signature: Option<TxSignature>,
    ) -> Result<(), IpcError> {
        let id = self.record(tx, new).await?;
        ledger::advance(tx, id, hearth_types::history::EntryState::Confirmed, signature).await?;
        Ok(())
    }

    /// Reverses what was written down; `fee` is what the chain took all the same.
    async fn did_not_happen(
        &self,
        row: &OutboxRow,
        state: OutboxState,
        cause: &str,
        fee: Lamports,
    ) -> Result<(), IpcError> {
        let mut tx = self.inner.store.begin().await?;
        match state {
            OutboxState::Expired => outbox::mark_expired(&mut tx, row.id).await?,
            OutboxState::Failed
            | OutboxState::Prepared
            | OutboxState::Sent
            | OutboxState::Confirmed
            | OutboxState::Final => outbox::mark_failed(&mut tx, row.id, cause).await?,
        }
        if let (OutboxKind::LeaseOpen, Some(lease)) = (row.kind, row.lease) {
            crate::renter::abandoned(&mut tx, lease).await?;
        }
        if fee > Lamports::ZERO {
            let new = entry(format!("failed-fee:{}", row.signature), Movement::NetworkFee(fee))?;
            self.record_fact(&mut tx, new, Some(row.signature)).await?;
        }
        tx.commit().await?;
        self.money_moved();
        Ok(())
    }

    async fn follow_up(&self, tx: &mut Tx, row: &OutboxRow) -> Result<(), IpcError> {
        if let (OutboxKind::LeaseOpen, Some(lease)) = (row.kind, row.lease) {
            crate::renter::opened(tx, lease, row.signature).await?;
        }
        Ok(())
    }

    fn after_follow_up(&self, row: &OutboxRow) {
        if let (OutboxKind::LeaseOpen, Some(lease)) = (row.kind, row.lease) {
            self.start_session(lease);
        }
    }

    /// Balances and lists changed.
    pub(crate) fn money_moved(&self) {
        self.changed(Topic::History);
        self.changed(Topic::Leases);
        self.inner.look_again.notify_one();
    }

    /// Background worker: completes what a crash or a silent chain left open, and marks what has become final.
    pub(crate) async fn finish_transactions(self) {
        loop {
            let unfinished = match self.unfinished().await {
                Ok(rows) => rows,
                Err(error) => {
                    tracing::warn!("the outbox cannot be read: {}", error.message);
                    Vec::new()
                }
            };
            for row in &unfinished {
                if let Err(error) = self.finish(row.id).await {
                    tracing::debug!(code = ?error.code, "unfinished transaction: {}", error.message);
                }
            }
            let gifts_are_clear = !unfinished.is_empty() || self.resolve_lost_gifts().await.is_ok();
            if unfinished.is_empty() && gifts_are_clear {
                self.inner.outbox_changed.notified().await;
            } else {
                tokio::select! {
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = self.inner.outbox_changed.notified() => {}
                }
            }
        }
    }

    async fn unfinished(&self) -> Result<Vec<OutboxRow>, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(outbox::unfinished(&mut read).await?)
    }

    /// Takes one transaction a step further, alone: whoever comes second sees what the first has done.
    async fn finish(&self, id: OutboxId) -> Result<(), IpcError> {
        let _driving = self.inner.outbox_lock.lock().await;
        let mut read = self.inner.store.read().await?;
        let row = outbox::get(&mut read, id).await?;
        drop(read);
        match row.state {
            // Marked as sent before anything is sent: these bytes have certainly not gone out.
            OutboxState::Prepared => self.drive(&row, Sending::First).await,
            OutboxState::Sent => self.drive(&row, Sending::Again).await,
            OutboxState::Confirmed => self.mark_when_final(&row).await,
            OutboxState::Final | OutboxState::Expired | OutboxState::Failed => Ok(()),
        }
    }

    async fn mark_when_final(&self, row: &OutboxRow) -> Result<(), IpcError> {
        let status = self.net().await?.chain.signature_status(row.signature).await?;
        if matches!(status, TxStatus::Finalized { error: None }) {
            let mut tx = self.inner.store.begin().await?;
            outbox::mark_final(&mut tx, row.id).await?;
            tx.commit().await?;
            self.changed(Topic::History);
        }
        Ok(())
    }
}
