//! `hearth-runner`: the process in which GPU drivers load and workloads run, so that nothing of either reaches the
//! daemon. It looks at devices (`probe`, `sample`, `snapshot`), measures one (`bench`) or does one job (`work`), then
//! ends.
//!
//! It never sees database, keys or network. `work` expects to be inside the sandbox already.

mod bench;
mod output;
mod probe;
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
    /// Prints the GPUs of this machine as one line of JSON. Sleeping cards are not woken.
    Probe(probe::Probe),
    /// Prints readings of the GPUs, a line of JSON for each line on stdin. Closing stdin ends it.
    Sample(probe::Place),
    /// Saves what this machine shows of its GPUs as a folder.
    Snapshot(probe::Snapshot),
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
        Command::Probe(options) => probe::probe(options),
        Command::Sample(place) => probe::sample(place),
        Command::Snapshot(options) => probe::save(options),
        Command::Bench { adapter } => bench::run(&adapter),
        #[cfg(target_os = "linux")]
        Command::Work(options) => work::run(&options),
    }
}
