//! One lease on the node: carries out what [`ProviderLease`] decides.
//!
//! No step waits for the renter: frames to it go through a queue of their own, so a renter that does not read
//! cannot hold the clock.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use hearth_market::{
    LeaseTerms,
    billing::Billing,
    node::LeaseWork,
    provider::{LeaseEnd as Account, ProviderEffect, ProviderEvent, ProviderLease},
};
use hearth_protocol::{
    lease::{NodeFrame, RefusalCode, RenterFrame},
    statement::SignedVoucher,
};
use hearth_store::leases::{self, LeaseEnd, LeaseKey, LeaseRow, Voucher};
use hearth_types::{
    id::SessionKey,
    ipc::{IpcError, Topic},
    job::Job,
    lease::{EndReason, LeaseStage},
    money::Io,
};
use tokio::{sync::mpsc, time::Instant};

use super::{
    Online,
    adopt::Connection,
    link::{Link, Log},
    work::{Work, WorkEnd, WorkStep},
};
use crate::engine::Engine;

/// An offer's notice: the owner's game never waits.
const NOTICE_SECONDS: u64 = 0;

/// Serves a lease in the background, until it has ended.
pub(super) async fn serve(
    online: &Arc<Online>,
    row: LeaseRow,
    session: [u8; 32],
    inbox: mpsc::Receiver<Connection>,
) -> Result<(), IpcError> {
    let terms = LeaseTerms {
        scope: online.engine.net().await?.scope,
        lease: row.quote.lease,
        session: SessionKey(session),
        billing: Billing::of_quote(&row.quote),
        notice_seconds: NOTICE_SECONDS,
    };
    let lease = Lease {
        online: Arc::clone(online),
        key: row.key(),
        row,
        machine: ProviderLease::new(terms, 0),
        clock: Instant::now(),
        inbox,
        link: None,
        log: Log::default(),
        backlog: VecDeque::new(),
        job: None,
        work: None,
        detail: None,
        exit_code: None,
    };
    let id = lease.key.id;
    online
        .engine
        .update_node(|facts| facts.lease = Some(LeaseWork::Running(id)));
    online.workers.spawn(lease.run());
    Ok(())
}

struct Lease {
    online: Arc<Online>,
    key: LeaseKey,
    row: LeaseRow,
    machine: ProviderLease,
    /// The machine's time is milliseconds since then.
    clock: Instant,
    inbox: mpsc::Receiver<Connection>,
    link: Option<Link>,
    log: Log,
    /// What a renter that came back has missed; sent before anything new.
    backlog: VecDeque<NodeFrame>,
    job: Option<Job>,
    work: Option<Work>,
    /// A sentence about the end, for both sides.
    detail: Option<String>,
    exit_code: Option<i32>,
}

/// What happens next.
enum Step {
    Yield,
    Tick,
    Connected(Connection),
    Frame(Option<RenterFrame>),
    Missed(NodeFrame),
    Work(WorkStep),
}

impl Lease {
    async fn run(mut self) {
        let lease = self.key.id;
        let online = Arc::clone(&self.online);
        let account = loop {
            let step = self.next().await;
            match self.take(step).await {
                Ok(Some(account)) => break account,
                Ok(None) => {}
                Err(error) => {
                    // What cannot be stored cannot be sold: end with what is on disk.
                    self.detail = Some(error.message.clone());
                    online.engine.report(error);
                    if let Some(account) = self.end_now() {
                        break account;
                    }
                }
            }
        };
        self.finish(account).await;
        online.leases.lock().await.remove(&lease);
        online.engine.update_node(|facts| facts.lease = None);
        online.engine.offer_changed();
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn next(&mut self) -> Step {
        let tick = self
            .machine
            .next_tick()
            .unwrap_or(u64::MAX)
            .saturating_sub(self.now());
        let room = self.link.as_ref().map(Link::room);
        let missed = self.backlog.front().cloned().filter(|_| self.link.is_some());
        let work = async {
            // A workload that writes faster than its renter reads is slowed down, not the lease.
            if let Some(room) = room {
                room.wait().await;
            }
            match (missed, &mut self.work) {
                (Some(frame), _) => Step::Missed(frame),
                (None, Some(work)) => Step::Work(work.next().await),
                (None, None) => std::future::pending().await,
            }
        };
        let frame = async {
            match &mut self.link {
                Some(link) => link.next().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = self.online.cancel.cancelled() => Step::Yield,
            () = tokio::time::sleep(Duration::from_millis(tick)) => Step::Tick,
            Some(connection) = self.inbox.recv() => Step::Connected(connection),
            frame = frame => Step::Frame(frame),
            step = work => step,
        }
    }

    /// Takes a step; the account when the lease is over.
    async fn take(&mut self, step: Step) -> Result<Option<Account>, IpcError> {
        let event = match step {
            Step::Yield => ProviderEvent::YieldRequested,
            Step::Tick => ProviderEvent::Tick,
            Step::Connected(connection) => {
                self.connected(connection);
                ProviderEvent::RenterConnected
            }
            Step::Frame(None) => {
                self.link = None;
                ProviderEvent::Disconnected
            }
            Step::Frame(Some(frame)) => match self.frame(frame) {
                Some(event) => event,
                None => return Ok(None),
            },
            Step::Missed(frame) => {
                self.backlog.pop_front();
                self.tell(frame);
                return Ok(None);
            }
            Step::Work(WorkStep::Frame(frame)) => {
                self.log.keep(&frame);
                self.tell(frame);
                return Ok(None);
            }
            Step::Work(WorkStep::Started) => ProviderEvent::WorkloadStarted,
            Step::Work(WorkStep::Over(end)) => self.work_over(end),
        };
        self.apply(event).await
    }

    fn connected(&mut self, connection: Connection) {
        let link = Link::start(connection.frames);
        link.send(NodeFrame::Welcome {
            started: self.machine.has_job(),
            voucher: self.machine.voucher(),
        });
        if self.work.as_ref().is_some_and(Work::is_running) {
            // First: a renter that was restarted takes the workload's begin from it.
            link.send(NodeFrame::Usage {
                seconds: self.machine.used_seconds(self.now()),
            });
            link.send(NodeFrame::Running);
        }
        self.backlog = self.log.missed(connection.output_from);
        self.link = Some(link);
    }

    fn tell(&self, frame: NodeFrame) {
        if let Some(link) = &self.link {
            link.send(frame);
        }
    }

    fn frame(&mut self, frame: RenterFrame) -> Option<ProviderEvent> {
        match frame {
            RenterFrame::Hello { .. } => {
                let message = "A second greeting.".to_owned();
                self.tell(NodeFrame::Refused {
                    code: RefusalCode::Protocol,
                    message,
                });
                None
            }
            RenterFrame::Start { job } => match job.validate() {
                Ok(()) if self.machine.has_job() => None,
                Ok(()) => {
                    self.job = Some(job);
                    Some(ProviderEvent::JobReceived)
                }
                Err(cause) => {
                    self.tell(NodeFrame::Refused {
                        code: RefusalCode::BadJob,
                        message: cause.to_string(),
                    });
                    self.detail = Some(cause.to_string());
                    Some(ProviderEvent::StopRequested)
                }
            },
            RenterFrame::Voucher(voucher) => Some(ProviderEvent::VoucherReceived(voucher)),
            RenterFrame::Stop => Some(ProviderEvent::StopRequested),
        }
    }

    fn work_over(&mut self, end: WorkEnd) -> ProviderEvent {
        if end.detail.is_some() {
            self.detail = end.detail;
        }
        self.exit_code = end.exit_code;
        self.work = None;
        ProviderEvent::WorkloadEnded(end.kind)
    }

    /// Tells the machine and does what it says; effects that fail become events of their own.
    async fn apply(&mut self, event: ProviderEvent) -> Result<Option<Account>, IpcError> {
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            for effect in self.machine.handle(event, self.now()) {
                match effect {
                    ProviderEffect::TakeVoucher { voucher, .. } => self.keep_voucher(voucher).await?,
                    ProviderEffect::RefuseVoucher(refusal) => {
                        let message = format!("The voucher is refused: {refusal}.");
                        self.tell(NodeFrame::Refused {
                            code: RefusalCode::BadVoucher,
                            message,
                        });
                    }
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
    async fn keep_voucher(&mut self, voucher: SignedVoucher) -> Result<(), IpcError> {
        let stored = Voucher {
            amount: Io(voucher.amount),
            seconds: voucher.seconds,
            signature: voucher.signature.0,
        };
        let mut tx = self.online.engine.inner.store.begin().await?;
        leases::store_voucher(&mut tx, self.key, stored).await?;
        tx.commit().await?;
        fail::fail_point!("provider::voucher_stored");
        self.tell(NodeFrame::VoucherTaken {
            amount: voucher.amount,
        });
        self.online.engine.changed(Topic::Leases);
        Ok(())
    }

    async fn start_work(&mut self) -> Option<ProviderEvent> {
        let failed = ProviderEvent::WorkloadEnded(hearth_market::provider::WorkloadEnd::Failed);
        let Some(job) = self.job.take() else {
            return Some(failed);
        };
        match Work::start(&self.online.engine, &self.row, job).await {
            Ok(work) => {
                self.work = Some(work);
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

    /// The account of a lease that something here broke.
    fn end_now(&mut self) -> Option<Account> {
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
    async fn finish(mut self, account: Account) {
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
            tokio::time::sleep(super::RETRY).await;
        };
        if let Some(link) = self.link.take() {
            link.send(NodeFrame::Ended {
                reason,
                detail,
                exit_code,
                close,
            });
            // In the background: a slow renter does not keep the device from the next one.
            self.online.workers.spawn(link.finish());
        }
    }
}

impl Engine {
    /// Writes the end down with the node's consent to close; settling follows by itself.
    pub(super) async fn end_provider_lease(
        &self,
        key: LeaseKey,
        end: LeaseEnd,
        exit_code: Option<i32>,
    ) -> Result<hearth_protocol::statement::SignedClose, IpcError> {
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

    /// After a crash: what ran is gone (a workload dies with its parent), what was prepaid was earned.
    pub(crate) async fn end_interrupted_provider_leases(self) {
        let Ok(rows) = self.lease_rows().await else { return };
        let interrupted = rows.into_iter().filter(|row| {
            row.side == hearth_types::lease::Side::Provider && row.stage <= LeaseStage::Running
        });
        for row in interrupted {
            let (amount, seconds) = row.voucher.map_or((Io::ZERO, 0), |v| (v.amount, v.seconds));
            let detail = Some("The provider's Hearth was restarted.".to_owned());
            let end = LeaseEnd {
                reason: EndReason::Disconnected,
                detail,
                amount,
                seconds,
            };
            while let Err(error) = self.end_provider_lease(row.key(), end.clone(), None).await {
                tracing::info!(code = ?error.code, "an interrupted lease waits: {}", error.message);
                tokio::time::sleep(super::RETRY).await;
            }
        }
    }
}
