//! `hearth-practice`: a practice network as a process of its own.
//!
//! Prints one line of JSON when it is ready and ends on SIGTERM, Ctrl-C or, when told so, with its parent.

mod coordinator;

use std::{
    io::{IsTerminal as _, Read as _, Write as _},
    net::SocketAddr,
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::Parser;
use hearth_practice::{NetworkRules, Practice, PracticeConfig, RunningPractice};
use hearth_types::network::NetworkKind;
use tokio::sync::oneshot;

/// A Solana network on this machine, with worthless tokens.
#[derive(Parser, Debug)]
#[command(name = "hearth-practice", version, about)]
struct Options {
    /// Folder that holds everything the network remembers.
    #[arg(long)]
    data_dir: PathBuf,
    /// Where the JSON-RPC listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    rpc_listen: SocketAddr,
    /// Where the coordinator listens; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:0")]
    coordinator_listen: SocketAddr,
    /// What the network calls itself: practice, or custom to rehearse one that is not for practice. Fixed when the
    /// network is made.
    #[arg(long, value_name = "KIND", default_value = "practice", value_parser = rehearsable)]
    network: NetworkKind,
    /// How long unstaked IO cools down. Fixed when the network is made.
    #[arg(long, value_name = "SECONDS", default_value_t = NetworkRules::default().cooldown_seconds)]
    cooldown_seconds: u64,
    /// How long after a lease vouchers can be settled. Fixed when the network is made.
    #[arg(long, value_name = "SECONDS", default_value_t = NetworkRules::default().settle_window_seconds)]
    settle_window_seconds: u64,
    /// Run the chain alone.
    #[arg(long)]
    no_coordinator: bool,
    /// End when standard input is closed.
    #[arg(long)]
    exit_with_parent: bool,
}

/// A local chain must not pass for a public one.
fn rehearsable(name: &str) -> Result<NetworkKind, &'static str> {
    match name.parse() {
        Ok(kind @ (NetworkKind::Practice | NetworkKind::Custom)) => Ok(kind),
        _ => Err("a network on this machine is practice or custom"),
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,litesvm=off,solana=off")),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let network = Practice::start(PracticeConfig {
        data_dir: options.data_dir.clone(),
        rpc_listen: options.rpc_listen,
        rules: NetworkRules {
            kind: options.network,
            cooldown_seconds: options.cooldown_seconds,
            settle_window_seconds: options.settle_window_seconds,
        },
    })
    .await
    .context("the practice network does not start")?;

    let coordinator = match options.no_coordinator {
        true => None,
        false => Some(coordinator::start(&network, &options).await?),
    };
    if let Some(coordinator) = &coordinator {
        network.announce_coordinator(coordinator.url());
    }
    say_ready(&network).context("cannot say that it is ready")?;
    let broken = tokio::select! {
        () = asked_to_end(options.exit_with_parent) => false,
        () = network.stopped() => true,
    };
    if let Some(coordinator) = coordinator {
        coordinator.shutdown().await;
    }
    network.shutdown().await;
    anyhow::ensure!(!broken, "the chain stopped because its ledger failed");
    Ok(())
}

fn say_ready(network: &RunningPractice) -> std::io::Result<()> {
    let line = serde_json::json!({
        "event": "ready",
        "rpcUrl": network.rpc_url(),
        "coordinatorUrl": network.coordinator_url(),
        "networkTag": network.kind(),
        "programId": network.program_id().to_string(),
        "ioMint": network.io_mint().to_string(),
        "setAside": network.set_aside(),
    });
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()
}

/// Returns on SIGTERM, Ctrl-C or the parent's end.
async fn asked_to_end(exit_with_parent: bool) {
    let parent_gone = parent_gone(exit_with_parent);
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = parent_gone => {}
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}

/// A thread of its own reads standard input, because a read cannot be cancelled.
async fn parent_gone(watch: bool) {
    if !watch {
        return std::future::pending().await;
    }
    let (gone, parent) = oneshot::channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 64];
        while matches!(std::io::stdin().lock().read(&mut bytes), Ok(read) if read > 0) {}
        // An error means that the process ends already.
        let _ = gone.send(());
    });
    let _ = parent.await;
}
