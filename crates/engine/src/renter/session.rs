//! The renter's side of a running lease: greet the node, send the job, prepay, collect.
//!
//! A session survives broken connections and restarts: it greets again and names the output it has. It never pays
//! ahead of the clock: a voucher prepays at most one interval beyond what has been used.

use std::{collections::HashMap, sync::PoisonError, time::Duration};

use ed25519_dalek::SigningKey;
use hearth_market::billing::{Billing, Prepaid};
use hearth_mesh::{FrameStream, Mesh, MeshConfig};
use hearth_protocol::{
    coordinator::{AddressRequest, MeshAddress},
    frame::MAX_JOB_FRAME,
    lease::{ALPN, NodeFrame, RenterFrame},
    statement::SignedVoucher,
};
use hearth_store::{
    leases::{self, LeaseEnd, LeaseKey, LeaseRow, Voucher},
    outputs,
};
use hearth_types::{
    id::{LeaseId, NodeId},
    ipc::{Event, IpcError, Topic},
    lease::{EndReason, LeaseStage, OutputChunk, Side},
    money::Io,
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::engine::{Engine, internal};

/// How long a renter looks for its node before it gives up.
const SEARCH: Duration = Duration::from_secs(90);
/// Between two tries.
const RETRY: Duration = Duration::from_secs(1);
/// How often billing is looked at.
const TICK: Duration = Duration::from_millis(500);
/// How long the node's last word is waited for after a stop.
const LAST_WORD: Duration = Duration::from_secs(20);
/// The longest text kept of one piece of output, bytes.
const MAX_TEXT: usize = 64 * 1024;

type Frames = FrameStream<RenterFrame, NodeFrame>;

/// How a connection ended.
enum Outcome {
    /// The node said its last word; it is stored.
    Ended,
    /// The connection broke.
    Broken,
    /// The node refuses for good.
    Refused(String),
}

/// One lease's session.
struct Session {
    engine: Engine,
    key: LeaseKey,
    row: LeaseRow,
    signer: SigningKey,
    billing: Billing,
    stop: CancellationToken,
    /// When the node said that the workload runs.
    running_since: Option<Instant>,
    /// Seconds used before this process knew: after a restart all that was prepaid counts as used.
    used_before: u64,
    files: HashMap<String, Vec<u8>>,
}

impl Engine {
    /// Starts the session of an open lease, once.
    pub(crate) fn start_session(&self, lease: LeaseId) {
        let stop = CancellationToken::new();
        {
            let mut sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
            if sessions.contains_key(&lease) {
                return;
            }
            sessions.insert(lease, stop.clone());
        }
        self.spawn(move |engine| async move {
            if let Err(error) = engine.run_session(lease, stop).await {
                engine.report(error);
            }
            engine.inner.settlement_changed.notify_one();
            engine.changed(Topic::Leases);
        });
    }

    /// Asks a session to stop.
    pub(crate) fn stop_session(&self, lease: LeaseId) {
        let sessions = self.inner.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(stop) = sessions.get(&lease) {
            stop.cancel();
        }
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
        self.inner.settlement_changed.notify_one();
        self.inner.outbox_changed.notify_one();
    }

    async fn run_session(&self, lease: LeaseId, stop: CancellationToken) -> Result<(), IpcError> {
        let key = LeaseKey {
            id: lease,
            side: Side::Renter,
        };
        let mut read = self.inner.store.read().await?;
        let row = leases::get(&mut read, key).await?;
        drop(read);
        let signer = super::session_key(&row)?;
        let billing = Billing::of_quote(&row.quote);
        let used_before = row.voucher.map_or(0, |v| v.seconds);
        let engine = self.clone();
        let files = HashMap::new();
        let session = Session {
            engine,
            key,
            row,
            signer,
            billing,
            stop,
            running_since: None,
            used_before,
            files,
        };
        session.run().await
    }
}

impl Session {
    /// Until the lease is over, one way or the other.
    async fn run(mut self) -> Result<(), IpcError> {
        let mut searching_until = Instant::now() + SEARCH;
        // A renter's endpoint has a key of its own, so that one app can rent from its own node.
        let mesh = self.bind().await?;
        let outcome = loop {
            match self.connect(&mesh).await {
                Ok(frames) => {
                    match self.talk(frames, mesh.id()).await? {
                        Outcome::Broken => searching_until = Instant::now() + SEARCH,
                        outcome @ (Outcome::Ended | Outcome::Refused(_)) => break outcome,
                    }
                    tracing::info!(lease = %self.key.id.short(), "the connection to the node broke; trying again");
                }
                Err(error) => tracing::debug!(code = ?error.code, "no connection yet: {}", error.message),
            }
            if self.closed_meanwhile().await || Instant::now() >= searching_until {
                break Outcome::Broken;
            }
            tokio::time::sleep(RETRY).await;
        };
        mesh.shutdown().await;
        match outcome {
            Outcome::Ended => Ok(()),
            Outcome::Broken => {
                self.give_up("Provider and renter lost each other.".to_owned())
                    .await
            }
            Outcome::Refused(message) => self.give_up(message).await,
        }
    }

    async fn bind(&self) -> Result<Mesh, IpcError> {
        let loopback_only = self.engine.inner.config.network.kind.is_practice();
        let config = MeshConfig {
            secret_key: rand::random(),
            alpns: Vec::new(),
            relay: None,
            loopback_only,
            limits: hearth_mesh::Limits::default(),
        };
        Mesh::bind(config).await.map_err(internal)
    }

    async fn connect(&self, mesh: &Mesh) -> Result<Frames, IpcError> {
        let request = AddressRequest { lease: self.key.id };
        let path = "/v1/leases/address";
        let address: MeshAddress = self
            .engine
            .inner
            .coordinator
            .post(&self.signer, path, &request)
            .await?;
        let stream = mesh.connect(&address, ALPN).await.map_err(internal)?;
        Ok(stream.frames())
    }

    /// Whether the chain shows the lease closed while no connection stands.
    async fn closed_meanwhile(&self) -> bool {
        let Ok(network) = self.engine.net().await else {
            return false;
        };
        let lease = network.chain.lease(self.key.id).await;
        let closed = hearth_program_interface::account::LeaseStatus::Closed;
        matches!(lease, Ok(Some(lease)) if lease.status == closed)
    }

    /// Greets and follows one connection.
    async fn talk(&mut self, mut frames: Frames, own: NodeId) -> Result<Outcome, IpcError> {
        if !self.greet(&mut frames, own).await? {
            return Ok(Outcome::Broken);
        }
        let started = match frames.recv().await {
            Ok(Some(NodeFrame::Welcome { started, .. })) => started,
            Ok(Some(NodeFrame::Refused { message, .. })) => return Ok(Outcome::Refused(message)),
            Ok(_) | Err(_) => return Ok(Outcome::Broken),
        };
        if !started {
            let mut read = self.engine.inner.store.read().await?;
            let job = leases::job(&mut read, self.key).await?;
            drop(read);
            let Some(job) = job else {
                return Ok(Outcome::Refused("The job is gone.".into()));
            };
            if frames
                .send_within(&RenterFrame::Start { job }, MAX_JOB_FRAME)
                .await
                .is_err()
            {
                return Ok(Outcome::Broken);
            }
        }
        // The last voucher may not have arrived: say it again, the node keeps the highest.
        if let Some(voucher) = self.row.voucher {
            let voucher = super::signed_voucher(voucher);
            if frames.send(&RenterFrame::Voucher(voucher)).await.is_err() {
                return Ok(Outcome::Broken);
            }
        }
        self.follow(frames).await
    }

    async fn greet(&self, frames: &mut Frames, own: NodeId) -> Result<bool, IpcError> {
        let mut read = self.engine.inner.store.read().await?;
        let output_from = outputs::next_sequence(&mut read, self.key.id).await?;
        drop(read);
        let scope = self.engine.net().await?.scope;
        let proof = scope.sign_hello(&self.signer, self.key.id, self.row.quote.node, own.as_bytes());
        let hello = RenterFrame::Hello {
            lease: self.key.id,
            proof,
            output_from,
        };
        Ok(frames.send(&hello).await.is_ok())
    }

    /// Frames in, vouchers out.
    async fn follow(&mut self, frames: Frames) -> Result<Outcome, IpcError> {
        let (mut sender, mut receiver) = frames.split();
        let mut tick = tokio::time::interval(TICK);
        let mut stopping: Option<Instant> = None;
        loop {
            let stop = self.stop.clone();
            tokio::select! {
                frame = receiver.recv() => match frame {
                    Ok(Some(frame)) => {
                        if let Some(outcome) = self.take(frame).await? {
                            sender.finish().await;
                            return Ok(outcome);
                        }
                    }
                    Ok(None) | Err(_) => return Ok(Outcome::Broken),
                },
                () = stop.cancelled(), if stopping.is_none() => {
                    stopping = Some(Instant::now());
                    if sender.send(&RenterFrame::Stop).await.is_err() {
                        return Ok(Outcome::Broken);
                    }
                }
                _ = tick.tick() => {
                    if stopping.is_some_and(|since| since.elapsed() > LAST_WORD) {
                        return Ok(Outcome::Broken);
                    }
                    if stopping.is_none() && let Some(voucher) = self.next_voucher().await? {
                        fail::fail_point!("renter::before_voucher");
                        if sender.send(&RenterFrame::Voucher(voucher)).await.is_err() {
                            return Ok(Outcome::Broken);
                        }
                    }
                }
            }
        }
    }

    fn prepaid(&self) -> Prepaid {
        self.row.voucher.map_or(Prepaid::default(), |v| Prepaid {
            amount: v.amount,
            seconds: v.seconds,
        })
    }

    /// The next prepayment, when one is due, stored before it is given away.
    async fn next_voucher(&mut self) -> Result<Option<SignedVoucher>, IpcError> {
        let prepaid = self.prepaid();
        if prepaid.seconds > 0 && self.running_since.is_none() {
            // Paid for the start; the clock runs from the node's word.
            return Ok(None);
        }
        let here = self.running_since.map_or(Duration::ZERO, |since| since.elapsed());
        let here = u64::try_from(here.as_millis()).unwrap_or(u64::MAX);
        let used = self.used_before.saturating_mul(1000).saturating_add(here);
        let Some(Prepaid { amount, seconds }) = self.billing.next_voucher(used, prepaid) else {
            return Ok(None);
        };
        let scope = self.engine.net().await?.scope;
        let voucher = scope.sign_voucher(&self.signer, self.key.id, amount.0, seconds);
        let stored = Voucher {
            amount,
            seconds,
            signature: voucher.signature.0,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::store_voucher(&mut tx, self.key, stored).await?;
        tx.commit().await?;
        self.row.voucher = Some(stored);
        self.engine.changed(Topic::Leases);
        Ok(Some(voucher))
    }

    /// What the node says. A stranger: nothing it says can make this side pay more or keep more than its limits.
    async fn take(&mut self, frame: NodeFrame) -> Result<Option<Outcome>, IpcError> {
        match frame {
            NodeFrame::Running => self.running().await?,
            NodeFrame::VoucherTaken { amount } => self.acknowledged(Io(amount)).await?,
            NodeFrame::Output {
                sequence,
                stream,
                bytes,
            } => {
                let mut text = String::from_utf8_lossy(&bytes).into_owned();
                while text.len() > MAX_TEXT {
                    text.pop();
                }
                self.output(OutputChunk {
                    sequence,
                    stream,
                    text,
                })
                .await?;
            }
            NodeFrame::Progress { done, total } => {
                self.engine.state().progress.insert(self.key.id, (done, total));
                self.engine.changed(Topic::Leases);
            }
            NodeFrame::File {
                name,
                offset,
                bytes,
                last,
            } => self.file(name, offset, &bytes, last).await?,
            NodeFrame::Usage { .. } | NodeFrame::Welcome { .. } => {}
            NodeFrame::Refused { message, .. } => return Ok(Some(Outcome::Refused(message))),
            NodeFrame::Ended {
                reason,
                detail,
                exit_code,
                close,
            } => {
                let scope = self.engine.net().await?.scope;
                if !scope.close_is_genuine(self.row.quote.node, self.key.id, &close) {
                    return Ok(Some(Outcome::Refused(
                        "The node's last word is not signed by it.".into(),
                    )));
                }
                if let Err(fault) = self.billing.check_close(&close, self.prepaid()) {
                    return Ok(Some(Outcome::Refused(format!(
                        "The node's account is refused: {fault}."
                    ))));
                }
                let end = LeaseEnd {
                    reason,
                    detail,
                    amount: Io(close.amount),
                    seconds: close.seconds,
                };
                let mut tx = self.engine.inner.store.begin().await?;
                leases::end(&mut tx, self.key, end).await?;
                leases::set_node_close_signature(&mut tx, self.key, close.signature.0).await?;
                if let Some(code) = exit_code {
                    leases::set_exit_code(&mut tx, self.key, code).await?;
                }
                tx.commit().await?;
                return Ok(Some(Outcome::Ended));
            }
        }
        Ok(None)
    }

    async fn running(&mut self) -> Result<(), IpcError> {
        if self.running_since.is_none() {
            self.running_since = Some(Instant::now());
        }
        if self.row.stage != LeaseStage::Running {
            // The first start in this process: what was prepaid is not used yet.
            self.used_before = 0;
            let mut tx = self.engine.inner.store.begin().await?;
            leases::advance(&mut tx, self.key, LeaseStage::Running).await?;
            tx.commit().await?;
            self.row.stage = LeaseStage::Running;
            self.engine.changed(Topic::Leases);
        }
        Ok(())
    }

    async fn acknowledged(&mut self, amount: Io) -> Result<(), IpcError> {
        if let Some(voucher) = self.row.voucher
            && voucher.amount == amount
        {
            let mut tx = self.engine.inner.store.begin().await?;
            leases::acknowledge_voucher(&mut tx, self.key, amount, voucher.seconds).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    async fn output(&self, chunk: OutputChunk) -> Result<(), IpcError> {
        let mut tx = self.engine.inner.store.begin().await?;
        let new = outputs::append(&mut tx, self.key.id, &chunk).await?;
        tx.commit().await?;
        if new {
            self.engine.emit(Event::Output {
                lease: self.key.id,
                chunk,
            });
        }
        Ok(())
    }

    async fn file(&mut self, name: String, offset: u64, bytes: &[u8], last: bool) -> Result<(), IpcError> {
        let held: usize = self.files.values().map(Vec::len).sum();
        let limit = usize::try_from(outputs::MAX_FILES_BYTES).unwrap_or(usize::MAX);
        let content = self.files.entry(name.clone()).or_default();
        if offset == 0 {
            content.clear();
        }
        // A piece out of place or beyond the limit spoils this file only.
        if u64::try_from(content.len()).is_ok_and(|at| at == offset)
            && held.saturating_add(bytes.len()) <= limit
        {
            content.extend_from_slice(bytes);
        } else {
            self.files.remove(&name);
            return Ok(());
        }
        if last && let Some(content) = self.files.remove(&name) {
            let mut tx = self.engine.inner.store.begin().await?;
            outputs::put_file(&mut tx, self.key.id, &name, &content).await?;
            tx.commit().await?;
            self.engine.changed(Topic::Leases);
        }
        Ok(())
    }

    /// Without the node's last word: what was prepaid may be settled by the provider, the rest comes back at the
    /// latest after the settle window.
    async fn give_up(&self, detail: String) -> Result<(), IpcError> {
        let (amount, seconds) = self.row.voucher.map_or((Io::ZERO, 0), |v| (v.amount, v.seconds));
        let end = LeaseEnd {
            reason: EndReason::Disconnected,
            detail: Some(detail),
            amount,
            seconds,
        };
        let mut tx = self.engine.inner.store.begin().await?;
        leases::end(&mut tx, self.key, end).await?;
        tx.commit().await?;
        Ok(())
    }
}
