//! Watches one workload to its end: time, memory, output, and the frames of its runner.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use hearth_protocol::frame::{self, MAX_FRAME};
use hearth_protocol::runner::{FailureCode, WorkEvent};
use hearth_types::job::Limits;
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, ChildStderr, ChildStdout};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::running::Inner;
use super::{processes, watchdog};
use crate::{Ended, Outcome};

/// How often memory is looked at without a control group, while less than half of it is taken.
const LOOK: Duration = Duration::from_millis(100);
/// And while more is taken.
const LOOK_CLOSELY: Duration = Duration::from_millis(20);
/// How long processes may take to die before they are killed again.
const DEATH: Duration = Duration::from_secs(2);
/// What is kept of standard error, bytes.
const TAIL: usize = 4096;

/// Reads frames that a workload may have forged.
pub(super) struct Reader {
    from: Option<ChildStdout>,
    files: BTreeSet<String>,
    limit: u64,
    output: u64,
}

/// Why frames are read no further.
#[derive(Debug)]
pub(super) enum Nonsense {
    /// More output than allowed.
    TooMuch,
    /// Not what a runner says.
    Protocol(String),
}

impl Reader {
    pub(super) fn new(from: Option<ChildStdout>, files: BTreeSet<String>, limit: u64) -> Self {
        Self {
            from,
            files,
            limit,
            output: 0,
        }
    }

    /// The next event; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<WorkEvent>, Nonsense> {
        let Some(from) = &mut self.from else {
            return Ok(None);
        };
        let mut prefix = [0; 4];
        // A killed runner may leave a frame unfinished: that is an end, too.
        if from.read_exact(&mut prefix).await.is_err() {
            return Ok(None);
        }
        let protocol = |error: frame::FrameError| Nonsense::Protocol(error.to_string());
        let mut body = vec![0; frame::length(prefix, MAX_FRAME).map_err(protocol)?];
        if from.read_exact(&mut body).await.is_err() {
            return Ok(None);
        }
        let event: WorkEvent = frame::decode(&body).map_err(protocol)?;
        self.account(&event)?;
        Ok(Some(event))
    }

    fn account(&mut self, event: &WorkEvent) -> Result<(), Nonsense> {
        let bytes = match event {
            WorkEvent::Output { bytes, .. } => bytes.len(),
            WorkEvent::File { path, bytes, .. } if self.files.contains(path) => bytes.len(),
            WorkEvent::File { .. } => return Err(Nonsense::Protocol("a file nobody asked for".into())),
            WorkEvent::Ready
            | WorkEvent::Started
            | WorkEvent::Progress { .. }
            | WorkEvent::Finished { .. }
            | WorkEvent::Failed { .. } => 0,
        };
        self.output = self
            .output
            .saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        if self.output > self.limit {
            Err(Nonsense::TooMuch)
        } else {
            Ok(())
        }
    }
}

/// The end of what a sandbox prints on standard error.
pub(super) struct Tail(JoinHandle<Vec<u8>>);

impl Tail {
    pub(super) fn of(stderr: Option<ChildStderr>) -> Self {
        Self(tokio::spawn(async move {
            let mut kept = Vec::new();
            let Some(mut stderr) = stderr else { return kept };
            let mut buffer = [0; TAIL];
            while let Ok(count @ 1..) = stderr.read(&mut buffer).await {
                kept.extend_from_slice(&buffer[..count]);
                kept.drain(..kept.len().saturating_sub(TAIL));
            }
            kept
        }))
    }

    /// All of it, once the sandbox has ended.
    pub(super) async fn text(self) -> String {
        let bytes = tokio::time::timeout(DEATH, self.0).await;
        let bytes = bytes.ok().and_then(Result::ok).unwrap_or_default();
        String::from_utf8_lossy(&bytes).trim().to_owned()
    }
}

/// What reading came to.
#[derive(Default)]
struct Heard {
    last: Option<Ended>,
    output: u64,
}

/// Everything needed to see a workload to its end.
pub(super) struct Supervisor {
    pub(super) child: Child,
    pub(super) inner: Arc<Inner>,
    pub(super) limits: Limits,
    pub(super) watched: bool,
    pub(super) tail: Tail,
}

impl Supervisor {
    /// Runs until the last process is gone.
    pub(super) async fn run(mut self, reader: Reader, events: mpsc::Sender<WorkEvent>) -> Outcome {
        let started = Instant::now();
        let (stop, mut stopped) = mpsc::channel(1);
        let listening = tokio::spawn(listen(reader, events, stop));
        let deadline = tokio::time::sleep(Duration::from_secs(self.limits.seconds));
        tokio::pin!(deadline);
        let look = tokio::time::sleep(LOOK_CLOSELY);
        tokio::pin!(look);
        let (mut cause, mut peak) = (None, 0);
        loop {
            tokio::select! {
                _ = self.child.wait() => break,
                () = &mut deadline => cause = Some(Ended::TimeLimit),
                Some(ended) = stopped.recv() => {
                    cause = ended;
                    break;
                }
                () = &mut look, if self.watched => {
                    let taken = self.memory().await;
                    peak = peak.max(taken);
                    let limit = self.limits.memory_bytes;
                    if taken > limit {
                        cause = Some(Ended::MemoryLimit);
                    }
                    let pause = if taken > limit / 2 { LOOK_CLOSELY } else { LOOK };
                    look.as_mut().reset(Instant::now() + pause);
                }
            }
            if cause.is_some() || self.inner.killed.load(Ordering::SeqCst) {
                break;
            }
        }
        self.bury().await;
        let ran_for = started.elapsed();
        // A listener that takes nothing must not keep the outcome of an ended workload.
        let ending = cause.is_some() || self.inner.killed.load(Ordering::SeqCst);
        let heard = heard(listening, ending).await;
        let out_of_memory = self
            .inner
            .group
            .as_ref()
            .is_some_and(|group| group.out_of_memory() > 0);
        let peak_memory_bytes = match &self.inner.group {
            Some(group) => group.peak_memory(),
            None => Some(peak).filter(|peak| *peak > 0),
        };
        if let Some(group) = &self.inner.group {
            group.remove();
        }
        let said = self.tail.text().await;
        let killed = self.inner.killed.load(Ordering::SeqCst);
        let ended = judge(heard.last, cause, killed, out_of_memory, said);
        Outcome {
            ended,
            peak_memory_bytes,
            ran_for,
            output_bytes: heard.output,
        }
    }

    async fn memory(&self) -> u64 {
        let root = self.inner.bubblewrap;
        tokio::task::spawn_blocking(move || watchdog::memory(root))
            .await
            .unwrap_or(0)
    }

    /// Kills what is left and waits until nothing is.
    async fn bury(&mut self) {
        while !matches!(self.child.try_wait(), Ok(Some(_))) {
            self.inner.end_now();
            if tokio::time::timeout(DEATH, self.child.wait()).await.is_err() {
                // bubblewrap itself hangs; its death takes the sandbox along.
                let _ = self.child.start_kill();
            }
        }
        // Its number is free for other processes from here on.
        self.inner.gone.store(true, Ordering::SeqCst);
        // bubblewrap may leave before the sandbox's first process, which is the last of its namespace to go.
        let until = Instant::now() + DEATH;
        while self.something_left() && Instant::now() < until {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    fn something_left(&self) -> bool {
        if let Some(group) = &self.inner.group
            && !group.is_empty()
        {
            group.kill();
            return true;
        }
        self.inner.first.is_some_and(processes::lives)
    }
}

/// Passes events on until the runner ends or breaks a rule; `stop` hears that it is over, and of the rule.
async fn listen(
    mut reader: Reader,
    events: mpsc::Sender<WorkEvent>,
    stop: mpsc::Sender<Option<Ended>>,
) -> Heard {
    let mut heard = Heard::default();
    loop {
        let event = match reader.next().await {
            Ok(Some(event)) => event,
            Ok(None) => break,
            Err(nonsense) => {
                let ended = match nonsense {
                    Nonsense::TooMuch => Ended::OutputLimit,
                    Nonsense::Protocol(what) => Ended::Crashed(what),
                };
                // Full only when it was told already.
                let _ = stop.try_send(Some(ended));
                break;
            }
        };
        match &event {
            WorkEvent::Finished { exit_code } => {
                heard.last = Some(Ended::Finished {
                    exit_code: *exit_code,
                })
            }
            WorkEvent::Failed {
                code: FailureCode::OutputLimit,
                ..
            } => heard.last = Some(Ended::OutputLimit),
            WorkEvent::Failed { code, message } => {
                heard.last = Some(Ended::Failed {
                    code: *code,
                    message: message.clone(),
                });
            }
            WorkEvent::Ready
            | WorkEvent::Started
            | WorkEvent::Output { .. }
            | WorkEvent::Progress { .. }
            | WorkEvent::File { .. } => {}
        }
        heard.output = reader.output;
        // Without a listener the workload goes on; its events are nobody's.
        let _ = events.send(event).await;
        if heard.last.is_some() {
            // Whatever still runs has no business any more.
            let _ = stop.try_send(None);
            break;
        }
    }
    heard
}

async fn heard(mut listening: JoinHandle<Heard>, ending: bool) -> Heard {
    if ending {
        let done = tokio::time::timeout(DEATH, &mut listening).await;
        if done.is_err() {
            listening.abort();
        }
        return done.ok().and_then(Result::ok).unwrap_or_default();
    }
    listening.await.unwrap_or_default()
}

/// The most telling of what is known about the end.
fn judge(
    last: Option<Ended>,
    cause: Option<Ended>,
    killed: bool,
    out_of_memory: bool,
    said: String,
) -> Ended {
    match (last, cause) {
        (_, Some(cause @ (Ended::OutputLimit | Ended::Crashed(_)))) => cause,
        (Some(Ended::Finished { exit_code }), _) if exit_code != 0 && out_of_memory => Ended::MemoryLimit,
        (Some(last), _) => last,
        (None, Some(cause)) => cause,
        (None, None) if killed => Ended::Killed,
        (None, None) if out_of_memory => Ended::MemoryLimit,
        (None, None) => Ended::Crashed(said),
    }
}
