//! The renter's side of a running lease: carries out what [`RenterLease`] decides.
//!
//! A session survives broken connections and restarts: it greets again and names the output it has.

use std::{sync::PoisonError, time::Duration};

use ed25519_dalek::SigningKey;
use hearth_market::{
    LeaseTerms,
    billing::{Billing, Prepaid},
    renter::{RenterEffect, RenterEnd, RenterEvent, RenterLease},
};
use hearth_mesh::{FrameReceiver, FrameSender, FrameStream, Limits, Mesh, MeshConfig};
use hearth_program_interface::account::LeaseStatus;
use hearth_protocol::{
    coordinator::{AddressRequest, MeshAddress},
    frame::MAX_JOB_FRAME,
    lease::{ALPN, NodeFrame, RenterFrame},
};
use hearth_store::{
    leases::{self, LeaseEnd, LeaseKey, LeaseRow, Voucher},
    outputs,
};
use hearth_types::{
    id::{LeaseId, NodeId},
    ipc::{IpcError, Topic},
    lease::{EndReason, LeaseStage, Side},
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::collect::{Collector, plain};
use crate::engine::{Engine, internal};

/// Between two tries to connect.
const RETRY: Duration = Duration::from_secs(1);
/// From finding the node to its welcome; a node that says nothing is not there.
const GREETING_TIME: Duration = Duration::from_secs(20);
/// How long a node may take a frame; the largest is the job.
const SEND_TIME: Duration = Duration::from_secs(120);
/// After a failure of this side, such as a full disk.
const BREATH: Duration = Duration::from_secs(5);

/// One connection to the node.
struct Link {
    sender: FrameSender<RenterFrame>,
    receiver: FrameReceiver<NodeFrame>,
}

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

/// What the engine keeps of a session.
#[derive(Default)]
pub(crate) struct SessionHandle {
    stop: CancellationToken,
    started: bool,
}

impl Engine {
    /// Starts the session of an open lease, once.
    pub(crate) fn start_session(&self, lease: LeaseId) {
        let stop = {
            let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            let session = sessions.entry(lease).or_default();
            if std::mem::replace(&mut session.started, true) {
                return;
            }
            session.stop.clone()
        };
        self.spawn(move |engine| async move {
            // A lease never stays without its session: what fails here (a full disk, no port) is tried again.
            while let Err(error) = engine.run_session(lease, stop.clone()).await {
                engine.report(error);
                tokio::time::sleep(BREATH).await;
            }
            engine.inner.settlement_changed.notify_one();
            engine.changed(Topic::Leases);
        });
    }

    /// Asks a session to stop, also one that starts only once its escrow is on chain.
    pub(crate) fn stop_session(&self, lease: LeaseId) {
        let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(lease).or_default().stop.cancel();
    }

    /// The lease is closed; nothing of its session is needed any more.
    pub(crate) fn forget_session(&self, lease: LeaseId) {
        self.inner
            .sessions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&lease);
        self.state().progress.remove(&lease);
    }

    /// After a start: sessions go on where they were.
    pub(crate) async fn resume_renter_leases(self) {
        let Ok(rows) = self.lease_rows().await else { return };
        for row in rows.iter().filter(|row| row.side == Side::Renter) {
            if matches!(row.stage, LeaseStage::Connecting | LeaseStage::Running) {
                self.start_session(row.quote.lease);
            }
        }
    }

    async fn run_session(&self, lease: LeaseId, stop: CancellationToken) -> Result<(), IpcError> {
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
        if let Some(link) = self.link.take() {
            link.sender.finish().await;
        }
        mesh.shutdown().await;
        self.finish(ended).await
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
                    RenterEvent::StopRequested
                }
                Step::Tick => RenterEvent::Tick,
                Step::Frame(None) => {
                    self.link = None;
                    RenterEvent::Disconnected
                }
                Step::Frame(Some(frame)) => match self.frame(frame).await? {
                    Some(event) => event,
                    None => continue,
                },
            };
            if let Some(end) = self.apply(event).await? {
                return Ok(end);
            }
            if self.link.is_none() && self.closed_meanwhile().await {
                return Ok(self.lost());
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
        let tick = self
            .machine
            .next_tick()
            .unwrap_or(u64::MAX)
            .saturating_sub(self.now());
        let tick = Duration::from_millis(tick);
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

    /// Finds the node and greets it. `None` when the connection broke on the way.
    async fn connect(&mut self, mesh: &Mesh) -> Result<Option<RenterEvent>, IpcError> {
        let request = AddressRequest { lease: self.key.id };
        let path = "/v1/leases/address";
        let address: MeshAddress = self
            .engine
            .inner
            .coordinator
            .post(&self.signer, path, &request)
            .await?;
        if address.node != self.row.quote.node {
            return Err(internal("the coordinator names another node than the quote"));
        }
        let stream = mesh.connect(&address, ALPN).await.map_err(internal)?;
        let mut frames: FrameStream<RenterFrame, NodeFrame> = stream.frames();
        let hello = self.hello(mesh.id()).await?;
        if frames.send(&hello).await.is_err() {
            return Ok(None);
        }
        let (started, voucher) = match frames.recv().await {
            Ok(Some(NodeFrame::Welcome { started, voucher })) => (started, voucher),
            Ok(Some(NodeFrame::Refused { message, .. })) => {
                tracing::info!("the node refuses the greeting: {}", plain(&message));
                self.detail = Some(plain(&message));
                return Ok(None);
            }
            Ok(_) | Err(_) => return Ok(None),
        };
        let (sender, receiver) = frames.split();
        self.link = Some(Link { sender, receiver });
        Ok(Some(RenterEvent::Connected { started, voucher }))
    }

    async fn hello(&self, own: NodeId) -> Result<RenterFrame, IpcError> {
        let mut read = self.engine.inner.store.read().await?;
        let output_from = outputs::next_sequence(&mut read, self.key.id).await?;
        drop(read);
        let scope = self.engine.net().await?.scope;
        let proof = scope.sign_hello(&self.signer, self.key.id, self.row.quote.node, own.as_bytes());
        Ok(RenterFrame::Hello {
            lease: self.key.id,
            proof,
            output_from,
        })
    }

    /// Whether the chain shows the lease closed while no connection stands.
    async fn closed_meanwhile(&self) -> bool {
        let Ok(network) = self.engine.net().await else {
            return false;
        };
        let lease = network.chain.lease(self.key.id).await;
        matches!(lease, Ok(Some(lease)) if lease.status == LeaseStatus::Closed)
    }

    /// What the node says. A stranger: nothing it says can make this side pay more or keep more than its limits.
    async fn frame(&mut self, frame: NodeFrame) -> Result<Option<RenterEvent>, IpcError> {
        match frame {
            NodeFrame::Running => {
                self.running().await?;
                Ok(Some(RenterEvent::Running))
            }
            NodeFrame::VoucherTaken { amount } => {
                self.acknowledged(amount).await?;
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

    async fn running(&mut self) -> Result<(), IpcError> {
        if self.row.stage == LeaseStage::Running {
            return Ok(());
        }
        let mut tx = self.engine.inner.store.begin().await?;
        leases::advance(&mut tx, self.key, LeaseStage::Running).await?;
        tx.commit().await?;
        self.row.stage = LeaseStage::Running;
        self.engine.changed(Topic::Leases);
        Ok(())
    }

    async fn acknowledged(&mut self, amount: u64) -> Result<(), IpcError> {
        let Some(voucher) = self.row.voucher.filter(|voucher| voucher.amount.0 == amount) else {
            return Ok(());
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::acknowledge_voucher(&mut tx, self.key, voucher.amount, voucher.seconds).await?;
        tx.commit().await?;
        Ok(())
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
                RenterEffect::SendVoucher(next) => self.send_voucher(next).await?,
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

    /// Stored before it is given away.
    async fn send_voucher(&mut self, next: Prepaid) -> Result<(), IpcError> {
        let scope = self.engine.net().await?.scope;
        let voucher = scope.sign_voucher(&self.signer, self.key.id, next.amount.0, next.seconds);
        let stored = Voucher {
            amount: next.amount,
            seconds: next.seconds,
            signature: voucher.signature.0,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::store_voucher(&mut tx, self.key, stored).await?;
        tx.commit().await?;
        self.row.voucher = Some(stored);
        fail::fail_point!("renter::before_voucher");
        self.send(&RenterFrame::Voucher(voucher)).await;
        self.engine.changed(Topic::Leases);
        Ok(())
    }

    /// The end, with the node's consent when it gave a good one. Without, what was prepaid may be settled by the
    /// provider and the rest comes back at the latest after the settle window.
    async fn finish(mut self, ended: RenterEnd) -> Result<(), IpcError> {
        let detail = match ended.fault {
            Some(fault) => Some(format!("The node's account was refused: {fault}.")),
            None if ended.close.is_none() => self
                .detail
                .take()
                .or_else(|| Some("Provider and renter lost each other.".to_owned())),
            None => self.detail.take(),
        };
        let (amount, seconds) = ended
            .close
            .map_or((ended.prepaid.amount, ended.prepaid.seconds), |c| {
                (hearth_types::money::Io(c.amount), c.seconds)
            });
        let end = LeaseEnd {
            reason: ended.reason,
            detail,
            amount,
            seconds,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::end(&mut tx, self.key, end).await?;
        if let Some(close) = ended.close {
            leases::set_node_close_signature(&mut tx, self.key, close.signature.0).await?;
        }
        if let Some(code) = self.exit_code {
            leases::set_exit_code(&mut tx, self.key, code).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}
