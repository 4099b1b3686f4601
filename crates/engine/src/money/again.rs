//! A second transaction for a decision whose first one is proven dead.
//!
//! | what | tried again |
//! |---|---|
//! | stake, unstake, withdraw, open a lease | once, by the process that took the decision, with the same instructions |
//! | close a lease | not here: settling looks at the lease and decides anew |
//! | co-stake, claim | never: their terms depend on others, so their owner decides anew |
//! | send, move | never: nothing on chain would refuse to pay somebody a second time, so its owner reviews it again |
//!
//! Not when the wallet is locked, when something newer was decided, when the decision is old, when its owner was told
//! that nothing is paid again for it, or when the chain would refuse it by now (a quote that ran out, a stake that was withdrawn otherwise): then it is reversed and its owner is
//! told, who can decide again. The whole exchange is one transaction of the database, which refuses a second row while
//! the first is anything but dead.

use hearth_chain::{signer::TxSigner as _, transactions::renewed};
use hearth_store::{
    ledger::IdempotencyKey,
    outbox::{self, OutboxKind, OutboxRow, OutboxState},
};
use hearth_types::ipc::{IpcError, Topic};

use super::{
    drive::{UnderWay, prepared},
    submit::new_row,
};
use crate::{engine::Engine, state::now};

/// The oldest decision that is still taken for what its owner wants, milliseconds.
const LASTS: u64 = 10 * 60 * 1000;

impl Engine {
    /// Puts a second transaction in the place of a dead one. `false`: it is not to be tried again.
    pub(super) async fn try_again(&self, row: &OutboxRow, under_way: &UnderWay) -> Result<bool, IpcError> {
        let decided_here = under_way.decided(row.id);
        let repeats = match row.kind {
            OutboxKind::Stake | OutboxKind::RequestUnstake | OutboxKind::Withdraw | OutboxKind::LeaseOpen => {
                row.undecided.is_none()
            }
            OutboxKind::LeaseClose
            | OutboxKind::CoStakeOffer
            | OutboxKind::CoStakeAccept
            | OutboxKind::CoStakeLeave
            | OutboxKind::CoStakeWithdraw
            | OutboxKind::Claim
            | OutboxKind::Send
            | OutboxKind::Move => false,
        };
        let fresh = now().0.saturating_sub(row.created_at.0) <= LASTS;
        let Some(entries) = decided_here.filter(|_| fresh && repeats && row.attempt == 1) else {
            return Ok(false);
        };
        let mut read = self.inner.store.read().await?;
        let newer = outbox::has_newer(&mut read, row.id).await?;
        drop(read);
        // One that was confirmed and fell out of a fork has had its consequences; its owner decides about those.
        if newer || row.state != OutboxState::Sent {
            return Ok(false);
        }
        let Ok(wallet) = self.open_wallet() else {
            return Ok(false);
        };
        let former = prepared(row);
        if former.payer().map(|payer| payer.0) != Some(wallet.address().0) {
            return Ok(false);
        }
        let chain = &self.net().await?.chain;
        let recent = chain.latest_blockhash().await?;
        let transaction = renewed(&former, &recent, &*wallet)?;
        if let Some(error) = chain.try_out(&transaction).await?.error {
            tracing::info!(kind = ?row.kind, "an expired transaction is not tried again: {error}");
            return Ok(false);
        }
        let mut tx = self.inner.store.begin().await?;
        outbox::mark_expired(&mut tx, row.id).await?;
        let mut ids = Vec::with_capacity(entries.len());
        for new in entries {
            // The first attempt's entries are void for good.
            let mut new = new.clone();
            new.idempotency_key = IdempotencyKey(format!("{}:again", new.idempotency_key));
            ids.push(self.record(&mut tx, new).await?);
        }
        let key = row.idempotency_key.clone();
        let second = new_row(row.kind, key, row.lease, transaction, ids);
        outbox::prepare_again(&mut tx, second).await?;
        tx.commit().await?;
        tracing::info!(kind = ?row.kind, "a transaction expired and is tried once more");
        self.changed(Topic::History);
        Ok(true)
    }
}
