//! The processes of the demo: a practice network and one daemon a side, all in a folder that goes away.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::Context as _;
use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
};

use super::party::Party;

/// How long a process may take to say that it is ready.
const START_TIMEOUT: Duration = Duration::from_secs(60);

/// Everything that runs.
pub(super) struct Stage {
    folder: PathBuf,
    keep: bool,
    rpc_url: String,
    coordinator_url: String,
    children: Vec<Child>,
}

impl Stage {
    /// Starts a fresh practice network.
    pub(super) async fn set_up(keep: bool) -> anyhow::Result<Self> {
        let name = format!("hearth-demo-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        hearth_engine::create_private_dir(&folder)?;
        let mut command = Command::new(crate::paths::sibling("hearth-practice")?);
        command.arg("--data-dir").arg(folder.join("network"));
        command.args([
            "--rpc-listen",
            "127.0.0.1:0",
            "--coordinator-listen",
            "127.0.0.1:0",
        ]);
        let (child, ready) = start(command, "the practice network").await?;
        let text = |name: &str| {
            ready[name]
                .as_str()
                .map(str::to_owned)
                .context("the practice network's ready line")
        };
        let (rpc_url, coordinator_url) = (text("rpcUrl")?, text("coordinatorUrl")?);
        Ok(Self {
            folder,
            keep,
            rpc_url,
            coordinator_url,
            children: vec![child],
        })
    }

    pub(super) fn rpc_url(&self) -> &str {
        &self.rpc_url
    }

    pub(super) fn coordinator_url(&self) -> &str {
        &self.coordinator_url
    }

    /// Starts a side's daemon and connects to it.
    pub(super) async fn party(&mut self, name: &'static str) -> anyhow::Result<Party> {
        let data_dir = self.folder.join(name);
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("--json").arg("--data-dir").arg(&data_dir);
        command.args(["daemon", "--no-tray", "--no-keychain", "--rpc-url", &self.rpc_url]);
        command.args(["--coordinator-url", &self.coordinator_url]);
        let (child, _) = start(command, name).await?;
        self.children.push(child);
        Party::connect(name, &data_dir).await
    }

    /// Ends the daemons, then the network, and removes the folder.
    pub(super) async fn take_down(mut self) {
        while let Some(mut child) = self.children.pop() {
            ask_to_end(&child);
            if tokio::time::timeout(Duration::from_secs(10), child.wait())
                .await
                .is_err()
            {
                let _ = child.kill().await;
            }
        }
        if self.keep {
            crate::output::line(format!("Kept in {}", self.folder.display()));
        } else if let Err(error) = std::fs::remove_dir_all(&self.folder) {
            tracing::warn!(%error, "the demo's folder is left");
        }
    }
}

fn ask_to_end(child: &Child) {
    #[cfg(unix)]
    if let Some(id) = child.id().and_then(|id| i32::try_from(id).ok()) {
        let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(id), nix::sys::signal::Signal::SIGTERM);
    }
}

/// Starts a process and waits for the one line of JSON that says it is ready.
async fn start(mut command: Command, name: &str) -> anyhow::Result<(Child, Value)> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
    let stdout = child.stdout.take().context("its output")?;
    let mut lines = BufReader::new(stdout).lines();
    let line = tokio::time::timeout(START_TIMEOUT, lines.next_line()).await;
    let line = line.with_context(|| format!("{name} was not ready within 60 s"))??;
    let line = line.with_context(|| format!("{name} ended before it was ready"))?;
    // Later lines are read and dropped, or the process would block on a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((
        child,
        serde_json::from_str(&line).with_context(|| format!("{name} said: {line}"))?,
    ))
}
