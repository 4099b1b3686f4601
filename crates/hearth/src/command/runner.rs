//! Asking `hearth-runner`, which opens GPU drivers in a process of its own, for one answer.

use std::{ffi::OsStr, process::Stdio, time::Duration};

use hearth_types::ipc::{Code, IpcError};
use serde::de::DeserializeOwned;
use tokio::{io::AsyncReadExt as _, process::Command};

/// An answer that takes longer has a hanging driver.
const PATIENCE: Duration = Duration::from_secs(30);
/// The largest answer worth reading, bytes.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;

/// Runs the runner with these arguments and reads the JSON it prints.
///
/// # Errors
/// [`Code::RunnerFailed`] when it cannot start, refuses, hangs or prints nonsense.
pub(super) fn ask<T: DeserializeOwned>(arguments: &[&OsStr]) -> anyhow::Result<T> {
    let runner = crate::paths::sibling("hearth-runner")?;
    let mut command = Command::new(&runner);
    command
        .args(arguments)
        .env("RUST_BACKTRACE", "0")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    super::block_on(async {
        let mut child = command.spawn().map_err(|error| {
            failed("The runner could not be started.")
                .mend("hearth-runner must lie beside this program. Install Hearth again.")
                .detail(format!("{}: {error}", runner.display()))
        })?;
        let (Some(out), Some(err)) = (child.stdout.take(), child.stderr.take()) else {
            return Err(failed("The runner gave no output.").into());
        };
        let (mut answer, mut complaint) = (Vec::new(), Vec::new());
        let (mut out, mut err) = (out.take(MAX_ANSWER), err.take(MAX_ANSWER));
        let talk = async {
            tokio::try_join!(out.read_to_end(&mut answer), err.read_to_end(&mut complaint))?;
            child.wait().await
        };
        let ended = tokio::time::timeout(PATIENCE, talk).await;
        let ended = ended.map_err(|_| failed("No answer within 30 s: a GPU driver hangs."))??;
        if !ended.success() {
            // Drivers write to the same place; the runner's own word comes last.
            let complaint = String::from_utf8_lossy(&complaint);
            let word = complaint
                .lines()
                .rev()
                .find_map(|line| line.strip_prefix("Error: "));
            return Err(failed("The runner failed.")
                .detail(word.unwrap_or("it crashed; a GPU driver may be at fault"))
                .into());
        }
        Ok(serde_json::from_slice(&answer)
            .map_err(|error| failed("The runner's answer makes no sense.").detail(error))?)
    })
}

fn failed(message: &str) -> IpcError {
    IpcError::new(Code::RunnerFailed, message)
}
