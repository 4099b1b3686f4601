//! The on-chain program: built by another compiler for another machine.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{
    places::Places,
    process::{Run as _, cargo, on_path, program},
    say,
    setup::{self, Need},
};

const FILE: &str = "hearth_program.so";
/// Where Debian puts the core library of the on-chain target.
const CORE: &str = "/usr/lib/rustlib/bpfel-unknown-none";
/// The same as cargo names it.
const BUILT: &str = "libhearth_program.so";

/// Builds the program and replaces the committed artifact, or compares with it.
///
/// # Errors
/// When it does not build, or differs.
pub(crate) fn run(places: &Places, check: bool) -> Result<()> {
    if !on_path("apt-get") {
        say::note(
            "The program's toolchain comes from Debian; this is no Debian. The committed artifact stays.",
        );
        return Ok(());
    }
    setup::ensure(places, Need::Program)?;
    let folder = places.root.join("crates/program");
    let target = places.target.join("program");
    say::step("Building the on-chain program");
    // The linker is not tracked by cargo, and a build is quick: start from nothing.
    let _ = fs::remove_dir_all(&target);
    let mut build = cargo(places)?;
    build.args(["build", "--release", "--locked", "--config", "bpf.toml"]);
    build
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", &target)
        .env_remove("RUSTFLAGS")
        .run()?;

    let built = target.join("bpfel-unknown-none/release").join(BUILT);
    let artifact = folder.join("artifact").join(FILE);
    if check {
        return compare(&built, &artifact);
    }
    fs::create_dir_all(folder.join("artifact"))?;
    fs::copy(&built, &artifact).with_context(|| format!("copying {}", built.display()))?;
    let mut hash = program("sha256sum");
    let hash = hash
        .arg(FILE)
        .current_dir(folder.join("artifact"))
        .output_text()?;
    fs::write(folder.join("artifact").join(format!("{FILE}.sha256")), &hash)?;
    say::note(hash.trim());
    Ok(())
}

/// Compares the committed artifact with a new build where the toolchain is; elsewhere it says so.
///
/// # Errors
/// When it does not build, or differs.
pub(crate) fn check_where_possible(places: &Places) -> Result<()> {
    let linker = places.tools().join("bin/sbpf-linker");
    if !linker.is_file() || !Path::new(CORE).is_dir() {
        say::note("The program's toolchain is not here; “cargo xtask program” installs it.");
        return Ok(());
    }
    run(places, true)
}

fn compare(built: &Path, artifact: &Path) -> Result<()> {
    let read = |path: &Path| fs::read(path).with_context(|| format!("reading {}", path.display()));
    if read(built)? != read(artifact)? {
        bail!("the committed program is not what its source builds; run “cargo xtask program”");
    }
    say::note("The committed program is what its source builds.");
    Ok(())
}
