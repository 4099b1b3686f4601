//! The renter's side of a running lease: carries out what [`RenterLease`] decides.
//!
//! A session survives broken connections and restarts: it greets again (`greeting`) and names the output it has.
//! What it writes down is in `record`.

mod greeting;
mod record;

use std::time::Duration;

use ed25519_dalek::SigningKey;
use hearth_market::{
    LeaseTerms,
    billing::{Billing, Prepaid},
    renter::{RenterEffect, RenterEnd, RenterEvent, RenterLease},
};
use hearth_mesh::{Limits, Mesh, MeshConfig};
use hearth_program_interface::account::LeaseStatus;
use hearth_protocol::{
    frame::MAX_JOB_FRAME,
    lease::{NodeFrame, RenterFrame},
};
use hearth_store::leases::{self, LeaseKey, LeaseRow};
use hearth_types::{
    id::LeaseId,
    ipc::IpcError,
    lease::{EndReason, LeaseStage, Side},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::collect::{Collector, plain};
use crate::engine::{Engine, internal};
use greeting::{GREETING_TIME, Link};

/// Between two tries to connect.
const RETRY: Duration = Duration::from_secs(1);
/// Between two looks whether the chain has closed the lease.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long such a look may take.
const LOOK_TIME: Duration = Duration::from_secs(2);
/// How long a node may take a frame; the largest is the job.
const SEND_TIME: Duration = Duration::from_secs(120);

/// One lease's session.
struct Session {
    engine: Engine,
    key: LeaseKey,
    row: LeaseRow,
    signer: SigningKey,
    machine: RenterLease,
    /// The machine's time is milliseconds since then.
    clock: Instant,
    stop: CancellationToken,
    stop_told: bool,
    link: Option<Link>,
    /// The connection ended while a frame was sent.
    lost_link: bool,
    /// When the chain was looked at last.
    looked: Option<Instant>,
    collector: Collector,
    detail: Option<String>,
    exit_code: Option<i32>,
}

/// What happens next.
enum Step {
    Stop,
    Tick,
    Frame(Option<NodeFrame>),
}

impl Engine {
    pub(super) async fn run_session(&self, lease: LeaseId, stop: CancellationToken) -> Result<(), IpcError> {
        let key = LeaseKey {
            id: lease,
            side: Side::Renter,
        };
        let mut read = self.inner.store.read().await?;
        let row = leases::get(&mut read, key).await?;
        drop(read);
        if row.stage > LeaseStage::Running {
            return Ok(());
        }
        if row.stop_wanted {
            stop.cancel();
        }
        let terms = LeaseTerms {
            scope: self.net().await?.scope,
            lease,
            session: row.quote.session,
            billing: Billing::of_quote(&row.quote),
            notice_seconds: 0,
        };
        let prepaid = row.voucher.map_or(Prepaid::default(), |v| Prepaid {
            amount: v.amount,
            seconds: v.seconds,
        });
        let session = Session {
            engine: self.clone(),
            key,
            signer: super::session_key(&row)?,
            machine: RenterLease::resume(terms, row.quote.node, prepaid, 0),
            row,
            clock: Instant::now(),
            stop,
            stop_told: false,
            link: None,
            lost_link: false,
            looked: None,
            collector: Collector::new(self.clone(), lease),
            detail: None,
            exit_code: None,
        };
        session.run().await
    }
}

impl Session {
    /// Until the lease is over, one way or the other.
    async fn run(mut self) -> Result<(), IpcError> {
        // A renter's endpoint has a key of its own, so that one app can rent from its own node.
        let config = MeshConfig {
            secret_key: rand::random(),
            alpns: Vec::new(),
            relay: None,
            loopback_only: self.engine.inner.config.network.kind.is_practice(),
            limits: Limits::default(),
        };
        let mesh = Mesh::bind(config).await.map_err(internal)?;
        let ended = match self.follow(&mesh).await {
            Ok(ended) => ended,
            Err(error) => {
                // What cannot be stored is not paid for any longer; the node notices and settles.
                self.detail = Some(error.message.clone());
                self.engine.report(error);
                self.lost()
            }
        };
        let recorded = self.record_end(ended).await;
        if let Some(mut link) = self.link.take() {
            if recorded.is_ok() && ended.close.is_some() {
                // The node need keep nothing for this lease any more.
                let telling = link.sender.send(&RenterFrame::Received);
                let _ = tokio::time::timeout(GREETING_TIME, telling).await;
            }
            link.sender.finish().await;
        }
        mesh.shutdown().await;
        recorded
    }

    /// The end of a lease whose node has not had the last word.
    fn lost(&self) -> RenterEnd {
        RenterEnd {
            reason: EndReason::Disconnected,
            prepaid: self.machine.prepaid(),
            close: None,
            fault: None,
        }
    }

    /// Connects, talks, connects again.
    async fn follow(&mut self, mesh: &Mesh) -> Result<RenterEnd, IpcError> {
        loop {
            if self.link.is_none() {
                let stop = self.stop.clone();
                let tried = tokio::select! {
                    () = stop.cancelled(), if !self.stop_told => Ok(None),
                    tried = tokio::time::timeout(GREETING_TIME, self.connect(mesh)) => tried.unwrap_or(Ok(None)),
                };
                match tried {
                    Ok(Some(event)) => {
                        if let Some(end) = self.apply(event).await? {
                            return Ok(end);
                        }
                    }
                    Ok(None) => {}
                    Err(error) => {
                        tracing::debug!(code = ?error.code, "no connection yet: {}", error.message);
                    }
                }
            }
            let event = match self.next().await {
                Step::Stop => {
                    self.stop_told = true;
                    Some(RenterEvent::StopRequested)
                }
                Step::Tick => Some(RenterEvent::Tick),
                Step::Frame(None) => {
                    self.link = None;
                    Some(RenterEvent::Disconnected)
                }
                Step::Frame(Some(frame)) => self.frame(frame).await?,
            };
            if let Some(event) = event
                && let Some(end) = self.apply(event).await?
            {
                return Ok(end);
            }
            if self.closed_meanwhile().await
                && let Some(end) = self.apply(RenterEvent::ClosedOnChain).await?
            {
                return Ok(end);
            }
        }
    }

    fn now(&self) -> u64 {
        u64::try_from(self.clock.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn next(&mut self) -> Step {
        if std::mem::take(&mut self.lost_link) {
            return Step::Frame(None);
        }
        let now = self.now();
        let mut tick =
            Duration::from_millis(self.machine.next_tick().unwrap_or(u64::MAX).saturating_sub(now));
        if self.machine.asks_the_chain(now) {
            tick = tick.min(LOOK_EVERY);
        }
        let stop = self.stop.clone();
        let (frame, tick) = match &mut self.link {
            Some(link) => (Some(link.receiver.recv()), tick),
            None => (None, tick.min(RETRY)),
        };
        let frame = async {
            match frame {
                Some(frame) => frame.await.ok().flatten(),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled(), if !self.stop_told => Step::Stop,
            frame = frame => Step::Frame(frame),
            () = tokio::time::sleep(tick) => Step::Tick,
        }
    }

    /// Whether the chain shows the lease closed, or closable without the node, looked at now and then while nothing
    /// else would tell. A chain that takes its time holds up nothing else.
    async fn closed_meanwhile(&mut self) -> bool {
        let due = self.looked.is_none_or(|at| at.elapsed() >= LOOK_EVERY);
        if !due || !self.machine.asks_the_chain(self.now()) {
            return false;
        }
        self.looked = Some(Instant::now());
        let look = async {
            let chain = &self.engine.net().await?.chain;
            let Some(lease) = chain.lease(self.key.id).await? else {
                return Ok(false);
            };
            let closed = lease.status == LeaseStatus::Closed;
            Ok::<_, IpcError>(closed || chain.time().await?.seconds() >= lease.expires_at)
        };
        let seen = tokio::time::timeout(LOOK_TIME, look).await;
        matches!(seen, Ok(Ok(true)))
    }

    /// What the node says. A stranger: nothing it says can make this side pay more or keep more than its limits.
    async fn frame(&mut self, frame: NodeFrame) -> Result<Option<RenterEvent>, IpcError> {
        match frame {
            NodeFrame::Running => {
                self.record_running().await?;
                Ok(Some(RenterEvent::Running))
            }
            NodeFrame::VoucherTaken { amount } => {
                self.record_acknowledged(amount).await?;
                Ok(Some(RenterEvent::VoucherTaken { amount }))
            }
            NodeFrame::Usage { seconds } => Ok(Some(RenterEvent::Usage { seconds })),
            NodeFrame::Ended {
                reason,
                detail,
                exit_code,
                close,
            } => {
                self.detail = detail.as_deref().map(plain);
                self.exit_code = exit_code;
                Ok(Some(RenterEvent::Ended { reason, close }))
            }
            NodeFrame::Refused { message, .. } => {
                self.detail = Some(plain(&message));
                Ok(None)
            }
            NodeFrame::Welcome { .. } => Ok(None),
            NodeFrame::Output {
                sequence,
                stream,
                bytes,
            } => {
                self.collector.output(sequence, stream, &bytes).await?;
                Ok(None)
            }
            NodeFrame::Progress { done, total } => {
                self.collector.progress(done, total);
                Ok(None)
            }
            NodeFrame::File {
                name,
                offset,
                bytes,
                last,
            } => {
                self.collector.file(name, offset, &bytes, last).await?;
                Ok(None)
            }
        }
    }

    /// Tells the machine and does what it says.
    async fn apply(&mut self, event: RenterEvent) -> Result<Option<RenterEnd>, IpcError> {
        for effect in self.machine.handle(event, self.now()) {
            match effect {
                RenterEffect::SendJob => {
                    let mut read = self.engine.inner.store.read().await?;
                    let job = leases::job(&mut read, self.key).await?;
                    drop(read);
                    let job = job.ok_or_else(|| internal("the job is gone"))?;
                    self.send(&RenterFrame::Start { job }).await;
                }
                RenterEffect::SendVoucher(next) => {
                    let voucher = self.record_voucher(next).await?;
                    self.send(&RenterFrame::Voucher(voucher)).await;
                }
                RenterEffect::SendStop => self.send(&RenterFrame::Stop).await,
                RenterEffect::End(end) => return Ok(Some(end)),
            }
        }
        Ok(None)
    }

    /// A node that does not take a frame is gone: the connection ends, and the machine hears of it at once.
    async fn send(&mut self, frame: &RenterFrame) {
        let Some(link) = &mut self.link else { return };
        let sending = link.sender.send_within(frame, MAX_JOB_FRAME);
        if !matches!(tokio::time::timeout(SEND_TIME, sending).await, Ok(Ok(()))) {
            tracing::debug!("a frame could not be sent");
            self.link = None;
            self.lost_link = true;
        }
    }
}
