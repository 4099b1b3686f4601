//! A leased workload in its sandbox, as frames.

use std::collections::{HashMap, VecDeque};

use hearth_market::provider::WorkloadEnd;
use hearth_protocol::lease::NodeFrame;
use hearth_sandbox::{Ended, Running, SandboxSpec, WorkEvent};
use hearth_store::leases::LeaseRow;
use hearth_types::{
    ipc::{Code, IpcError},
    job::{Job, Limits},
};

use crate::{devices::device_id, engine::Engine};

/// The longest piece of output in one frame, bytes: as text with every byte replaced it still fits a renter's chunk.
const PIECE: usize = 16 * 1024;
/// Longer than the lease, so that the prepaid time is what ends a workload.
const SLACK_SECONDS: u64 = 600;

/// A workload.
pub(super) struct Work {
    running: Option<Running>,
    started: bool,
    sequence: u64,
    /// Where each file's next piece begins; `None` once it is complete.
    files: HashMap<String, Option<u64>>,
    waiting: VecDeque<NodeFrame>,
}

/// How it ended by itself.
pub(super) struct WorkEnd {
    pub(super) kind: WorkloadEnd,
    pub(super) detail: Option<String>,
    pub(super) exit_code: Option<i32>,
}

/// What comes from it.
pub(super) enum WorkStep {
    /// It runs now.
    Started,
    /// For the renter.
    Frame(NodeFrame),
    /// Its processes are gone.
    Over(WorkEnd),
}

impl Work {
    /// Starts the job on the leased device.
    pub(super) async fn start(engine: &Engine, row: &LeaseRow, job: Job) -> Result<Self, IpcError> {
        let node = engine.node_id();
        let first = row.quote.devices.first().copied();
        let devices = engine.detection(false).await?.devices;
        let device = devices
            .into_iter()
            .find(|device| Some(device_id(node, device)) == first);
        let adapter = device.and_then(|device| device.adapter);
        if adapter.is_none() {
            return Err(IpcError::new(Code::NoDevice, "The leased GPU is gone.")
                .mend("Check its driver and look for devices again."));
        }
        let limits = Limits {
            seconds: row.quote.max_seconds.saturating_add(SLACK_SECONDS),
            ..Limits::default()
        };
        let spec = SandboxSpec {
            runner: engine.inner.config.runner.clone(),
            job,
            adapter,
            limits,
        };
        let host = engine.sandbox().await?;
        let running = host.start(spec).await.map_err(|cause| {
            let what = format!("The sandbox did not start: {cause}.");
            IpcError::new(Code::SandboxUnavailable, what).mend(cause.mend())
        })?;
        Ok(Self {
            running: Some(running),
            started: false,
            sequence: 0,
            files: HashMap::new(),
            waiting: VecDeque::new(),
        })
    }

    /// Whether its clock runs.
    pub(super) fn is_running(&self) -> bool {
        self.started
    }

    /// Asks it to end by itself.
    pub(super) fn stop(&self) {
        if let Some(running) = &self.running {
            running.stop();
        }
    }

    /// The next thing it says. Safe to cancel.
    pub(super) async fn next(&mut self) -> WorkStep {
        loop {
            if let Some(frame) = self.waiting.pop_front() {
                return WorkStep::Frame(frame);
            }
            let event = match &mut self.running {
                Some(running) => running.events.recv().await,
                None => return std::future::pending().await,
            };
            match event {
                Some(WorkEvent::Started) => {
                    self.started = true;
                    return WorkStep::Started;
                }
                Some(event) => self.translate(event),
                None => return WorkStep::Over(self.end().await),
            }
        }
    }

    fn translate(&mut self, event: WorkEvent) {
        match event {
            WorkEvent::Output { stream, bytes } => {
                for piece in bytes.chunks(PIECE) {
                    let (sequence, bytes) = (self.sequence, piece.to_vec());
                    self.waiting.push_back(NodeFrame::Output {
                        sequence,
                        stream,
                        bytes,
                    });
                    self.sequence += 1;
                }
            }
            WorkEvent::Progress { done, total } => {
                self.waiting.push_back(NodeFrame::Progress {
                    done: done.into(),
                    total: total.into(),
                });
            }
            WorkEvent::File { path, bytes, last } => {
                // A workload can take over its runner and say the end of a file, or nothing of it, for ever.
                let next = self.files.entry(path.clone()).or_insert(Some(0));
                let Some(offset) = *next else { return };
                if bytes.is_empty() && !last {
                    return;
                }
                let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
                *next = (!last).then(|| offset.saturating_add(length));
                self.waiting.push_back(NodeFrame::File {
                    name: path,
                    offset,
                    bytes,
                    last,
                });
            }
            WorkEvent::Ready | WorkEvent::Started | WorkEvent::Finished { .. } | WorkEvent::Failed { .. } => {
            }
        }
    }

    async fn end(&mut self) -> WorkEnd {
        let failed = |detail: Option<String>| WorkEnd {
            kind: WorkloadEnd::Failed,
            detail,
            exit_code: None,
        };
        let Some(running) = self.running.take() else {
            return failed(None);
        };
        match running.wait().await.ended {
            Ended::Finished { exit_code } => WorkEnd {
                kind: WorkloadEnd::Finished,
                detail: None,
                exit_code: Some(exit_code),
            },
            Ended::Failed { message, .. } => failed(Some(message)),
            Ended::TimeLimit => failed(Some("It ran longer than it may.".into())),
            Ended::MemoryLimit => failed(Some("It took more memory than it may.".into())),
            Ended::OutputLimit => failed(Some("It wrote more output than it may.".into())),
            Ended::Killed => failed(None),
            Ended::Crashed(text) => {
                tracing::warn!("the runner crashed: {text}");
                failed(Some("The runner crashed.".into()))
            }
        }
    }

    /// Ends every process of it now; returns when they are gone.
    pub(super) async fn kill(mut self) {
        if let Some(running) = self.running.take() {
            running.kill();
            running.wait().await;
        }
    }
}
