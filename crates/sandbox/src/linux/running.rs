//! A workload that runs: its events, and the ways to end it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hearth_protocol::runner::{Control, WorkEvent};
use nix::sys::signal::{SIGKILL, kill};
use nix::unistd::Pid;
use tokio::sync::{mpsc, oneshot};

use super::cgroup::Group;
use super::processes;
use crate::{Ended, Outcome};

/// A running workload. Dropping it kills the workload.
#[derive(Debug)]
pub struct Running {
    /// What the runner reports, ending with the workload. A full channel slows the workload down.
    pub events: mpsc::Receiver<WorkEvent>,
    pub(super) handle: Handle,
    pub(super) outcome: oneshot::Receiver<Outcome>,
}

/// Ends a workload from anywhere.
#[derive(Clone, Debug)]
pub struct Handle(pub(super) Arc<Inner>);

#[derive(Debug)]
pub(super) struct Inner {
    pub(super) bubblewrap: u32,
    /// Process 1 of the sandbox by its number outside.
    pub(super) first: Option<u32>,
    pub(super) group: Option<Group>,
    pub(super) gone: AtomicBool,
    pub(super) killed: AtomicBool,
    pub(super) control: mpsc::UnboundedSender<Control>,
}

impl Running {
    /// A handle that stops and kills while this value waits elsewhere.
    #[must_use]
    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    /// See [`Handle::stop`].
    pub fn stop(&self) {
        self.handle.stop();
    }

    /// See [`Handle::kill`].
    pub fn kill(&self) {
        self.handle.kill();
    }

    /// Waits for the end of the last process. Events not taken by now are dropped.
    pub async fn wait(mut self) -> Outcome {
        self.events.close();
        (&mut self.outcome).await.unwrap_or_else(|_| Outcome {
            ended: Ended::Crashed("the supervisor of the sandbox ended".into()),
            peak_memory_bytes: None,
            ran_for: std::time::Duration::ZERO,
            output_bytes: 0,
        })
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.handle.0.end_now();
    }
}

impl Handle {
    /// Asks the workload to end by itself: SIGTERM to a command, no further dispatch of a kernel.
    pub fn stop(&self) {
        // The pipe is gone only when the workload is.
        let _ = self.0.control.send(Control::Stop);
    }

    /// Ends every process of the workload at once. Needs no network, no disk and no lock; returns before they are
    /// all gone, which [`Running::wait`] tells.
    pub fn kill(&self) {
        self.0.killed.store(true, Ordering::SeqCst);
        self.0.end_now();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Only left when the supervisor was torn down with its runtime; what remains goes at the next start.
        if let Some(group) = &self.group {
            group.remove();
        }
    }
}

impl Inner {
    /// Kills through the group, and through process 1 of the sandbox: with it the kernel ends the whole namespace.
    pub(super) fn end_now(&self) {
        if self.gone.load(Ordering::SeqCst) {
            return;
        }
        if let Some(group) = &self.group {
            group.kill();
        }
        kill_sandbox(self.bubblewrap);
    }
}

/// Kills a sandbox by its bubblewrap process.
pub(super) fn kill_sandbox(bubblewrap: u32) {
    let target = processes::first_in_sandbox(bubblewrap).unwrap_or(bubblewrap);
    if let Ok(pid @ 2..) = i32::try_from(target) {
        let _ = kill(Pid::from_raw(pid), SIGKILL);
    }
}
