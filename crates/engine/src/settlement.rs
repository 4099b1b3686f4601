//! The end of a lease, on both sides: the final amount is paid on chain and the history says so.
//!
//! Whoever has the node's consent to close deposits it with the coordinator, again and again until the chain shows
//! the lease closed; the coordinator pays the transaction. What the history records is what the chain shows, under
//! one key per lease and side, so that it is recorded once.

use std::time::Duration;

use hearth_chain::transactions::Closing;
use hearth_program_interface::account::{Lease, LeaseStatus};
use hearth_protocol::{
    coordinator::{Settlement, SettlementReply},
    statement::SignedClose,
};
use hearth_store::{
    leases::{self, Closing as Closed, LeaseRow},
    ledger::Movement,
    outbox::OutboxKind,
};
use hearth_types::{
    history::EntryState,
    id::{LeaseId, Signature},
    ipc::{Code, IpcError, Topic},
    lease::{LeaseStage, Side},
    money::{Io, Lamports},
    time::UnixMillis,
};

use crate::{
    engine::Engine,
    money::{Plan, entry},
};

/// How often leases under settlement are looked at, at first.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// At the latest: a node that vanished keeps its renter waiting for days.
const LOOK_SELDOM: Duration = Duration::from_secs(60);

impl Engine {
    /// Background worker: takes every ended lease to its closed state.
    pub(crate) async fn settle_leases(self) {
        let mut pause = LOOK_EVERY;
        loop {
            let waiting: Vec<LeaseRow> = match self.unfinished_leases().await {
                Ok(rows) => rows
                    .into_iter()
                    .filter(|row| row.stage == LeaseStage::Settling)
                    .collect(),
                Err(error) => {
                    tracing::warn!("leases cannot be read: {}", error.message);
                    Vec::new()
                }
            };
            for row in &waiting {
                if let Err(error) = self.settle(row).await {
                    let lease = row.quote.lease.short();
                    tracing::debug!(%lease, code = ?error.code, "settling: {}", error.message);
                }
            }
            let changed = self.inner.settlement_changed.notified();
            if waiting.is_empty() {
                changed.await;
                pause = LOOK_EVERY;
                continue;
            }
            tokio::select! {
                () = changed => pause = LOOK_EVERY,
                () = tokio::time::sleep(pause) => {
                    // Half a minute of eager looks, then ever slower.
                    pause = LOOK_SELDOM.min(pause.mul_f32(1.03));
                }
            }
        }
    }

    async fn settle(&self, row: &LeaseRow) -> Result<(), IpcError> {
        let network = self.net().await?;
        let Some(on_chain) = network.chain.lease(row.quote.lease).await? else {
            // The node looks at an escrow that the chain has not shown everywhere yet.
            return Ok(());
        };
        if on_chain.status == LeaseStatus::Closed {
            return self.record_close(row, &on_chain).await;
        }
        let deposited = self.deposit(row).await;
        // The coordinator is a convenience, not a gate: with time running out this side closes by itself.
        let window = on_chain
            .expires_at
            .saturating_sub(on_chain.opened_at.saturating_add(on_chain.max_seconds));
        let half_gone = on_chain.expires_at.saturating_sub(window / 2);
        let now = network.chain.time().await?;
        if now.seconds() >= half_gone {
            return self.close_by_itself(row, &on_chain, now).await;
        }
        deposited.map(drop)
    }

    /// Gives the coordinator what closes the lease. `false` when this side has no consent to close.
    async fn deposit(&self, row: &LeaseRow) -> Result<bool, IpcError> {
        let Some((end, signature)) = row.end.as_ref().zip(row.node_close_signature) else {
            return Ok(false);
        };
        let close = SignedClose {
            amount: end.amount.0,
            seconds: end.seconds,
            signature: Signature(signature),
        };
        let voucher = row.voucher.map(crate::renter::signed_voucher);
        let key = match row.side {
            Side::Provider => self.node_signer(),
            Side::Renter => crate::renter::session_key(row)?,
        };
        let settlement = Settlement {
            lease: row.quote.lease,
            voucher,
            close: Some(close),
        };
        let reply: SettlementReply = self
            .inner
            .coordinator
            .post(&key, "/v1/leases/settlement", &settlement)
            .await?;
        tracing::debug!(lease = %row.quote.lease.short(), ?reply, "settlement deposited");
        Ok(true)
    }

    /// Without the coordinator: closes with the node's consent, or, as the renter, takes the rest back once the
    /// settle window is over.
    async fn close_by_itself(
        &self,
        row: &LeaseRow,
        on_chain: &Lease,
        now: UnixMillis,
    ) -> Result<(), IpcError> {
        let expired = now.seconds() >= on_chain.expires_at;
        let close = row
            .end
            .as_ref()
            .zip(row.node_close_signature)
            .map(|(end, signature)| SignedClose {
                amount: end.amount.0,
                seconds: end.seconds,
                signature: Signature(signature),
            });
        if (close.is_none() && !(expired && row.side == Side::Renter)) || self.is_under_way(row).await? {
            return Ok(());
        }
        let wallet = self.open_wallet().inspect_err(|error| {
            if error.code == Code::WalletLocked {
                let text = "A lease waits to be closed, and the coordinator does not do it.";
                let problem = IpcError::new(Code::WalletLocked, text);
                self.report(problem.mend("Unlock the wallet: this app closes the lease by itself."));
            }
        })?;
        let network = self.net().await?;
        let recent = network.chain.latest_blockhash().await?;
        let transactions = network.chain.transactions();
        let voucher = row.voucher.map(crate::renter::signed_voucher);
        let devices = &row.quote.devices;
        let transaction = match &close {
            Some(close) => {
                let voucher = voucher.as_ref();
                transactions.close(
                    &recent,
                    &*wallet,
                    Closing {
                        lease: on_chain,
                        devices,
                        close,
                        voucher,
                    },
                )?
            }
            None => transactions.close_expired(&recent, &*wallet, on_chain, devices)?,
        };
        let key = format!("close:{}:{}", row.quote.lease, transaction.signature);
        let fee = entry(format!("{key}:fee"), Movement::NetworkFee(transaction.fee))?.lease(row.quote.lease);
        let plan = Plan {
            kind: OutboxKind::LeaseClose,
            key,
            lease: Some(row.quote.lease),
            transaction,
            entries: vec![fee],
        };
        self.try_out(&plan.transaction).await?;
        let tx = self.inner.store.begin().await?;
        self.submit(tx, plan).await?;
        Ok(())
    }

    /// Whether a transaction of this lease is still open.
    async fn is_under_way(&self, row: &LeaseRow) -> Result<bool, IpcError> {
        let mut read = self.inner.store.read().await?;
        let open = hearth_store::outbox::unfinished(&mut read).await?;
        Ok(open
            .iter()
            .any(|waiting| waiting.lease == Some(row.quote.lease) && waiting.kind == OutboxKind::LeaseClose))
    }

    /// The chain shows it closed: writes down what was paid, earned and refunded.
    async fn record_close(&self, row: &LeaseRow, on_chain: &Lease) -> Result<(), IpcError> {
        let lease = row.quote.lease;
        let Some(closed_by) = self.closed_by(row, on_chain).await? else {
            return Ok(());
        };
        // Without its transaction nobody could say later whether a close is final: then only a final one is recorded.
        if closed_by.signature.is_none() && !self.is_closed_for_good(lease).await? {
            return Ok(());
        }
        let (paid, refunded) = (Io(on_chain.settled), Io(on_chain.refunded));
        let mut movements = Vec::new();
        match row.side {
            Side::Provider => {
                let share = provider_share(paid, on_chain.margin_bps);
                movements.push(("income", Movement::LeaseIncome(share)));
            }
            Side::Renter => {
                movements.push(("payment", Movement::LeasePayment(paid)));
                movements.push(("refund", Movement::Refund(refunded)));
                movements.push(("rent", Movement::RentReturned(closed_by.rent)));
            }
        }
        let closed = Closed {
            paid,
            refunded,
            at: UnixMillis::from_seconds(on_chain.closed_at),
            signature: closed_by.signature,
        };
        self.write_close(row, &movements, closed).await?;
        self.forget_session(lease);
        self.changed(Topic::Devices);
        // Whoever makes facts final learns of new ones.
        self.inner.outbox_changed.notify_one();
        self.money_moved();
        Ok(())
    }

    async fn is_closed_for_good(&self, lease: LeaseId) -> Result<bool, IpcError> {
        let lease = self.net().await?.chain.finalized_lease(lease).await?;
        Ok(lease.is_some_and(|lease| lease.status == LeaseStatus::Closed))
    }

    async fn write_close(
        &self,
        row: &LeaseRow,
        movements: &[(&str, Movement)],
        closing: Closed,
    ) -> Result<(), IpcError> {
        let lease = row.quote.lease;
        let signature = closing.signature;
        let state = if signature.is_some() {
            EntryState::Confirmed
        } else {
            EntryState::Final
        };
        let mut tx = self.inner.store.begin().await?;
        for (what, movement) in movements {
            if is_nothing(movement) {
                continue;
            }
            let mut new = entry(format!("{what}:{lease}"), *movement)?
                .lease(lease)
                .note(row.device_name.clone());
            // Of several devices the first stands for the lease.
            new.device = row.quote.devices.first().copied();
            self.record_fact(&mut tx, new, signature, state).await?;
        }
        leases::close(&mut tx, row.key(), closing).await?;
        tx.commit().await?;
        Ok(())
    }
}

/// What the provider gets of `paid`; the program computes the same, rounding for the network.
fn provider_share(paid: Io, margin_bps: u16) -> Io {
    Io(hearth_program_interface::math::provider_share(paid.0, margin_bps))
}

fn is_nothing(movement: &Movement) -> bool {
    matches!(
        movement,
        Movement::LeaseIncome(Io::ZERO)
            | Movement::LeasePayment(Io::ZERO)
            | Movement::Refund(Io::ZERO)
            | Movement::RentReturned(Lamports::ZERO)
    )
}
