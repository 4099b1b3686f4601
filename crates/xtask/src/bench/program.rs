//! What the on-chain program's instructions cost and weigh, measured by the test that holds their ceilings.

use std::{fs, io::Write as _};

use anyhow::{Context as _, Result};

use crate::{
    places::Places,
    process::{Run as _, cargo},
    test::EVERYTHING,
};

/// The test that measures.
const TEST: &str = "budget::ceilings_hold";

/// Prints the table, or its lines as JSON.
///
/// # Errors
/// When the test does not build, or a ceiling does not hold.
pub(super) fn run(places: &Places, json: bool) -> Result<()> {
    let file = places.target.join("bench-program.jsonl");
    let mut test = cargo(places)?;
    test.arg("test")
        .args(EVERYTHING)
        .args(["--test", "program", "--", "--exact", TEST]);
    if !json {
        return test.arg("--nocapture").run();
    }
    test.env("HEARTH_BENCH", &file).output_text()?;
    let lines = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
    std::io::stdout().write_all(&lines).context("printing")
}
