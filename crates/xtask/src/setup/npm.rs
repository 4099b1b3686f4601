//! Tools that npm installs, into our own folder.

use anyhow::{Context as _, Result};

use crate::{
    places::Places,
    process::{Run as _, program},
    say,
};

/// Installs a package unless it is there.
pub(super) fn ensure(places: &Places, package: &str, version: &str, why: &str) -> Result<()> {
    let folder = places.npm();
    let manifest = folder.join("node_modules").join(package).join("package.json");
    let installed = std::fs::read_to_string(manifest).unwrap_or_default();
    if installed.contains(&format!("\"version\": \"{version}\"")) {
        return Ok(());
    }
    say::step(&format!("Installing {package} {version}: {why}"));
    std::fs::create_dir_all(&folder).context("the folder for npm's tools")?;
    let mut npm = program("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder);
    npm.arg(format!("{package}@{version}")).run_shown()
}
