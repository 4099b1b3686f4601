//! Measurements, each against something in the same run or as a plain size; never part of the tests.

mod footprint;

use anyhow::Result;
use clap::Subcommand;

use crate::places::Places;

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// Memory, processor time and wake-ups of all that stays resident while a device is in standby.
    Footprint(footprint::Args),
}

/// `cargo xtask bench …`.
///
/// # Errors
/// When something cannot be built or measured.
pub(crate) fn run(places: &Places, bench: &Bench) -> Result<()> {
    match bench {
        Bench::Footprint(args) => footprint::run(places, args),
    }
}
