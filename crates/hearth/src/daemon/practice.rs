//! Keeps the practice network running: a process of its own that this daemon starts when nobody else has.
//!
//! The network's ports are chosen at its first start and kept in its folder, so that a restart, and a profile that
//! names the same folder, find it at the same place.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use anyhow::Context as _;
use hearth_engine::NetworkConfig;
use hearth_types::{
    ipc::{Code, IpcError},
    network::NetworkKind,
};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader},
    process::{Child, Command},
    sync::watch,
    task::JoinHandle,
};

/// How long a network may take to come up before it counts as failed.
const START_TIMEOUT: Duration = Duration::from_secs(60);
/// How long a killed daemon's network may hold its folder.
const LET_GO: Duration = Duration::from_secs(15);
/// Before another try to start it.
const RETRY: Duration = Duration::from_millis(500);
/// How often a running network is looked after.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a network may take to say who it is.
const ANSWER_TIME: Duration = Duration::from_secs(2);

/// Where the practice network listens; kept in its folder.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Endpoint {
    rpc_url: String,
    coordinator_url: String,
}

/// The line a starting network prints.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Ready {
    rpc_url: String,
    coordinator_url: Option<String>,
}

/// Starts the network and starts it again when it is gone.
pub(super) struct Supervisor {
    endpoint: Endpoint,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Supervisor {
    /// Finds the running network of a folder or starts it.
    ///
    /// # Errors
    /// [`Code::ChainUnreachable`] with what the network printed, or [`Code::PortInUse`].
    pub(super) async fn start(dir: PathBuf) -> anyhow::Result<Self> {
        hearth_engine::create_private_dir(&dir)?;
        let (endpoint, child) = find_or_start(&dir).await?;
        hearth_engine::write_private(&dir.join("endpoint.json"), &endpoint)?;
        let (stop, stopped) = watch::channel(false);
        let task = tokio::spawn(look_after(dir, endpoint.clone(), child, stopped));
        Ok(Self { endpoint, stop, task })
    }

    /// What the engine connects to.
    pub(super) fn network(&self) -> NetworkConfig {
        NetworkConfig {
            kind: NetworkKind::Practice,
            rpc_url: self.endpoint.rpc_url.clone(),
            coordinator_url: self.endpoint.coordinator_url.clone(),
        }
    }

    /// Stops looking after it and ends it, if this daemon started it.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        let _ = self.task.await;
    }
}

/// The running network of a folder, or a new process. A network whose daemon was killed needs a moment to notice
/// and to let go of its folder, so a start that fails is tried again.
async fn find_or_start(dir: &Path) -> anyhow::Result<(Endpoint, Option<Child>)> {
    let until = tokio::time::Instant::now() + LET_GO;
    loop {
        let known = read_endpoint(dir);
        if let Some(endpoint) = &known
            && answers(endpoint).await
        {
            return Ok((endpoint.clone(), None));
        }
        match spawn(dir, known.as_ref()).await {
            Ok((endpoint, child)) => return Ok((endpoint, Some(child))),
            Err(error) if known.is_none() || tokio::time::Instant::now() >= until => return Err(error),
            Err(_) => tokio::time::sleep(RETRY).await,
        }
    }
}

fn read_endpoint(dir: &Path) -> Option<Endpoint> {
    serde_json::from_slice(&std::fs::read(dir.join("endpoint.json")).ok()?).ok()
}

fn socket_address(url: &str) -> &str {
    url.trim_start_matches("http://").trim_end_matches('/')
}

/// Whether a practice network answers there and names its coordinator as expected: another program may have taken
/// the ports.
async fn answers(endpoint: &Endpoint) -> bool {
    let info = hearth_engine::practice_info(&endpoint.rpc_url);
    let Ok(Ok(info)) = tokio::time::timeout(ANSWER_TIME, info).await else {
        return false;
    };
    let coordinator = info["coordinatorUrl"].as_str();
    coordinator == Some(endpoint.coordinator_url.as_str())
}

async fn spawn(dir: &Path, known: Option<&Endpoint>) -> anyhow::Result<(Endpoint, Child)> {
    let program = crate::paths::sibling("hearth-practice")?;
    let listen = |url: Option<&String>| match url {
        Some(url) => socket_address(url).to_owned(),
        None => "127.0.0.1:0".to_owned(),
    };
    let mut child = Command::new(&program)
        .arg("--data-dir")
        .arg(dir)
        .args(["--rpc-listen", &listen(known.map(|k| &k.rpc_url))])
        .args(["--coordinator-listen", &listen(known.map(|k| &k.coordinator_url))])
        .arg("--exit-with-parent")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|cause| {
            IpcError::new(
                Code::ChainUnreachable,
                "The practice network could not be started.",
            )
            .mend("hearth-practice must lie beside this program. Install Hearth again.")
            .detail(format!("{}: {cause}", program.display()))
        })?;
    let stdout = child.stdout.take().context("the practice network's output")?;
    let mut lines = BufReader::new(stdout).lines();
    let first = tokio::time::timeout(START_TIMEOUT, lines.next_line()).await;
    let ready = first
        .ok()
        .and_then(Result::ok)
        .flatten()
        .and_then(|l| serde_json::from_str::<Ready>(&l).ok());
    // Later lines are read and dropped, or the network would block on a full pipe.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    let endpoint = ready.and_then(|ready| {
        Some(Endpoint {
            rpc_url: ready.rpc_url,
            coordinator_url: ready.coordinator_url?,
        })
    });
    match endpoint {
        Some(endpoint) => Ok((endpoint, child)),
        None => Err(IpcError::new(Code::ChainUnreachable, "The practice network did not start.")
            .mend("Its log above says why. A port in use? Remove endpoint.json in its folder to choose new ports.")
            .into()),
    }
}

async fn look_after(
    dir: PathBuf,
    endpoint: Endpoint,
    mut child: Option<Child>,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        tokio::select! {
            _ = stop.wait_for(|stop| *stop) => break,
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
        if let Some(own) = &mut child
            && !matches!(own.try_wait(), Ok(Some(_)))
        {
            continue;
        }
        // Another profile on the same folder may have been faster.
        child = None;
        if answers(&endpoint).await {
            continue;
        }
        tracing::warn!("the practice network is gone; starting it again");
        match spawn(&dir, Some(&endpoint)).await {
            Ok((_, started)) => child = Some(started),
            Err(error) => tracing::warn!("{error:#}"),
        }
    }
    if let Some(mut own) = child {
        // Closing its input asks it to end; it commits before every answer, so even a kill would lose nothing.
        drop(own.stdin.take());
        let _ = tokio::time::timeout(Duration::from_secs(5), own.wait()).await;
    }
}
