//! `hearth-coordinator`: runs one replica of a network's coordinator until it is asked to end.

#[cfg(all(unix, feature = "failpoints"))]
mod kill_points;

use std::{io::Write as _, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::Context as _;
use clap::Parser;
use hearth_chain::{ChainClient, ChainConfig, Keypair};
use hearth_coordinator::{Coordinator, CoordinatorConfig, no_prices};
use hearth_types::{
    id::Address,
    money::Io,
    network::{NetworkInfo, NetworkKind},
};

/// The meeting place of a Hearth network: offers, quotes, settlements.
///
/// Example: hearth-coordinator --data-dir ./data --network devnet --rpc-url https://api.devnet.solana.com
/// --program ADDRESS --io-mint ADDRESS --fee-payer ./fee-payer.key
#[derive(Debug, Parser)]
#[command(version)]
struct Options {
    /// Folder of the database.
    #[arg(long)]
    data_dir: PathBuf,
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8700")]
    listen: SocketAddr,
    /// The chain's JSON-RPC server.
    #[arg(long)]
    rpc_url: String,
    /// Which network the chain must carry.
    #[arg(long)]
    network: NetworkKind,
    /// Address of the on-chain program.
    #[arg(long)]
    program: Address,
    /// Mint of IO.
    #[arg(long)]
    io_mint: Address,
    /// File of 32 secret bytes that pays fees; made when absent, and then it needs SOL.
    #[arg(long)]
    fee_payer: PathBuf,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
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
    #[cfg(all(unix, feature = "failpoints"))]
    kill_points::arm()?;
    let kind = options.network;
    let chain = ChainClient::new(ChainConfig {
        rpc_url: options.rpc_url.clone(),
        network: kind,
        program: options.program,
        io_mint: options.io_mint,
    });
    let account = chain
        .network_account()
        .await
        .map_err(|error| anyhow::anyhow!("{error}. {}", error.mend()))?;
    let fee_payer =
        Keypair::load_or_create(&options.fee_payer).context("cannot use the fee payer's key file")?;
    let started = Coordinator::start(CoordinatorConfig {
        data_dir: options.data_dir,
        listen: options.listen,
        rpc_url: options.rpc_url,
        network: NetworkInfo {
            kind,
            program: options.program,
            io_mint: options.io_mint,
            min_stake_per_device: Io(account.min_stake_per_device),
            cooldown_seconds: account.cooldown_seconds,
            settle_window_seconds: account.settle_window_seconds,
            margin_bps: account.margin_bps,
        },
        fee_payer,
        prices: no_prices,
    })
    .await;
    let running = match started {
        Ok(running) => running,
        Err(error) => {
            let mend = error.mend();
            return Err(anyhow::Error::new(error).context(mend));
        }
    };
    let mut out = std::io::stdout().lock();
    let ready = serde_json::json!({ "event": "ready", "url": running.url() });
    writeln!(out, "{ready}")
        .and_then(|()| out.flush())
        .context("cannot say that it is ready")?;
    drop(out);
    asked_to_end().await;
    running.shutdown().await;
    Ok(())
}

/// Returns on SIGTERM or Ctrl-C.
async fn asked_to_end() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
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
    std::future::pending::<()>().await;
}
