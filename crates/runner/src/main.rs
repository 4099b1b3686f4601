//! `hearth-runner`: the process in which GPU drivers load and workloads run, so that nothing of either reaches the
//! daemon. It looks at devices (`probe`), measures one (`bench`) or does one job (`work`), then ends.
//!
//! It never sees database, keys or network. `work` expects to be inside the sandbox already.

mod bench;
mod output;
#[cfg(target_os = "linux")]
mod work;

use clap::{Parser, Subcommand};

/// Runs GPU work for the Hearth daemon.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Prints the GPUs of this machine as one line of JSON.
    Probe,
    /// Measures one adapter; prints progress and the result as lines of JSON. Closing stdin cancels.
    Bench {
        /// The adapter as `probe` gives it (JSON).
        #[arg(long)]
        adapter: String,
    },
    /// Does one job that arrives on stdin; see hearth-protocol.
    #[cfg(target_os = "linux")]
    Work(work::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Probe => output::line(&hearth_gpu::detect()),
        Command::Bench { adapter } => bench::run(&adapter),
        #[cfg(target_os = "linux")]
        Command::Work(options) => work::run(&options),
    }
}
