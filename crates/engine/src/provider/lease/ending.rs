//! When a lease is over: the end with the node's consent to close, on disk, then told; and what a crash left open.

use hearth_market::{
    billing::{Billing, Prepaid},
    node::LeaseWork,
    provider::{LeaseEnd as Account, ProviderEffect, ProviderEvent},
};
use hearth_protocol::{lease::NodeFrame, statement::SignedClose};
use hearth_store::leases::{self, LeaseEnd, LeaseKey, LeaseRow};
use hearth_types::{
    ipc::{IpcError, Topic},
    lease::{EndReason, LeaseStage, Side},
};

use super::Lease;
use crate::{engine::Engine, provider::RETRY};

impl Lease {
    /// The account of a lease that something here broke.
    pub(super) fn end_now(&mut self) -> Option<Account> {
        let effects = self.machine.handle(ProviderEvent::YieldRequested, self.now());
        effects.into_iter().find_map(|effect| {
            if let ProviderEffect::End(account) = effect {
                return Some(Account {
                    reason: EndReason::Failed,
                    ..account
                });
            }
            None
        })
    }

    /// The bookkeeping: the end with the node's consent to close, on disk, then told.
    pub(super) async fn finish(mut self, account: Account) {
        if let Some(work) = self.work.take() {
            work.kill().await;
        }
        let engine = self.online.engine.clone();
        let lease = self.key.id;
        engine.update_node(|facts| facts.lease = Some(LeaseWork::Settling(lease)));
        let (reason, detail, exit_code) = (account.reason, self.detail.take(), self.exit_code);
        let end = LeaseEnd {
            reason,
            detail: detail.clone(),
            amount: account.amount,
            seconds: account.seconds,
        };
        // Without the signed close on disk nobody is paid and the device stays hired: try until it is there.
        let close = loop {
            match engine.end_provider_lease(self.key, end.clone(), exit_code).await {
                Ok(close) => break close,
                Err(error) => engine.report(error),
            }
            tokio::time::sleep(RETRY).await;
        };
        // The last word comes last: a renter that is still catching up comes again for all of it.
        let log = self.log;
        let has_all = self
            .catching_up
            .is_none_or(|mut cursor| log.next(&mut cursor).is_none());
        // Before anything is told: whatever becomes of the connection, the renter can ask for it.
        engine.keep_results(lease, log).await;
        let Some(link) = self.link.take() else { return };
        if has_all {
            link.send(NodeFrame::Ended {
                reason,
                detail,
                exit_code,
                close,
            });
        }
        let hurry = self.online.cancel.clone();
        // In the background: a slow renter does not keep the device from the next one.
        self.online.workers.spawn(async move {
            if link.last_words(hurry).await {
                engine.forget_results(lease);
            }
        });
    }
}

impl Engine {
    /// Writes the end down with the node's consent to close; settling follows by itself.
    async fn end_provider_lease(
        &self,
        key: LeaseKey,
        end: LeaseEnd,
        exit_code: Option<i32>,
    ) -> Result<SignedClose, IpcError> {
        let scope = self.net().await?.scope;
        let close = scope.sign_close(&self.node_signer(), key.id, end.amount.0, end.seconds);
        let mut tx = self.inner.store.begin().await?;
        leases::end(&mut tx, key, end).await?;
        leases::set_node_close_signature(&mut tx, key, close.signature.0).await?;
        if let Some(code) = exit_code {
            leases::set_exit_code(&mut tx, key, code).await?;
        }
        tx.commit().await?;
        self.inner.settlement_changed.notify_one();
        self.changed(Topic::Leases);
        Ok(close)
    }

    /// After a crash: what ran is gone (a workload dies with its parent). Asked for is what was written down as
    /// used, no more.
    pub(crate) async fn end_interrupted_provider_leases(self) {
        let Ok(rows) = self.lease_rows().await else { return };
        let interrupted = rows
            .into_iter()
            .filter(|row| row.side == Side::Provider && row.stage <= LeaseStage::Running);
        for row in interrupted {
            let end = interrupted_end(&row);
            while let Err(error) = self.end_provider_lease(row.key(), end.clone(), None).await {
                tracing::info!(code = ?error.code, "an interrupted lease waits: {}", error.message);
                tokio::time::sleep(RETRY).await;
            }
        }
    }
}

fn interrupted_end(row: &LeaseRow) -> LeaseEnd {
    let prepaid = row.voucher.map_or(Prepaid::default(), |voucher| Prepaid {
        amount: voucher.amount,
        seconds: voucher.seconds,
    });
    let used_millis = row.used_seconds.saturating_mul(1_000);
    let Prepaid { amount, seconds } = Billing::of_quote(&row.quote).final_amount(used_millis, prepaid);
    LeaseEnd {
        reason: EndReason::Disconnected,
        detail: Some("The provider's Hearth was restarted.".to_owned()),
        amount,
        seconds,
    }
}
