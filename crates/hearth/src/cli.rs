//! The command line's words.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::{command, daemon};

/// Lend idle GPUs, rent remote ones, keep an auditable history.
#[derive(Debug, Parser)]
#[command(name = "hearth", version, propagate_version = true)]
pub(crate) struct Cli {
    /// Print one JSON value a line instead of sentences.
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Folder with keys, history and settings (one folder = one profile).
    #[arg(long, global = true, env = "HEARTH_DATA_DIR", value_name = "DIR")]
    pub(crate) data_dir: Option<PathBuf>,
    #[command(subcommand)]
    command: Subcommands,
}

#[derive(Debug, Subcommand)]
enum Subcommands {
    /// List the GPUs of this machine, or of a saved folder.
    #[command(
        after_help = "Examples:\n  hearth devices\n  hearth devices --json | jq '.[].name'\n  hearth devices --snapshot /tmp/gpus --json"
    )]
    Devices(command::devices::Args),
    /// Save what this machine shows of its GPUs as a folder, to be looked at elsewhere.
    #[command(
        after_help = "Examples:\n  hearth snapshot --out /tmp/gpus\n  hearth devices --snapshot /tmp/gpus"
    )]
    Snapshot(command::snapshot::Args),
    /// Measure a GPU: f32 multiply-add throughput and memory bandwidth.
    #[command(after_help = "Examples:\n  hearth bench\n  hearth bench --device 1 --json")]
    Bench(command::bench::Args),
    /// Run or ask the practice network: a whole network on this machine, with worthless tokens.
    #[command(
        after_help = "Examples:\n  hearth practice run --dir /tmp/practice\n  hearth practice info --rpc-url http://127.0.0.1:8899 --json"
    )]
    Practice(command::practice::Args),
    /// Run the daemon: engine, local socket, browser interface, tray icon.
    #[command(after_help = "Examples:\n  hearth daemon\n  hearth daemon --no-tray --http 127.0.0.1:7766")]
    Daemon(daemon::Args),
    /// Show the money history of the running daemon.
    #[command(after_help = "Examples:\n  hearth history\n  hearth history --limit 200 --json")]
    History(command::history::Args),
    /// Lend and rent once, start to end, on a fresh practice network, and check every amount.
    #[command(after_help = "Examples:\n  hearth demo\n  hearth demo --json")]
    Demo(command::demo::Args),
}

impl Cli {
    /// Does what was asked.
    ///
    /// # Errors
    /// Whatever the command could not do; an [`hearth_types::ipc::IpcError`] inside carries code and mend.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        let data_dir = crate::paths::data_dir(self.data_dir.as_deref())?;
        match self.command {
            Subcommands::Devices(args) => command::devices::run(&args, self.json),
            Subcommands::Snapshot(args) => command::snapshot::run(&args, self.json),
            Subcommands::Bench(args) => command::bench::run(&args, self.json),
            Subcommands::Practice(args) => command::practice::run(&args, &data_dir, self.json),
            Subcommands::Daemon(args) => daemon::run(&args, &data_dir, self.json),
            Subcommands::History(args) => command::history::run(&args, &data_dir, self.json),
            Subcommands::Demo(args) => command::demo::run(&args, self.json),
        }
    }
}
