//! The way out: frames on what was stdout, with one budget over all output.

use std::fs::File;
use std::os::fd::AsFd as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::Context as _;
use hearth_protocol::frame::MAX_FRAME;
use hearth_protocol::runner::{FailureCode, MAX_CHUNK, Stream, WorkEvent, write_frame};

use super::Failure;

/// Sends events from any thread.
pub(super) struct Events {
    pipe: Mutex<File>,
    budget: AtomicU64,
}

impl Events {
    /// Takes stdout for frames; whatever a driver prints there from now on goes to stderr.
    pub(super) fn take_stdout() -> anyhow::Result<Self> {
        let pipe = std::io::stdout()
            .as_fd()
            .try_clone_to_owned()
            .context("keeping stdout")?;
        nix::unistd::dup2_stdout(std::io::stderr()).context("moving stdout")?;
        Ok(Self {
            pipe: Mutex::new(File::from(pipe)),
            budget: AtomicU64::new(0),
        })
    }

    /// Sets how many bytes of streams and files may pass.
    pub(super) fn set_budget(&self, bytes: u64) {
        self.budget.store(bytes, Ordering::SeqCst);
    }

    pub(super) fn send(&self, event: &WorkEvent) -> anyhow::Result<()> {
        let mut pipe = self.pipe.lock().map_err(|_| anyhow::anyhow!("a sender failed"))?;
        write_frame(&mut *pipe, event, MAX_FRAME).context("telling the host")
    }

    /// Sends and fails as a job fails: the host is gone, so nobody reads the code.
    pub(super) fn tell(&self, event: &WorkEvent) -> Result<(), Failure> {
        self.send(event)
            .map_err(|error| Failure::new(FailureCode::Files, error))
    }

    pub(super) fn output(&self, stream: Stream, bytes: &[u8]) -> Result<(), Failure> {
        self.spend(bytes.len())?;
        self.tell(&WorkEvent::Output {
            stream,
            bytes: bytes.to_vec(),
        })
    }

    /// Sends a file in pieces; the last piece says so.
    pub(super) fn file(&self, path: &str, content: &[u8]) -> Result<(), Failure> {
        self.spend(content.len())?;
        let mut rest = content;
        loop {
            let (piece, after) = rest.split_at(rest.len().min(MAX_CHUNK));
            let last = after.is_empty();
            self.tell(&WorkEvent::File {
                path: path.to_owned(),
                bytes: piece.to_vec(),
                last,
            })?;
            if last {
                return Ok(());
            }
            rest = after;
        }
    }

    /// Bytes that may still pass.
    pub(super) fn left(&self) -> u64 {
        self.budget.load(Ordering::SeqCst)
    }

    fn spend(&self, bytes: usize) -> Result<(), Failure> {
        let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
        let spent = self
            .budget
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(bytes));
        spent.map(|_| ()).map_err(|_| {
            Failure::new(
                FailureCode::OutputLimit,
                "the job wrote more output than its lease allows",
            )
        })
    }
}
