//! What the machine wants done.

use std::collections::VecDeque;

use hearth_market::{
    VoucherRefusal,
    node::LeaseWork,
    provider::{LeaseEnd as Account, ProviderEffect, ProviderEvent, WorkloadEnd},
};
use hearth_protocol::{
    lease::{NodeFrame, RefusalCode},
    statement::SignedVoucher,
};
use hearth_store::leases::{self, Voucher};
use hearth_types::{
    ipc::{IpcError, Topic},
    lease::LeaseStage,
    money::Io,
};

use super::{Lease, Work};

impl Lease {
    /// Tells the machine and does what it says; effects that fail become events of their own.
    pub(super) async fn apply(&mut self, event: ProviderEvent) -> Result<Option<Account>, IpcError> {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.machine.handle(event, self.now()) {
                match effect {
                    ProviderEffect::TakeVoucher {
                        voucher,
                        used_seconds,
                    } => self.keep_voucher(voucher, used_seconds).await?,
                    ProviderEffect::NoteUsage { used_seconds } => self.note_usage(used_seconds).await?,
                    ProviderEffect::RefuseVoucher(refusal) => self.refuse_voucher(refusal),
                    ProviderEffect::StartWorkload => {
                        if let Some(failed) = self.start_work().await {
                            events.push_back(failed);
                        }
                    }
                    ProviderEffect::AnnounceRunning => self.announce_running().await?,
                    ProviderEffect::StopWorkload => {
                        if let Some(work) = &self.work {
                            work.stop();
                        }
                    }
                    ProviderEffect::KillWorkload => {
                        // The device first; everything else can wait.
                        if let Some(work) = self.work.take() {
                            work.kill().await;
                        }
                    }
                    ProviderEffect::End(account) => return Ok(Some(account)),
                }
            }
        }
        Ok(None)
    }

    /// On disk before it is acknowledged: what the renter believes paid, the provider can settle.
    async fn keep_voucher(&mut self, voucher: SignedVoucher, used_seconds: u64) -> Result<(), IpcError> {
        let stored = Voucher {
            amount: Io(voucher.amount),
            seconds: voucher.seconds,
            signature: voucher.signature.0,
        };
        let mut tx = self.online.engine.inner.store.begin().await?;
        leases::store_voucher(&mut tx, self.key, stored).await?;
        leases::note_usage(&mut tx, self.key, used_seconds).await?;
        tx.commit().await?;
        fail::fail_point!("provider::voucher_stored");
        self.tell(NodeFrame::VoucherTaken {
            amount: voucher.amount,
        });
        self.online.engine.changed(Topic::Leases);
        Ok(())
    }

    async fn note_usage(&mut self, used_seconds: u64) -> Result<(), IpcError> {
        let mut tx = self.online.engine.inner.store.begin().await?;
        leases::note_usage(&mut tx, self.key, used_seconds).await?;
        tx.commit().await?;
        Ok(())
    }

    fn refuse_voucher(&self, refusal: VoucherRefusal) {
        let code = match refusal {
            VoucherRefusal::TooFast => RefusalCode::TooMany,
            VoucherRefusal::NotGenuine
            | VoucherRefusal::Lower
            | VoucherRefusal::WrongAmount
            | VoucherRefusal::BeyondEscrow
            | VoucherRefusal::BeyondMaximum
            | VoucherRefusal::Over => RefusalCode::BadVoucher,
        };
        self.refuse(code, format!("The voucher is refused: {refusal}."));
    }

    async fn start_work(&mut self) -> Option<ProviderEvent> {
        let failed = ProviderEvent::WorkloadEnded(WorkloadEnd::Failed);
        let Some(job) = self.job.take() else {
            return Some(failed);
        };
        match Work::start(&self.online.engine, &self.row, job).await {
            Ok(work) => {
                self.work = Some(work);
                self.online
                    .engine
                    .update_node(|facts| facts.runner_failed = false);
                None
            }
            Err(error) => {
                self.detail = Some(error.message.clone());
                self.online.engine.report(error);
                self.online.engine.update_node(|facts| facts.runner_failed = true);
                Some(failed)
            }
        }
    }

    async fn announce_running(&mut self) -> Result<(), IpcError> {
        let engine = &self.online.engine;
        let mut tx = engine.inner.store.begin().await?;
        leases::advance(&mut tx, self.key, LeaseStage::Running).await?;
        tx.commit().await?;
        let lease = self.key.id;
        engine.update_node(|facts| facts.lease = Some(LeaseWork::Running(lease)));
        engine.changed(Topic::Leases);
        self.tell(NodeFrame::Running);
        Ok(())
    }
}
