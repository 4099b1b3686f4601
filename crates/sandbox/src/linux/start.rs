//! Starts a workload: sandbox first, limits next, and only then the job.
//!
//! The runner says that it stands before it is sent anything, so nothing hostile exists until every limit is on.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use command_fds::{CommandFdExt as _, FdMapping};
use hearth_protocol::frame::{self, MAX_JOB_FRAME};
use hearth_protocol::runner::{WorkEvent, WorkOrder};
use hearth_types::device::AdapterRef;
use hearth_types::job::{BufferUse, Job, Limits};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Child;
use tokio::sync::{mpsc, oneshot};

use super::bubblewrap::{self, FILTER_FD, GROUP_FD, PASSWD_FD, RUNNER_FD, RunnerProgram};
use super::cgroup::{Group, OWN_PROCESSES};
use super::check::{self, Limiter, SandboxHost};
use super::devices::{self, Devices};
use super::running::{Handle, Inner, Running, kill_sandbox};
use super::supervise::{Reader, Supervisor, Tail};
use super::{filter, processes};
use crate::SandboxError;

/// How long bubblewrap and the runner may take to stand.
const START: Duration = Duration::from_secs(15);
/// Events that wait for a slow listener.
const WAITING_EVENTS: usize = 64;

/// What to run and how.
#[derive(Clone, Debug)]
pub struct SandboxSpec {
    /// The `hearth-runner` program.
    pub runner: PathBuf,
    /// The job; must have passed [`Job::validate`].
    pub job: Job,
    /// The leased adapter, whose device nodes the workload gets.
    pub adapter: Option<AdapterRef>,
    /// What it may take.
    pub limits: Limits,
}

impl SandboxHost {
    /// Starts a workload. It runs until it ends, is ended, or the returned value is dropped.
    ///
    /// # Errors
    /// [`SandboxError`]; nothing is left behind.
    pub async fn start(&self, spec: SandboxSpec) -> Result<Running, SandboxError> {
        self.usable()?;
        let order = WorkOrder {
            adapter: spec.adapter.clone(),
            output_bytes: spec.limits.output_bytes,
            job: spec.job,
        };
        let order_frame = frame::encode(&order, MAX_JOB_FRAME)?;
        let devices = devices::of(spec.adapter.as_ref())?;
        let mut child = self.spawn(&spec.runner, &devices, &spec.limits)?;
        let bubblewrap = child
            .id()
            .ok_or_else(|| SandboxError::Start("it ended at once".into()))?;
        let tail = Tail::of(child.stderr.take());
        let files = file_names(&order.job);
        let mut reader = Reader::new(child.stdout.take(), files, spec.limits.output_bytes);
        let ready = tokio::time::timeout(START, reader.next()).await;
        if !matches!(ready, Ok(Ok(Some(WorkEvent::Ready)))) {
            return Err(failed_start(bubblewrap, &mut child, tail).await);
        }
        let group = match self.enclose(bubblewrap, &spec.limits).await {
            Ok(group) => group,
            Err(error) => {
                kill_sandbox(bubblewrap);
                let _ = tokio::time::timeout(START, child.wait()).await;
                return Err(error);
            }
        };
        let (control, controls) = mpsc::unbounded_channel();
        let (event_sender, events) = mpsc::channel(WAITING_EVENTS);
        let (outcome_sender, outcome) = oneshot::channel();
        let inner = Arc::new(Inner {
            bubblewrap,
            first: processes::first_in_sandbox(bubblewrap),
            group,
            gone: AtomicBool::new(false),
            killed: AtomicBool::new(false),
            control,
        });
        // From here on dropping it ends everything.
        let running = Running {
            events,
            handle: Handle(Arc::clone(&inner)),
            outcome,
        };
        if let Some(stdin) = child.stdin.take() {
            tokio::spawn(feed(stdin, order_frame, controls));
        }
        let watched = self.limiter == Limiter::Watchdog;
        let supervisor = Supervisor {
            child,
            inner,
            limits: spec.limits,
            watched,
            tail,
        };
        tokio::spawn(async move {
            let outcome = supervisor.run(reader, event_sender).await;
            // Nobody may be waiting.
            let _ = outcome_sender.send(outcome);
        });
        Ok(running)
    }

    fn spawn(&self, runner: &PathBuf, devices: &Devices, limits: &Limits) -> Result<Child, SandboxError> {
        let no_runner = |source| SandboxError::NoRunner {
            path: runner.clone(),
            source,
        };
        let open = File::open(runner).map_err(no_runner)?;
        let as_root = nix::unistd::geteuid().is_root();
        let program = if as_root {
            RunnerProgram::OpenFile
        } else {
            RunnerProgram::Path(runner)
        };
        let watched = self.limiter == Limiter::Watchdog;
        let runner_limits = if watched {
            resource_limits(limits)
        } else {
            Vec::new()
        };
        let mut command = Command::new(self.usable()?);
        command.args(bubblewrap::arguments(&program, devices, limits, &runner_limits));
        bubblewrap::as_ordinary_user(&mut command, &devices.nodes);
        let (user, group) = bubblewrap::identity(&devices.nodes);
        let passwd = format!("worker:x:{user}:{group}::{}:/bin/sh\n", bubblewrap::WORK);
        let mut mappings = vec![
            mapping(pipe_with(&filter::program(watched)?)?, FILTER_FD),
            mapping(pipe_with(passwd.as_bytes())?, PASSWD_FD),
            mapping(pipe_with(format!("worker:x:{group}:\n").as_bytes())?, GROUP_FD),
        ];
        if as_root {
            mappings.push(mapping(open.into(), RUNNER_FD));
        }
        // Whatever this process was started with and every child would inherit: nothing of it goes inside.
        let taken: Vec<i32> = mappings.iter().map(|mapping| mapping.child_fd).collect();
        for number in processes::inherited_files()?
            .into_iter()
            .filter(|number| !taken.contains(number))
        {
            mappings.push(mapping(File::open("/dev/null")?.into(), number));
        }
        command
            .fd_mappings(mappings)
            .map_err(|error| SandboxError::Spawn(std::io::Error::other(error)))?
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Ok(tokio::process::Command::from(command)
            .kill_on_drop(true)
            .spawn()?)
    }

    /// Puts bubblewrap and all below it into a control group, where that is how this host limits.
    async fn enclose(&self, bubblewrap: u32, limits: &Limits) -> Result<Option<Group>, SandboxError> {
        let (limiter, limits) = (self.limiter.clone(), *limits);
        // systemd may take its time.
        let enclosed = tokio::task::spawn_blocking(move || {
            let pids = processes::tree(bubblewrap);
            check::enclose(&limiter, &pids, &limits)
        });
        enclosed
            .await
            .map_err(|error| SandboxError::Spawn(std::io::Error::other(error)))?
    }
}

/// What the runner lays on itself where there is no control group.
fn resource_limits(limits: &Limits) -> Vec<String> {
    let own = limits.processes.saturating_add(OWN_PROCESSES);
    vec![
        format!("--max-processes={own}"),
        format!("--max-data-bytes={}", limits.memory_bytes),
        format!("--max-file-bytes={}", limits.memory_bytes),
    ]
}

/// Names under which files may come back.
fn file_names(job: &Job) -> BTreeSet<String> {
    match job {
        Job::Command(job) => job.outputs.iter().cloned().collect(),
        Job::Compute(job) => {
            let outputs = job
                .buffers
                .iter()
                .filter(|b| matches!(b.usage, BufferUse::Output { .. }));
            outputs.map(|buffer| buffer.name.clone()).collect()
        }
    }
}

/// A pipe that holds a few kilobytes and then ends; less than a pipe takes without a reader.
fn pipe_with(bytes: &[u8]) -> std::io::Result<OwnedFd> {
    let (reader, mut writer) = std::io::pipe()?;
    writer.write_all(bytes)?;
    Ok(reader.into())
}

fn mapping(parent_fd: OwnedFd, child_fd: i32) -> FdMapping {
    FdMapping { parent_fd, child_fd }
}

async fn failed_start(bubblewrap: u32, child: &mut Child, tail: Tail) -> SandboxError {
    kill_sandbox(bubblewrap);
    let _ = tokio::time::timeout(START, child.wait()).await;
    let said = tail.text().await;
    if said.contains("namespace") || said.contains("uid map") {
        SandboxError::NoNamespaces(said)
    } else {
        SandboxError::Start(said)
    }
}

/// Sends the order, then controls until the workload is gone.
async fn feed(
    mut stdin: tokio::process::ChildStdin,
    order: Vec<u8>,
    mut controls: mpsc::UnboundedReceiver<hearth_protocol::runner::Control>,
) {
    if stdin.write_all(&order).await.is_err() {
        return;
    }
    drop(order);
    while let Some(control) = controls.recv().await {
        let Ok(bytes) = frame::encode(&control, frame::MAX_FRAME) else {
            return;
        };
        if stdin.write_all(&bytes).await.is_err() {
            return;
        }
    }
}
