//! Measurements against their limits.

use anyhow::Result;
use clap::Subcommand;

use crate::{
    places::Places,
    process::{Run as _, cargo},
};

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// The history with a million postings: pages, statements, exports, writing beside bare SQLite.
    Ledger {
        /// One JSON object instead of a table.
        #[arg(long)]
        json: bool,
    },
}

/// Builds for release and measures; fails when a limit is missed.
///
/// # Errors
/// When it does not build or a limit is missed.
pub(crate) fn run(places: &Places, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Ledger { json } => ledger(places, *json),
    }
}

fn ledger(places: &Places, json: bool) -> Result<()> {
    let mut bench = cargo(places)?;
    bench.args([
        "run",
        "--release",
        "--quiet",
        "--package",
        "hearth-bench-ledger",
        "--",
        "--dir",
    ]);
    // Where the disk is, not where memory pretends to be one.
    bench.arg(&places.target);
    if json {
        bench.arg("--json");
    }
    bench.run()
}
