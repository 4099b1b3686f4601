//! The package for Debian and Ubuntu: building it, and installing it into a clean system.

mod clean_root;
mod deb;

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    build,
    places::Places,
    say,
    setup::{self, Need},
};

/// Builds the package.
///
/// # Errors
/// When something cannot be installed, built or packed.
pub(crate) fn build(places: &Places) -> Result<PathBuf> {
    setup::ensure(places, Need::Run)?;
    setup::ensure(places, Need::Bundle)?;
    build::ui(places)?;
    let programs = build::distribution(places)?;
    say::step("Packing");
    deb::pack(places, &programs)
}

/// Installs the package into a clean system, runs it, removes it, and looks at what is left.
///
/// # Errors
/// When any of that fails or anything but the user's data is left.
pub(crate) fn test(places: &Places) -> Result<()> {
    let package = build(places)?;
    setup::ensure(places, Need::BundleTest)?;
    say::step("Installing into a clean system");
    clean_root::test(places, &package)
}
