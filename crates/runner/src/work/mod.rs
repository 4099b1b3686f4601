//! `work`: limits on itself first, then the order, then the job; everything said in frames.

mod command;
mod compute;
mod events;
mod limits;

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use anyhow::Context as _;
use hearth_protocol::frame::{MAX_FRAME, MAX_JOB_FRAME};
use hearth_protocol::runner::{Control, FailureCode, WorkEvent, WorkOrder, read_frame};
use hearth_types::job::Job;

use events::Events;

/// What the sandbox lays down before the order comes.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Folder in which the job's files lie and its command runs.
    #[arg(long)]
    work_dir: PathBuf,
    /// Processes and threads of this user in this namespace, at most.
    #[arg(long)]
    max_processes: Option<u64>,
    /// Private memory of each process, bytes, at most.
    #[arg(long)]
    max_data_bytes: Option<u64>,
    /// Size of each file, bytes, at most.
    #[arg(long)]
    max_file_bytes: Option<u64>,
}

/// A failure that goes to the renter.
pub(crate) struct Failure {
    pub(crate) code: FailureCode,
    pub(crate) message: String,
}

impl Failure {
    pub(crate) fn new(code: FailureCode, message: impl std::fmt::Display) -> Self {
        Self {
            code,
            message: message.to_string(),
        }
    }
}

/// What the host asked for meanwhile.
#[derive(Default)]
pub(crate) struct Wishes {
    /// Stop gracefully.
    pub(crate) stop: AtomicBool,
    /// Process group of the running command; 0 without.
    pub(crate) group: AtomicU32,
}

/// Does the one job and ends the process: what a failed driver still holds is not waited for.
pub(crate) fn run(options: &Options) -> anyhow::Result<()> {
    limits::apply(options).context("limiting the runner")?;
    let events = Events::take_stdout()?;
    events.send(&WorkEvent::Ready)?;
    let mut stdin = std::io::stdin().lock();
    let order: Option<WorkOrder> = read_frame(&mut stdin, MAX_JOB_FRAME).context("reading the order")?;
    drop(stdin);
    let order = order.context("no order came")?;
    let wishes = Arc::new(Wishes::default());
    let heard = Arc::clone(&wishes);
    std::thread::spawn(move || listen(&mut std::io::stdin(), &heard));
    let last = match work(options, &order, &events, &wishes) {
        Ok(exit_code) => WorkEvent::Finished { exit_code },
        Err(Failure { code, message }) => WorkEvent::Failed {
            code,
            message: shortened(message),
        },
    };
    events.send(&last)?;
    std::process::exit(0)
}

fn work(options: &Options, order: &WorkOrder, events: &Events, wishes: &Wishes) -> Result<i32, Failure> {
    order
        .job
        .validate()
        .map_err(|error| Failure::new(FailureCode::BadJob, error))?;
    events.set_budget(order.output_bytes);
    match &order.job {
        Job::Command(job) => command::run(job, &options.work_dir, events, wishes),
        Job::Compute(job) => compute::run(job, order.adapter.as_ref(), events, wishes),
    }
}

/// Hears control frames; a closed pipe means that the host is gone, and with it every reason to go on.
fn listen(from: &mut impl Read, wishes: &Wishes) {
    while let Ok(Some(Control::Stop)) = read_frame(from, MAX_FRAME) {
        wishes.stop.store(true, Ordering::SeqCst);
        command::signal_group(wishes, nix::sys::signal::Signal::SIGTERM);
    }
    command::signal_group(wishes, nix::sys::signal::Signal::SIGKILL);
    std::process::exit(1);
}

/// A compiler's complaint about hostile source can be long.
fn shortened(mut message: String) -> String {
    const MOST: usize = 16 * 1024;
    if message.len() > MOST {
        let cut = (0..=MOST)
            .rev()
            .find(|&at| message.is_char_boundary(at))
            .unwrap_or(0);
        message.truncate(cut);
        message.push('…');
    }
    message
}
