//! Installing what is needed: says what and why, asks nothing, does nothing twice.

mod cargo_tools;
mod debian;
mod npm;
mod wasm;

use anyhow::Result;

use crate::{places::Places, say};

pub(crate) use wasm::Toolchain;

/// What a command is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// Build and run everything.
    Run,
    /// Also run the tests.
    Test,
    /// Also check licences and sources of dependencies.
    Ci,
    /// Build the on-chain program.
    Program,
    /// Build the package.
    Bundle,
    /// Install the package into a clean root.
    BundleTest,
}

/// Installs for all needs of a developer.
///
/// # Errors
/// When something cannot be installed.
pub(crate) fn everything(places: &Places) -> Result<()> {
    [Need::Run, Need::Test, Need::Ci, Need::Bundle]
        .into_iter()
        .try_for_each(|need| ensure(places, need))?;
    say::note("Everything is there. The on-chain program's toolchain comes with “cargo xtask program”.");
    Ok(())
}

/// Makes sure that what `need` takes is there.
///
/// # Errors
/// When something is missing and cannot be installed; the error says what to type.
pub(crate) fn ensure(places: &Places, need: Need) -> Result<()> {
    debian::ensure(need)?;
    match need {
        Need::Run => {
            wasm::ensure_target()?;
            cargo_tools::ensure(places, cargo_tools::Tool::TRUNK)?;
            cargo_tools::ensure(places, cargo_tools::Tool::wasm_bindgen(places)?)?;
            npm::ensure(
                places,
                "binaryen",
                "132.0.0",
                "wasm-opt makes the interface smaller",
            )
        }
        Need::Test => cargo_tools::ensure(places, cargo_tools::Tool::TAURI_DRIVER),
        Need::Ci => cargo_tools::ensure(places, cargo_tools::Tool::CARGO_DENY),
        Need::Program => cargo_tools::ensure(places, cargo_tools::Tool::SBPF_LINKER),
        Need::Bundle | Need::BundleTest => Ok(()),
    }
}
