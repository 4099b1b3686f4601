//! Running tests.

use anyhow::Result;

use crate::{
    build, bundle,
    places::Places,
    process::{Run as _, cargo},
    say,
    setup::{self, Need},
};

/// Every package, with the places where tests kill a process compiled in. The same for build and test, so that
/// both use the same binaries.
pub(crate) const EVERYTHING: [&str; 3] = [
    "--workspace",
    "--features",
    "hearth/failpoints,hearth-coordinator/failpoints",
];

/// What `torture` stands for: too long for every run.
const TORTURE: [&str; 5] = ["--test", "reliability", "--", "--ignored", "--nocapture"];

/// Sets up, builds and runs all tests, or the named ones; `bundle` is the installer's, `torture` 200 random deaths.
///
/// # Errors
/// When something cannot be installed or built, or a test fails.
pub(crate) fn run(places: &Places, names: &[String]) -> Result<()> {
    let is = |wanted: &str| names.iter().any(|name| name == wanted);
    let targets = names
        .iter()
        .filter(|name| !["bundle", "torture"].contains(&name.as_str()));
    let targets: Vec<&str> = targets.flat_map(|name| ["--test", name.as_str()]).collect();
    if names.is_empty() || !targets.is_empty() {
        test(places, &targets)?;
    }
    if is("torture") {
        test(places, &TORTURE)?;
    }
    if is("bundle") {
        bundle::test(places)?;
    }
    Ok(())
}

fn test(places: &Places, arguments: &[&str]) -> Result<()> {
    setup::ensure(places, Need::Run)?;
    setup::ensure(places, Need::Test)?;
    build::ui(places)?;
    say::step("Building programs and tests");
    // All targets: tests of one package start the programs of others.
    cargo(places)?
        .arg("build")
        .args(EVERYTHING)
        .arg("--all-targets")
        .run()?;
    say::step("Testing");
    let mut test = cargo(places)?;
    // All that fails at once, not the first of it.
    test.args(["test", "--no-fail-fast"])
        .args(EVERYTHING)
        .args(arguments);
    // Where the tests of whole programs find them and the interface.
    test.env("HEARTH_BIN_DIR", build::debug_folder(places))
        .env("HEARTH_UI_DIR", places.ui_dist());
    test.run()
}
