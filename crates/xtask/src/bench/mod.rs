//! Measurements, each a case of its own: a table for people, JSON lines for machines.

mod program;

use anyhow::Result;
use clap::Subcommand;

use crate::places::Places;

/// What is measured.
#[derive(Debug, Subcommand)]
pub(crate) enum Case {
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
        Case::Program { json } => program::run(places, *json),
    }
}
