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
    /// Show the money history of the running daemon; export, tell by month or check it.
    #[command(
        after_help = "Examples:\n  hearth history\n  hearth history --kind lease_income --from 2026-11 --limit 200 --json\n  hearth history --text radeon\n  hearth history statement --month 2026-11\n  hearth history export --format koinly --out koinly.csv\n  hearth history verify"
    )]
    History(command::history::Args),
    /// Emission, allocation, stake and a simulator of the network's economy.
    #[command(
        after_help = "Examples:\n  hearth economy emission --json\n  hearth economy stake --model \"RTX 4090\" --count 4 --json\n  hearth economy simulate --scenario demand-drop"
    )]
    Economy(command::economy::Args),
    /// Wallets: make, import, choose, send, receive, check the backup, lock. Secrets come from files or standard input.
    #[command(
        after_help = "Examples:\n  hearth wallet list --json\n  hearth wallet create --passphrase-file pass.txt\n  hearth wallet send landlord 12.5 --memo rent"
    )]
    Wallet(command::wallet::Args),
    /// Stake on devices, alone or with another wallet; see it, take it back; slashes; claim rewards.
    #[command(
        after_help = "Examples:\n  hearth stake status --json\n  hearth stake add 0 200\n  hearth stake remove 0 50 --yes\n  hearth stake co offer 0 100 30\n  hearth stake slashes\n  hearth stake claim proof.json"
    )]
    Stake(command::stake::Args),
    /// Leases of this profile, both sides.
    #[command(
        after_help = "Examples:\n  hearth lease list\n  hearth lease list --json | jq 'select(.stage == \"running\")'"
    )]
    Lease(command::lease::Args),
    /// Derive every amount of the history from the chain again: equal, or each difference by name (then it fails).
    #[command(after_help = "Examples:\n  hearth audit\n  hearth audit --json | jq .differences")]
    Audit,
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
            Subcommands::Economy(args) => command::economy::run(&args, self.json),
            Subcommands::Wallet(args) => command::wallet::run(&args, &data_dir, self.json),
            Subcommands::Stake(args) => command::stake::run(&args, &data_dir, self.json),
            Subcommands::Lease(args) => command::lease::run(&args, &data_dir, self.json),
            Subcommands::Audit => command::audit::run(&data_dir, self.json),
            Subcommands::Demo(args) => command::demo::run(&args, self.json),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn every_command_is_well_formed() {
        Cli::command().debug_assert();
    }
}
