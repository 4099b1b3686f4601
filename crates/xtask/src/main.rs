//! Developer commands: `cargo xtask …`. The same ones on a laptop and in CI.

mod bench;
mod build;
mod bundle;
mod ci;
mod deny;
mod layers;
mod places;
mod process;
mod program;
mod run;
mod say;
mod setup;
mod sqlx;
mod test;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::places::Places;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about = "Developer commands of Hearth"
)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what building, running and testing need.
    Setup,
    /// Build everything and open the window on the practice network (without a display: the daemon alone).
    Run(run::Args),
    /// Lend and rent once, headless, on a fresh practice network.
    Demo {
        /// One JSON line a step.
        #[arg(long)]
        json: bool,
    },
    /// Run the tests: all, or those named.
    Test {
        /// Test targets such as `window`, `browser`, `program`; `bundle` for the installer, `torture` for 200 random deaths.
        names: Vec<String>,
    },
    /// What CI runs: format, lints, dependency rules, layer rules, interface, then `cargo xtask test`.
    Ci,
    /// One step of `ci`: licences, sources and known flaws of dependencies.
    Deny,
    /// One step of `ci`: the layers of the architecture.
    Layers,
    /// Build the on-chain program into crates/program/artifact.
    Program {
        /// Compare with the committed artifact instead of replacing it.
        #[arg(long)]
        check: bool,
    },
    /// Write the offline data of checked queries anew.
    Sqlx {
        /// Compare with the committed data instead of replacing it.
        #[arg(long)]
        check: bool,
    },
    /// Measure something.
    Bench {
        #[command(subcommand)]
        case: bench::Case,
    },
    /// Build the .deb package.
    Bundle,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::note(&format!("Failed: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let places = Places::find()?;
    match Cli::parse().task {
        Task::Setup => setup::everything(&places),
        Task::Run(args) => run::run(&places, &args),
        Task::Demo { json } => run::demo(&places, json),
        Task::Test { names } => test::run(&places, &names),
        Task::Ci => ci::run(&places),
        Task::Deny => {
            setup::ensure(&places, setup::Need::Ci)?;
            deny::check(&places)
        }
        Task::Layers => layers::check(&places),
        Task::Program { check } => program::run(&places, check),
        Task::Sqlx { check } => sqlx::run(&places, check),
        Task::Bench { case } => bench::run(&places, &case),
        Task::Bundle => bundle::build(&places).map(drop),
    }
}
