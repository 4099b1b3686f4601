//! One transaction under way, a step further: what is known of it goes into the history, and what follows begins.

use std::collections::HashMap;

use hearth_chain::{
    ChainError,
    outgoing::{Begin, Outgoing, Reason, Verdict},
    transactions::PreparedTransaction,
};
use hearth_store::{
    Tx,
    ledger::{self, Movement, NewEntry},
    outbox::{self, OutboxId, OutboxKind, OutboxRow, OutboxState},
};
use hearth_types::{
    history::EntryState,
    id::TxSignature,
    ipc::{Code, IpcError, Topic},
    money::{Currency, Lamports},
};

use super::entry;
use crate::engine::Engine;

/// What this process knows of transactions under way beyond what is on disk. One is driven at a time, so that nobody
/// acts on an old view of another's.
#[derive(Default)]
pub(crate) struct UnderWay {
    watched: HashMap<OutboxId, Outgoing>,
    /// What decisions of this process change in the history, for trying again.
    decided: HashMap<OutboxId, Vec<NewEntry>>,
}

impl UnderWay {
    pub(super) fn remember(&mut self, id: OutboxId, entries: Vec<NewEntry>) {
        self.decided.insert(id, entries);
    }

    pub(super) fn decided(&self, id: OutboxId) -> Option<&Vec<NewEntry>> {
        self.decided.get(&id)
    }

    fn forget(&mut self, id: OutboxId) {
        self.watched.remove(&id);
        self.decided.remove(&id);
    }
}

pub(super) fn expired() -> IpcError {
    IpcError::new(
        Code::TransactionExpired,
        "The transaction expired. Nothing was paid.",
    )
    .mend("Try again.")
}

pub(super) fn undone(cause: &str) -> IpcError {
    IpcError::new(
        Code::TransactionRefused,
        "The chain undid the transaction. Only its fee was paid.",
    )
    .detail(cause)
}

/// The transaction of a row, as the chain client knows it.
pub(super) fn prepared(row: &OutboxRow) -> PreparedTransaction {
    PreparedTransaction {
        bytes: row.signed_transaction.clone(),
        signature: row.signature,
        last_valid_block_height: row.last_valid_block_height,
        after_slot: row.after_slot,
        // Known when it was built; nobody asks afterwards.
        fee: Lamports::ZERO,
    }
}

impl Engine {
    /// Takes one transaction a step further. Safe to repeat, by anybody at any time.
    ///
    /// # Errors
    /// What its owner should be told, once; or what failed on the way, and then the step was not taken.
    pub(super) async fn step(&self, id: OutboxId) -> Result<(), IpcError> {
        let mut under_way = self.inner.outbox_lock.lock().await;
        let row = self.outbox_row(id).await?;
        let begin = match row.state {
            OutboxState::Prepared => Begin::Fresh,
            OutboxState::Sent if row.refused.is_some() => Begin::Refused,
            OutboxState::Sent => Begin::Maybe,
            OutboxState::Confirmed => Begin::Confirmed,
            OutboxState::Final | OutboxState::Expired | OutboxState::Failed => {
                under_way.forget(id);
                return Ok(());
            }
        };
        let network = self.net().await?;
        let mut outgoing = match under_way.watched.remove(&id) {
            Some(outgoing) => outgoing,
            None => network.chain.outgoing(&prepared(&row), begin)?,
        };
        if row.state == OutboxState::Prepared {
            // From here on the bytes may be out.
            let mut tx = self.inner.store.begin().await?;
            outbox::mark_sent(&mut tx, id).await?;
            tx.commit().await?;
        }
        let followed = network.chain.follow(&mut outgoing, &row.signed_transaction).await;
        let verdict = match followed {
            Ok(verdict) => verdict,
            Err(error) => {
                under_way.watched.insert(id, outgoing);
                return Err(error.into());
            }
        };
        let ended = matches!(verdict, Verdict::Final | Verdict::Failed(_) | Verdict::Expired);
        // Should writing down fail here, what was seen is forgotten, and seen again.
        let told = self.write_down(&row, verdict, &under_way).await?;
        if ended {
            under_way.forget(id);
        } else {
            under_way.watched.insert(id, outgoing);
        }
        told.map_or(Ok(()), Err)
    }

    /// Writes a verdict down; gives what its owner should be told.
    async fn write_down(
        &self,
        row: &OutboxRow,
        verdict: Verdict,
        under_way: &UnderWay,
    ) -> Result<Option<IpcError>, IpcError> {
        match verdict {
            Verdict::Open => Ok(None),
            Verdict::Refused(error) => {
                let mut tx = self.inner.store.begin().await?;
                outbox::mark_refused(&mut tx, row.id, &error.to_string()).await?;
                tx.commit().await?;
                self.changed(Topic::History);
                Ok(Some(ChainError::Refused(error).into()))
            }
            Verdict::Confirmed => {
                fail::fail_point!("engine::before_confirm");
                self.happened(row).await.map(|()| None)
            }
            Verdict::Dropped => {
                let mut tx = self.inner.store.begin().await?;
                outbox::mark_dropped(&mut tx, row.id).await?;
                tx.commit().await?;
                tracing::warn!(kind = ?row.kind, "a fork dropped a confirmed transaction; it is sent again");
                self.money_moved();
                Ok(None)
            }
            Verdict::Final => self.is_final(row).await.map(|()| None),
            Verdict::Failed(error) => {
                let cause = error.to_string();
                let record = self.net().await?.chain.transaction_events(row.signature).await?;
                let Some(record) = record else {
                    return Err(ChainError::BadAnswer("a transaction that failed is not shown").into());
                };
                self.did_not_happen(row, OutboxState::Failed, &cause, record.fee)
                    .await?;
                Ok(Some(undone(&cause)))
            }
            Verdict::Expired => self.is_dead(row, under_way).await,
            Verdict::Undecided(reason) => self.is_undecided(row, reason).await,
        }
    }

    /// It is in a confirmed block: the history says so, with what it really cost, and what follows begins.
    async fn happened(&self, row: &OutboxRow) -> Result<(), IpcError> {
        let cost = self.cost(row).await?;
        let mut tx = self.inner.store.begin().await?;
        self.confirm(&mut tx, row, cost).await?;
        tx.commit().await?;
        self.after_follow_up(row);
        self.money_moved();
        Ok(())
    }

    async fn confirm(&self, tx: &mut Tx, row: &OutboxRow, cost: Option<i64>) -> Result<(), IpcError> {
        outbox::mark_confirmed(tx, row.id).await?;
        self.correct_fee(tx, row, cost).await?;
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

    /// It is on chain for good.
    async fn is_final(&self, row: &OutboxRow) -> Result<(), IpcError> {
        // In the fork that won it may have cost something else, or it is shown only now.
        let cost = self.cost(row).await?;
        let mut tx = self.inner.store.begin().await?;
        let newly = row.state != OutboxState::Confirmed;
        if newly {
            self.confirm(&mut tx, row, cost).await?;
        } else {
            self.correct_fee(&mut tx, row, cost).await?;
        }
        outbox::mark_final(&mut tx, row.id).await?;
        tx.commit().await?;
        if newly {
            self.after_follow_up(row);
        }
        self.money_moved();
        Ok(())
    }

    /// What the payer's SOL changed by, lamports; `None` where that is not all fees and rent, or not shown.
    async fn cost(&self, row: &OutboxRow) -> Result<Option<i64>, IpcError> {
        // Closing gives rent back, which settling records; what moves between own wallets is no fee.
        if matches!(row.kind, OutboxKind::LeaseClose | OutboxKind::Move) {
            return Ok(None);
        }
        let record = self.net().await?.chain.transaction_events(row.signature).await?;
        Ok(record.map(|record| record.payer_change))
    }

    /// What a transaction cost may differ from what was expected, such as an account that somebody else made
    /// meanwhile. The history follows the chain, with an entry that shares the transaction's fate.
    async fn correct_fee(&self, tx: &mut Tx, row: &OutboxRow, cost: Option<i64>) -> Result<(), IpcError> {
        let Some(cost) = cost else { return Ok(()) };
        let mut expected = 0_i64;
        for id in &row.entries {
            let shown = ledger::entry_history(tx, *id).await?;
            let sol = shown
                .iter()
                .filter(|entry| entry.currency == Currency::Sol)
                .map(|entry| entry.amount);
            expected = sol.fold(expected, i64::saturating_add);
        }
        let key = format!("fee-correction:{}:{}", row.signature, row.entries.len());
        let movement = match cost.checked_sub(expected) {
            Some(more) if more > 0 => Movement::RentReturned(Lamports(more.unsigned_abs())),
            Some(less) if less < 0 => Movement::NetworkFee(Lamports(less.unsigned_abs())),
            Some(_) | None => return Ok(()),
        };
        let correction = self.record(tx, entry(key, movement)?).await?;
        Ok(outbox::attach(tx, row.id, correction).await?)
    }

    /// Records what the chain already shows: no sending. What is confirmed becomes final with its transaction.
    pub(crate) async fn record_fact(
        &self,
        tx: &mut Tx,
        new: NewEntry,
        signature: Option<TxSignature>,
        state: EntryState,
    ) -> Result<(), IpcError> {
        let id = self.record(tx, new).await?;
        ledger::advance(tx, id, state, signature).await?;
        Ok(())
    }

    /// It never ran and never will: it is tried once more where that is wanted, or reversed.
    async fn is_dead(&self, row: &OutboxRow, under_way: &UnderWay) -> Result<Option<IpcError>, IpcError> {
        if let Some(reason) = &row.refused {
            self.did_not_happen(row, OutboxState::Failed, reason, Lamports::ZERO)
                .await?;
            return Ok(None);
        }
        if self.try_again(row, under_way).await? {
            return Ok(None);
        }
        self.did_not_happen(row, OutboxState::Expired, "expired", Lamports::ZERO)
            .await?;
        Ok(Some(expired()))
    }

    async fn is_undecided(&self, row: &OutboxRow, reason: Reason) -> Result<Option<IpcError>, IpcError> {
        let text = reason.text();
        if row.undecided.as_deref() == Some(text) {
            return Ok(None);
        }
        let mut tx = self.inner.store.begin().await?;
        outbox::set_undecided(&mut tx, row.id, text).await?;
        tx.commit().await?;
        let problem = IpcError::new(Code::TransactionUndecided, text).mend(reason.mend());
        if row.state != OutboxState::Confirmed {
            self.report(problem.clone());
        }
        self.changed(Topic::History);
        Ok(Some(problem))
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
            self.record_fact(&mut tx, new, Some(row.signature), EntryState::Final)
                .await?;
        }
        tx.commit().await?;
        if let (OutboxKind::LeaseOpen, Some(lease), OutboxState::Confirmed) = (row.kind, row.lease, row.state)
        {
            self.end_session(lease);
        }
        self.money_moved();
        Ok(())
    }

    /// Balances and lists changed.
    pub(crate) fn money_moved(&self) {
        self.changed(Topic::History);
        self.changed(Topic::Leases);
        self.inner.look_again.notify_one();
    }
}
