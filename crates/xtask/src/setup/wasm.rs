//! A compiler for wasm32: rustup's target, else Debian's compiler that builds the standard library itself.

use std::{path::PathBuf, process::Command};

use anyhow::{Context as _, Result, bail};

use crate::{
    process::{Run as _, on_path, program},
    say,
};

const TARGET: &str = "wasm32-unknown-unknown";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_CARGO: &str = "/usr/bin/cargo";

/// What compiles for wasm32.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The pinned toolchain has the target.
    Rustup,
    /// Debian's compiler builds std; the pinned toolchain's linker is borrowed.
    Debian {
        /// `rust-lld`.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Finds it.
    ///
    /// # Errors
    /// When there is neither.
    pub(crate) fn find() -> Result<Self> {
        let sysroot = program("rustc").args(["--print", "sysroot"]).output_text()?;
        let libraries = PathBuf::from(sysroot.trim()).join("lib/rustlib");
        if libraries.join(TARGET).join("lib").is_dir() {
            return Ok(Self::Rustup);
        }
        let host = program("rustc").arg("-vV").output_text()?;
        let host = host
            .lines()
            .find_map(|line| line.strip_prefix("host: "))
            .context("rustc names no host")?;
        let linker = libraries.join(host).join("bin/rust-lld");
        let debian = [DEBIAN_RUSTC, DEBIAN_CARGO, "/usr/lib/rustlib/src/rust/library"];
        if linker.is_file() && debian.iter().all(|path| std::path::Path::new(path).exists()) {
            return Ok(Self::Debian { linker });
        }
        bail!("There is no compiler for {TARGET}. Type “rustup target add {TARGET}” and start again.")
    }

    /// Tells a build to use it.
    pub(crate) fn apply(&self, command: &mut Command) {
        match self {
            Self::Rustup => {}
            Self::Debian { linker } => {
                command
                    .env("CARGO", DEBIAN_CARGO)
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                    .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "")
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
        }
    }
}

/// Makes sure that something compiles for wasm32.
pub(super) fn ensure_target() -> Result<()> {
    if Toolchain::find().is_ok() {
        return Ok(());
    }
    say::step("Installing the compiler's wasm32 target: the interface is WebAssembly");
    if on_path("rustup")
        && program("rustup")
            .args(["target", "add", TARGET])
            .run_shown()
            .is_ok()
    {
        return Ok(());
    }
    if on_path("apt-get") {
        say::note("rustup cannot fetch it; Debian's compiler can build it.");
        let packages = ["rustc-web", "cargo-web", "rust-web-src"];
        let _ = program("apt-get")
            .args(["install", "--yes", "--no-install-recommends"])
            .args(packages)
            .run_shown();
    }
    Toolchain::find().map(drop)
}
