//! From a decision to a transaction that has happened, or never will.

use hearth_chain::{ChainError, transactions::PreparedTransaction};
use hearth_store::{
    Tx,
    ledger::{self, IdempotencyKey, NewEntry},
    outbox::{self, NewOutbox, OutboxId, OutboxKind, OutboxRow, OutboxState},
};
use hearth_types::{
    id::{LeaseId, TxSignature},
    ipc::{Code, IpcError, Topic},
};

use super::drive::expired;
use crate::{engine::Engine, state::now};

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

/// The row of a transaction that is not written down yet.
pub(super) fn new_row(
    kind: OutboxKind,
    key: IdempotencyKey,
    lease: Option<LeaseId>,
    transaction: PreparedTransaction,
    entries: Vec<ledger::EntryId>,
) -> NewOutbox {
    NewOutbox {
        kind,
        idempotency_key: key,
        lease,
        signature: transaction.signature,
        last_valid_block_height: transaction.last_valid_block_height,
        after_slot: transaction.after_slot,
        signed_transaction: transaction.bytes,
        entries,
        created_at: now(),
    }
}

impl Engine {
    /// Asks the chain what a transaction would do, before anything is written down or could be taken: it is tried
    /// out without its signatures.
    ///
    /// # Errors
    /// Why it would fail: nothing was paid.
    pub(crate) async fn try_out(&self, transaction: &PreparedTransaction) -> Result<(), IpcError> {
        let trial = self.net().await?.chain.try_out(transaction).await?;
        match trial.error {
            None => Ok(()),
            Some(error) => Err(ChainError::Refused(error).into()),
        }
    }

    /// Writes the decision down in `tx`, commits, sends, and waits until it has happened.
    ///
    /// # Errors
    /// [`Code::TransactionExpired`] and what the chain refuses for: nothing was paid.
    /// [`Code::ChainUnreachable`], [`Code::TransactionUndecided`]: still open; it is completed or reversed in the
    /// background.
    pub(crate) async fn submit(&self, mut tx: Tx, plan: Plan) -> Result<TxSignature, IpcError> {
        let mut entries = Vec::with_capacity(plan.entries.len());
        for new in &plan.entries {
            entries.push(self.record(&mut tx, new.clone()).await?);
        }
        let key = IdempotencyKey(plan.key);
        let new = new_row(plan.kind, key, plan.lease, plan.transaction, entries);
        let id = outbox::prepare(&mut tx, new).await?;
        tx.commit().await?;
        self.changed(Topic::History);
        fail::fail_point!("engine::before_send");
        self.inner.outbox_lock.lock().await.remember(id, plan.entries);
        let happened = self.wait_for(id).await;
        // The worker follows it to finality, or completes what stayed open.
        self.inner.outbox_changed.notify_one();
        happened
    }

    /// Drives a transaction, and the one that takes its place should it expire, until the history says how it went.
    async fn wait_for(&self, id: OutboxId) -> Result<TxSignature, IpcError> {
        let pause = self.net().await?.chain.pause();
        let key = self.outbox_row(id).await?.idempotency_key;
        loop {
            let mut read = self.inner.store.read().await?;
            let row = outbox::find(&mut read, &key).await?;
            drop(read);
            let row = row.ok_or_else(|| crate::engine::internal("a transaction is gone"))?;
            if let Some(outcome) = known(&row) {
                return outcome;
            }
            self.step(row.id).await?;
            tokio::time::sleep(pause).await;
        }
    }

    pub(super) async fn outbox_row(&self, id: OutboxId) -> Result<OutboxRow, IpcError> {
        let mut read = self.inner.store.read().await?;
        Ok(outbox::get(&mut read, id).await?)
    }
}

/// How it went, when the history knows.
fn known(row: &OutboxRow) -> Option<Result<TxSignature, IpcError>> {
    let cause = || row.error.clone().unwrap_or_default();
    match row.state {
        OutboxState::Prepared | OutboxState::Sent => {
            let refused = row.refused.as_ref().map(|reason| {
                IpcError::new(Code::TransactionRefused, reason.clone())
                    .mend("The entry is reversed once it is certain that the transaction can never run.")
            });
            let undecided = row.undecided.as_ref().map(|reason| {
                IpcError::new(Code::TransactionUndecided, reason.clone())
                    .mend("It stays open until the chain can say more; nothing is paid twice.")
            });
            refused.or(undecided).map(Err)
        }
        OutboxState::Confirmed | OutboxState::Final => Some(Ok(row.signature)),
        OutboxState::Expired => Some(Err(expired())),
        OutboxState::Failed => Some(Err(super::drive::undone(&cause()))),
    }
}
