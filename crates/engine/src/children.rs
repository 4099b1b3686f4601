//! Child processes that open GPU drivers, so that this process never does: the probe and the benchmark.

use std::{path::Path, process::Stdio, time::Duration};

use hearth_types::{
    device::{AdapterRef, Benchmark, BenchmarkLine, BenchmarkProgress, Detection},
    ipc::{Code, IpcError},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// A probe that takes longer has a hanging driver.
const PROBE_TIMEOUT: Duration = Duration::from_secs(30);
/// The most a probe may print, bytes.
const MAX_PROBE_OUTPUT: u64 = 4 * 1024 * 1024;

fn failed(what: &str, cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::RunnerFailed, format!("The {what} failed.")).detail(cause)
}

fn missing(runner: &Path, cause: &std::io::Error) -> IpcError {
    IpcError::new(Code::RunnerFailed, "The runner could not be started.")
        .mend("hearth-runner must lie beside this program. Install Hearth again.")
        .detail(format!("{}: {cause}", runner.display()))
}

fn command(runner: &Path) -> Command {
    let mut command = Command::new(runner);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true);
    command
}

/// Asks every source for GPUs, in a child that may crash or hang without harm.
///
/// # Errors
/// [`Code::RunnerFailed`] when the child cannot start, crashes, hangs or prints nonsense.
pub async fn probe(runner: &Path) -> Result<Detection, IpcError> {
    let mut command = command(runner);
    let mut child = command.arg("probe").spawn().map_err(|e| missing(runner, &e))?;
    let mut output = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        let mut stdout = stdout.take(MAX_PROBE_OUTPUT);
        let read = async {
            let read = stdout.read_to_end(&mut output).await;
            child.wait().await.and(read)
        };
        let hung = "no answer within 30 s: a GPU driver hangs";
        let read = tokio::time::timeout(PROBE_TIMEOUT, read)
            .await
            .map_err(|_| failed("GPU probe", hung))?;
        read.map_err(|e| failed("GPU probe", e))?;
    }
    serde_json::from_slice(&output).map_err(|e| {
        failed("GPU probe", e)
            .mend("A GPU driver may have crashed the probe. Update the driver and look again.")
    })
}

/// A benchmark that runs in a child. Dropping it ends the child.
pub struct Benchmarking {
    child: Child,
    lines: Option<Lines<BufReader<ChildStdout>>>,
    result: Option<Result<Benchmark, IpcError>>,
}

impl Benchmarking {
    /// Starts measuring a device.
    ///
    /// # Errors
    /// [`Code::RunnerFailed`] when the child cannot start.
    pub fn start(runner: &Path, adapter: &AdapterRef) -> Result<Self, IpcError> {
        let adapter = serde_json::to_string(adapter).map_err(|e| failed("benchmark", e))?;
        let mut command = command(runner);
        let spawned = command.arg("bench").arg("--adapter").arg(adapter).spawn();
        let mut child = spawned.map_err(|e| missing(runner, &e))?;
        let lines = child.stdout.take().map(|out| BufReader::new(out).lines());
        Ok(Self {
            child,
            lines,
            result: None,
        })
    }

    /// The next step, or `None` when it is over. Safe to cancel.
    pub async fn progress(&mut self) -> Option<BenchmarkProgress> {
        let line = self.lines.as_mut()?.next_line().await;
        match line
            .ok()
            .flatten()
            .map(|line| serde_json::from_str::<BenchmarkLine>(&line))
        {
            Some(Ok(BenchmarkLine::Progress(progress))) => return Some(progress),
            Some(Ok(BenchmarkLine::Done(benchmark))) => self.result = Some(Ok(benchmark)),
            Some(Ok(BenchmarkLine::Failed(cause))) => self.result = Some(Err(failed("benchmark", cause))),
            Some(Err(cause)) => self.result = Some(Err(failed("benchmark", cause))),
            None => {}
        }
        self.lines = None;
        None
    }

    /// The result, after [`Self::progress`] has said `None`.
    ///
    /// # Errors
    /// [`Code::RunnerFailed`] with the cause.
    pub async fn finish(mut self) -> Result<Benchmark, IpcError> {
        drop(self.child.stdin.take());
        let status = self.child.wait().await.map_err(|e| failed("benchmark", e))?;
        self.result.unwrap_or_else(|| {
            Err(failed("benchmark", status).mend("The GPU driver may have crashed. Update it and try again."))
        })
    }
}
