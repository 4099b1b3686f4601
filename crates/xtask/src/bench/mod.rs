//! Measurements, each a case of its own and never part of the tests.

mod footprint;
mod ledger;
mod program;

use anyhow::Result;
use clap::Subcommand;

use crate::{
    places::Places,
    process::{Run as _, cargo},
};

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Case {
    /// Closing an epoch of a million devices, proofs and verification, beside bare hashing.
    Economy,
    /// Memory, processor time and wake-ups of all that stays resident while a device is in standby.
    Footprint(footprint::Args),
    /// The history with a million postings: pages, statements, exports, writing beside bare SQLite.
    Ledger {
        /// One JSON object instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Compute units and bytes of every instruction of the on-chain program.
    Program {
        /// One JSON line an instruction.
        #[arg(long)]
        json: bool,
    },
}

/// Runs one case.
///
/// # Errors
/// When it cannot be built, or a bound does not hold.
pub(crate) fn run(places: &Places, case: &Case) -> Result<()> {
    match case {
        Case::Economy => economy(places),
        Case::Footprint(args) => footprint::run(places, args),
        Case::Ledger { json } => ledger::run(places, *json),
        Case::Program { json } => program::run(places, *json),
    }
}

fn economy(places: &Places) -> Result<()> {
    cargo(places)?
        .args(["bench", "--package", "hearth-economy", "--bench", "close"])
        .run()
}
