//! Building what people run.

use std::{
    fs,
    path::{Path, PathBuf},
    time::SystemTime,
};

use anyhow::{Context as _, Result};

use crate::{
    places::Places,
    process::{Run as _, cargo, in_repository, program},
    say,
    setup::Toolchain,
};

/// What a person runs, as cargo packages.
pub(crate) const PROGRAMS: [&str; 4] = ["hearth", "hearth-practice", "hearth-runner", "hearth-window"];

/// What the interface is made of, relative to the repository.
const UI_INPUTS: [&str; 3] = ["ui", "crates/types", "Cargo.lock"];

/// Builds the interface unless it is newer than everything it is made of.
///
/// # Errors
/// When it does not build.
pub(crate) fn ui(places: &Places) -> Result<()> {
    let built = modified(&places.ui_dist().join("index.html"));
    let changed = UI_INPUTS
        .iter()
        .filter_map(|input| newest(&places.root.join(input)))
        .max();
    if built.is_some_and(|built| changed.is_none_or(|changed| built >= changed)) {
        say::note("The interface is up to date.");
        return Ok(());
    }
    say::step("Building the interface");
    let mut trunk = in_repository(places, "trunk")?;
    trunk
        .args(["build", "--release", "--offline"])
        .current_dir(places.root.join("ui"));
    trunk
        .env("CARGO_TARGET_DIR", places.wasm_target())
        .env_remove("NO_COLOR");
    Toolchain::find()?.apply(&mut trunk);
    // A fresh machine has the dependencies' sources only after this.
    cargo(places)?.arg("fetch").run()?;
    trunk.run()
}

/// Builds daemon, practice network, runner and window for development.
///
/// # Errors
/// When one does not build.
pub(crate) fn programs(places: &Places) -> Result<()> {
    say::step("Building the programs");
    let mut build = cargo(places)?;
    build
        .arg("build")
        .args(PROGRAMS.iter().flat_map(|name| ["--package", name]))
        .run()
}

/// Builds what people install; the folder it lies in.
///
/// # Errors
/// When one does not build.
pub(crate) fn distribution(places: &Places) -> Result<PathBuf> {
    say::step("Building the programs as people install them");
    let host = host()?;
    let mut build = cargo(places)?;
    // A target that is named keeps the flags from build scripts and macros, which do unwind. What ships aborts on a
    // panic and has no symbols: tables for walking its stack would only be weight.
    build
        .args(["build", "--profile", "dist", "--locked", "--target", &host])
        .env("RUSTFLAGS", "-C force-unwind-tables=no")
        .args(PROGRAMS.iter().flat_map(|name| ["--package", name]))
        .run()?;
    Ok(places.target.join(host).join("dist"))
}

/// The target that the compiler builds for by itself.
fn host() -> Result<String> {
    let version = program("rustc").arg("-vV").output_text()?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).context("rustc does not say its host")
}

/// When the newest file below was changed; built files aside.
fn newest(path: &Path) -> Option<SystemTime> {
    if !path.is_dir() {
        return modified(path);
    }
    let entries = fs::read_dir(path).ok()?.flatten().map(|entry| entry.path());
    entries
        .filter(|path| !path.ends_with("dist") && !path.ends_with("target"))
        .filter_map(|path| newest(&path))
        .max()
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

/// The folder of programs built for development.
pub(crate) fn debug_folder(places: &Places) -> PathBuf {
    places.target.join("debug")
}

/// Copies a folder with all that is in it.
///
/// # Errors
/// When a file cannot be read or written.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("creating {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("reading {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target).with_context(|| format!("writing {}", target.display()))?;
        }
    }
    Ok(())
}
