//! The history with a million postings, beside bare SQLite.

use anyhow::Result;

use crate::{
    places::Places,
    process::{Run as _, cargo},
};

/// Builds for release and measures; fails when a limit is missed.
pub(super) fn run(places: &Places, json: bool) -> Result<()> {
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
