//! One lease on the node: carries out what [`ProviderLease`] decides.
//!
//! No step waits for the renter: frames to it go through a queue of their own, so a renter that does not read
//! cannot hold the clock. What the machine wants done is in `effects`, what is left when it is over in `ending`.

mod effects;
mod ending;

use std::{sync::Arc, time::Duration};

use hearth_market::{
    LeaseTerms, Pace,
    billing::Billing,
    node::LeaseWork,
    provider::{LeaseEnd as Account, ProviderEvent, ProviderLease},
};
use hearth_protocol::{
    frame::{MAX_FRAME, MAX_JOB_FRAME},
    lease::{NodeFrame, RefusalCode, RenterFrame},
};
use hearth_store::leases::{LeaseKey, LeaseRow};
use hearth_types::{id::SessionKey, ipc::IpcError, job::Job};
use tokio::{sync::mpsc, time::Instant};

use super::{
    Online,
    adopt::Connection,
    link::{Link, refuse},
    log::{Cursor, Log},
    work::{Work, WorkEnd, WorkStep},
};

/// An offer's notice: the owner's game never waits.
const NOTICE_SECONDS: u64 = 0;
/// Frames of a renter: so many at once, then one in so many milliseconds. In good order it sends one in ten seconds.
const FRAME_BURST: u64 = 64;
const FRAME_EVERY_MILLIS: u64 = 250;
/// Connections of a renter, likewise: each costs it a greeting, and this side what the renter says it has missed.
const CONNECTION_BURST: u64 = 16;
const CONNECTION_EVERY_MILLIS: u64 = 2_000;

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
        connections: Pace::new(CONNECTION_BURST, CONNECTION_EVERY_MILLIS),
        frames: Pace::new(FRAME_BURST, FRAME_EVERY_MILLIS),
        link: None,
        log: Log::default(),
        catching_up: None,
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
    connections: Pace,
    frames: Pace,
    link: Option<Link>,
    log: Log,
    /// How far a renter that came back has what it missed; that is sent before anything new.
    catching_up: Option<Cursor>,
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
        let (log, catching_up, work) = (&self.log, &mut self.catching_up, &mut self.work);
        let work = async {
            // A workload that writes faster than its renter reads is slowed down, not the lease.
            if let Some(room) = room {
                room.wait().await;
            }
            if let Some(frame) = catching_up.as_mut().and_then(|cursor| log.next(cursor)) {
                return Step::Missed(frame);
            }
            *catching_up = None;
            match work {
                Some(work) => Step::Work(work.next().await),
                None => std::future::pending().await,
            }
        };
        // Only a job is long, and there is one.
        let limit = if self.machine.has_job() {
            MAX_FRAME
        } else {
            MAX_JOB_FRAME
        };
        let link = &mut self.link;
        let frame = async {
            match link {
                Some(link) => link.next(limit).await,
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
            Step::Connected(connection) => match self.connected(connection) {
                Some(event) => event,
                None => return Ok(None),
            },
            Step::Frame(None) => {
                self.link = None;
                ProviderEvent::Disconnected
            }
            Step::Frame(Some(frame)) => match self.frame(frame) {
                Some(event) => event,
                None => return Ok(None),
            },
            Step::Missed(frame) => {
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

    fn connected(&mut self, connection: Connection) -> Option<ProviderEvent> {
        if !self.connections.take(self.now()) {
            let message = "Connections come too fast.";
            let refused = refuse(connection.frames, RefusalCode::TooMany, message);
            self.online.workers.spawn(refused);
            return None;
        }
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
        self.catching_up = Some(Cursor::new(connection.output_from));
        self.link = Some(link);
        Some(ProviderEvent::RenterConnected)
    }

    fn tell(&self, frame: NodeFrame) {
        if let Some(link) = &self.link {
            link.send(frame);
        }
    }

    fn refuse(&self, code: RefusalCode, message: impl Into<String>) {
        let message = message.into();
        self.tell(NodeFrame::Refused { code, message });
    }

    fn frame(&mut self, frame: RenterFrame) -> Option<ProviderEvent> {
        if !self.frames.take(self.now()) {
            self.refuse(RefusalCode::TooMany, "Frames come too fast.");
            if let Some(link) = self.link.take() {
                self.online.workers.spawn(link.close());
            }
            return Some(ProviderEvent::Disconnected);
        }
        match frame {
            RenterFrame::Hello { .. } | RenterFrame::Received => {
                self.refuse(RefusalCode::Protocol, "Nobody asked for that.");
                None
            }
            RenterFrame::Start { job } => match job.validate() {
                Ok(()) if self.machine.has_job() => None,
                Ok(()) => {
                    self.job = Some(job);
                    Some(ProviderEvent::JobReceived)
                }
                Err(cause) => {
                    self.refuse(RefusalCode::BadJob, cause.to_string());
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
}
