//! The daemon: small, always resident. Main thread = tray loop (macOS wants it so); tokio runs beside it.

mod autostart;
mod http;
#[cfg(all(unix, feature = "failpoints"))]
mod kill_points;
mod pairing;
mod practice;
mod socket;
#[cfg(feature = "tray")]
mod tray;

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context as _;
use hearth_engine::{Engine, EngineConfig, NetworkConfig};
use hearth_types::{
    ipc::{BrowserAccess, Code, IpcError},
    network::NetworkKind,
};
use tokio::sync::watch;

/// `hearth daemon`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Address of the browser interface; loopback only.
    #[arg(long, default_value = "127.0.0.1:0", env = "HEARTH_HTTP")]
    http: SocketAddr,
    /// Without a tray icon, even where there is a desktop.
    #[arg(long, env = "HEARTH_NO_TRAY", value_parser = clap::builder::FalseyValueParser::new())]
    no_tray: bool,
    /// Folder of the practice network that this daemon starts when it does not run. Name another profile's folder to
    /// share its network; with --rpc-url it is not looked at.
    #[arg(long, value_name = "DIR", env = "HEARTH_PRACTICE_DIR")]
    practice_dir: Option<PathBuf>,
    /// Solana RPC address of a network that runs elsewhere (then the daemon starts none); several are separated by
    /// commas, and two of them must agree before a payment counts as failed or expired.
    #[arg(long, value_name = "URL", requires = "coordinator_url")]
    rpc_url: Option<String>,
    /// Coordinator address of a network that runs elsewhere.
    #[arg(long, value_name = "URL", requires = "rpc_url")]
    coordinator_url: Option<String>,
    /// Which network that is: devnet, mainnet, custom or practice. A profile belongs to one network for good.
    #[arg(
        long,
        value_name = "KIND",
        requires = "rpc_url",
        default_value = "practice",
        env = "HEARTH_NETWORK"
    )]
    network: NetworkKind,
    /// Never use the system's keychain (key files with a passphrase only).
    #[arg(long, env = "HEARTH_NO_KEYCHAIN", value_parser = clap::builder::FalseyValueParser::new())]
    no_keychain: bool,
}

/// What the engine may ask of its host.
struct Host {
    browser: std::sync::OnceLock<Arc<pairing::Pairing>>,
    quit: watch::Sender<bool>,
}

impl hearth_engine::Host for Host {
    fn browser_access(&self) -> Option<BrowserAccess> {
        self.browser.get().map(|pairing| pairing.offer())
    }

    fn set_autostart(&self, on: bool) -> Result<(), IpcError> {
        autostart::set(on)
    }

    fn quit(&self) {
        self.quit.send_replace(true);
    }
}

/// Runs until it is told to quit.
///
/// # Errors
/// When the data folder, a port or the practice network cannot be used; the error says how to mend it.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    start_log();
    #[cfg(all(unix, feature = "failpoints"))]
    kill_points::arm()?;
    // Two threads carry the work of an idle machine; each more costs stack and wake-ups.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("tokio")?;
    let (quit, mut quit_seen) = watch::channel(false);
    let host = Arc::new(Host {
        browser: std::sync::OnceLock::new(),
        quit,
    });
    let running = runtime.block_on(start(args, data_dir, Arc::clone(&host)))?;
    announce(&running, json)?;

    let signals = Arc::clone(&host);
    runtime.spawn(async move {
        wait_for_signal().await;
        signals.quit.send_replace(true);
    });
    #[cfg(feature = "tray")]
    if !args.no_tray && tray::has_desktop() {
        tray::run(&running.engine, runtime.handle(), quit_seen.clone());
    }
    runtime.block_on(async {
        let _ = quit_seen.wait_for(|quit| *quit).await;
        running.stop().await;
    });
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    Ok(())
}

/// A started daemon.
struct Running {
    engine: Engine,
    http: http::Server,
    socket: socket::Server,
    practice: Option<practice::Supervisor>,
}

impl Running {
    /// Takes the doors down first, then the engine, then the network it lives on.
    async fn stop(self) {
        self.socket.stop().await;
        self.http.stop().await;
        self.engine.shutdown().await;
        if let Some(practice) = self.practice {
            practice.stop().await;
        }
    }
}

async fn start(args: &Args, data_dir: &Path, host: Arc<Host>) -> anyhow::Result<Running> {
    if !args.http.ip().is_loopback() {
        let error = IpcError::new(
            Code::Forbidden,
            "The browser interface listens on this machine only.",
        )
        .mend("Name a loopback address such as 127.0.0.1:7766 with --http.");
        return Err(error.into());
    }
    hearth_engine::create_private_dir(data_dir)?;
    let (network, supervisor) = match (&args.rpc_url, &args.coordinator_url) {
        (Some(rpc_url), Some(coordinator_url)) => {
            let network = NetworkConfig {
                kind: args.network,
                rpc_url: rpc_url.clone(),
                coordinator_url: coordinator_url.clone(),
            };
            (network, None)
        }
        _ => {
            let dir = crate::paths::practice_dir(args.practice_dir.as_deref(), data_dir)?;
            let supervisor = practice::Supervisor::start(dir).await?;
            (supervisor.network(), Some(supervisor))
        }
    };
    let engine = Engine::start(EngineConfig {
        data_dir: data_dir.to_owned(),
        network,
        runner: crate::paths::sibling("hearth-runner")?,
        keychain: !args.no_keychain,
        host: Arc::clone(&host) as Arc<dyn hearth_engine::Host>,
    })
    .await?;
    let socket = socket::Server::start(engine.clone(), data_dir)?;
    let http = http::Server::start(engine.clone(), args.http, data_dir, crate::paths::ui_dir()).await?;
    let _ = host.browser.set(http.pairing());
    Ok(Running {
        engine,
        http,
        socket,
        practice: supervisor,
    })
}

/// The refusal of a message that does not parse.
fn no_command(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::BadRequest, "The message is no command. Nothing was done.")
        .mend("Window or browser may be older than the daemon: close it and open it again.")
        .detail(cause)
}

/// Says that the daemon is ready, and where a browser finds it.
fn announce(running: &Running, json: bool) -> anyhow::Result<()> {
    let access = running.http.pairing().offer();
    if json {
        return crate::output::json(&serde_json::json!({
            "event": "ready", "url": access.url, "pairing_code": access.pairing_code,
            "rpc_url": running.engine.network().rpc_url,
            "coordinator_url": running.engine.network().coordinator_url,
        }));
    }
    crate::output::line("Hearth is running.");
    crate::output::line(format!(
        "In a browser on this machine: {}/#pair={}",
        access.url, access.pairing_code
    ));
    Ok(())
}

fn start_log() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,hearth=info"));
    // The log goes to stderr: stdout belongs to the ready line.
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let _ = log.try_init();
}

async fn wait_for_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let Ok(mut terminate) = signal(SignalKind::terminate()) else {
            return std::future::pending().await;
        };
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
