//! A program under test: started, ready, killed.

use std::{
    ffi::OsStr,
    fs::OpenOptions,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{ExitStatus, Stdio},
    time::Duration,
};

use anyhow::Context as _;
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

/// How long anything that is waited for may take, also on a slow machine.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A command for one of Hearth's programs.
///
/// # Errors
/// When it was not built.
pub fn program(name: &str) -> anyhow::Result<Command> {
    Ok(Command::new(crate::processes::program(name)?))
}

/// A running program. Dropping it kills it.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    ready: Value,
}

impl Process {
    /// Starts a program and waits for the one line of JSON that says it is ready. Its log is appended to `log`.
    ///
    /// # Errors
    /// When it cannot start, is not ready in time, or says something else; the text is what it said.
    pub async fn start(mut command: Command, name: &str, log: &Path) -> anyhow::Result<Self> {
        let log = OpenOptions::new().create(true).append(true).open(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log);
        let mut child = command
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let mut lines = BufReader::new(child.stdout.take().context("its output")?).lines();
        let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
        let line = line.with_context(|| format!("{name} was not ready in time"))??;
        let line = line.with_context(|| format!("{name} ended before it was ready"))?;
        // Later lines are read and dropped, or the process would block on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let ready: Value = serde_json::from_str(&line).with_context(|| format!("{name} said: {line}"))?;
        anyhow::ensure!(ready["event"] == "ready", "{name} said: {line}");
        Ok(Self {
            name: name.to_owned(),
            child,
            ready,
        })
    }

    /// A text of the ready line.
    ///
    /// # Errors
    /// When it has none of that name.
    pub fn told(&self, field: &str) -> anyhow::Result<String> {
        let text = self.ready[field].as_str();
        Ok(text
            .with_context(|| format!("{} did not tell its {field}", self.name))?
            .to_owned())
    }

    /// The process's id while it lives.
    #[must_use]
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGKILL, and gone when this returns.
    ///
    /// # Errors
    /// When the system refuses.
    pub async fn kill(&mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }

    /// Waits until it has died by SIGKILL, as a kill point makes it.
    ///
    /// # Errors
    /// When it lives on or ended otherwise.
    pub async fn wait_killed(&mut self) -> anyhow::Result<()> {
        let status = self.wait().await.context("was it built with its failpoints?")?;
        let killed = status.signal() == Some(Signal::SIGKILL as i32);
        anyhow::ensure!(killed, "{} ended with {status}, not by SIGKILL", self.name);
        Ok(())
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it lives on.
    pub async fn wait(&mut self) -> anyhow::Result<ExitStatus> {
        let ended = tokio::time::timeout(PATIENCE, self.child.wait()).await;
        Ok(ended.with_context(|| format!("{} lives on", self.name))??)
    }

    /// SIGTERM, and a good end.
    ///
    /// # Errors
    /// When it lives on or fails.
    pub async fn end(&mut self) -> anyhow::Result<()> {
        if let Some(id) = self.child.id() {
            kill(Pid::from_raw(i32::try_from(id)?), Signal::SIGTERM)?;
        }
        let status = self.wait().await?;
        anyhow::ensure!(status.success(), "{} ended with {status}", self.name);
        Ok(())
    }
}

/// Runs a program that must refuse to start: what it printed on standard output.
///
/// # Errors
/// When it starts all the same, or ends well.
pub async fn refused(mut command: Command) -> anyhow::Result<String> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let ended = tokio::time::timeout(PATIENCE, command.kill_on_drop(true).output()).await;
    let ended = ended.context("it should have refused and lives on")??;
    let said = String::from_utf8_lossy(&ended.stdout).into_owned();
    anyhow::ensure!(!ended.status.success(), "it should have refused and said: {said}");
    Ok(said)
}

/// The last lines of all logs in a folder, for the text of a failure.
#[must_use]
pub fn log_tails(folder: &Path) -> String {
    const LINES: usize = 25;
    let mut text = String::new();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return text;
    };
    for entry in entries
        .flatten()
        .filter(|e| e.path().extension() == Some(OsStr::new("log")))
    {
        let log = std::fs::read_to_string(entry.path()).unwrap_or_default();
        let lines: Vec<_> = log.lines().collect();
        let tail = lines.get(lines.len().saturating_sub(LINES)..).unwrap_or_default();
        let name = entry.file_name();
        text.push_str(&format!("--- {}\n{}\n", name.display(), tail.join("\n")));
    }
    text
}
