//! A command job: files in, the process, its streams, files out.

use std::fs::{self, OpenOptions};
use std::io::{Read, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use hearth_protocol::runner::{FailureCode, MAX_CHUNK, Stream, WorkEvent};
use hearth_types::job::{CommandJob, JobFile};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use super::events::Events;
use super::{Failure, Wishes};

/// How long streams may stay open after the command ended: a process it left behind can hold them.
const STREAMS_LINGER: Duration = Duration::from_secs(1);
/// How often to look whether the command ended while it is silent.
const LOOK: Duration = Duration::from_millis(20);

pub(super) fn run(job: &CommandJob, folder: &Path, events: &Events, wishes: &Wishes) -> Result<i32, Failure> {
    for file in &job.files {
        lay_out(folder, file)
            .map_err(|error| Failure::new(FailureCode::Files, format!("{}: {error}", file.path)))?;
    }
    // Nothing it starts may look into this process, which shares its user.
    nix::sys::prctl::set_dumpable(false)
        .map_err(|error| Failure::new(FailureCode::CannotStart, format!("hiding the runner: {error}")))?;
    let mut child = start(job, folder)?;
    wishes.group.store(child.id(), Ordering::SeqCst);
    if wishes.stop.load(Ordering::SeqCst) {
        signal_group(wishes, Signal::SIGTERM);
    }
    events.tell(&WorkEvent::Started)?;
    let status = forward(&mut child, events, wishes);
    signal_group(wishes, Signal::SIGKILL);
    wishes.group.store(0, Ordering::SeqCst);
    let status = status?;
    for path in &job.outputs {
        if let Some(content) = read_back(&folder.join(path), events.left())
            .map_err(|error| Failure::new(FailureCode::Files, format!("{path}: {error}")))?
        {
            events.file(path, &content)?;
        }
    }
    Ok(exit_code(status))
}

/// Signals the command and everything in its process group.
pub(super) fn signal_group(wishes: &Wishes, signal: Signal) {
    let group = wishes.group.load(Ordering::SeqCst);
    if let Ok(group @ 2..) = i32::try_from(group) {
        // It may be gone already, which is as good.
        let _ = killpg(Pid::from_raw(group), signal);
    }
}

fn lay_out(folder: &Path, file: &JobFile) -> std::io::Result<()> {
    let path = folder.join(&file.path);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut written = OpenOptions::new().write(true).create_new(true).open(&path)?;
    written.write_all(&file.content.0)?;
    // Any of them may be the program.
    written.set_permissions(fs::Permissions::from_mode(0o755))
}

fn start(job: &CommandJob, folder: &Path) -> Result<Child, Failure> {
    let own: PathBuf = folder.join(&job.program);
    let program = if own.is_file() {
        own
    } else {
        PathBuf::from(&job.program)
    };
    Command::new(program)
        .args(&job.args)
        .current_dir(folder)
        .env_clear()
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", folder)
        .env("TMPDIR", "/tmp")
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(|error| Failure::new(FailureCode::CannotStart, format!("{}: {error}", job.program)))
}

/// Streams output until the command has ended. Beyond the budget it is killed.
fn forward(child: &mut Child, events: &Events, wishes: &Wishes) -> Result<ExitStatus, Failure> {
    let ended = pump_all(child).map_or_else(
        |error| Err(Failure::new(FailureCode::CannotStart, error)),
        |chunks| stream_until_end(child, &chunks, events, wishes),
    );
    if ended.is_err() {
        signal_group(wishes, Signal::SIGKILL);
    }
    let status = child
        .wait()
        .map_err(|error| Failure::new(FailureCode::CannotStart, error));
    ended.and(status)
}

type Chunk = (Stream, Vec<u8>);

fn stream_until_end(
    child: &mut Child,
    chunks: &mpsc::Receiver<Chunk>,
    events: &Events,
    wishes: &Wishes,
) -> Result<(), Failure> {
    let mut ended: Option<Instant> = None;
    loop {
        match chunks.recv_timeout(LOOK) {
            Ok((stream, bytes)) => events.output(stream, &bytes)?,
            Err(mpsc::RecvTimeoutError::Disconnected) => return Ok(()),
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        match ended {
            Some(at) if at.elapsed() > STREAMS_LINGER => return Ok(()),
            Some(_) => {}
            None => {
                let status = child.try_wait();
                let status = status.map_err(|error| Failure::new(FailureCode::CannotStart, error))?;
                if status.is_some() {
                    ended = Some(Instant::now());
                    signal_group(wishes, Signal::SIGKILL);
                }
            }
        }
    }
}

/// Reads both streams in threads of their own, which end with the streams or with this process.
fn pump_all(child: &mut Child) -> std::io::Result<mpsc::Receiver<Chunk>> {
    let (tell, chunks) = mpsc::sync_channel(4);
    if let Some(stdout) = child.stdout.take() {
        pump(stdout, Stream::Stdout, tell.clone())?;
    }
    if let Some(stderr) = child.stderr.take() {
        pump(stderr, Stream::Stderr, tell)?;
    }
    Ok(chunks)
}

fn pump(
    mut from: impl Read + Send + 'static,
    stream: Stream,
    to: mpsc::SyncSender<Chunk>,
) -> std::io::Result<()> {
    let read = move || {
        let mut buffer = vec![0; MAX_CHUNK];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            if to.send((stream, buffer[..count].to_vec())).is_err() {
                break;
            }
        }
    };
    std::thread::Builder::new().spawn(read).map(|_| ())
}

/// The content of an output; `None` when there is no such regular file.
fn read_back(path: &Path, most: u64) -> std::io::Result<Option<Vec<u8>>> {
    // Without waiting for the other end should it be a pipe.
    let opened = OpenOptions::new()
        .read(true)
        .custom_flags(nix::fcntl::OFlag::O_NONBLOCK.bits())
        .open(path);
    let file = match opened {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let mut content = Vec::new();
    // One more than allowed, so that the budget notices.
    file.take(most.saturating_add(1)).read_to_end(&mut content)?;
    Ok(Some(content))
}

fn exit_code(status: ExitStatus) -> i32 {
    status
        .code()
        .unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}
