//! Tools that cargo installs, each into our own folder.

use std::process::Command;

use anyhow::{Context as _, Result};

use crate::{
    places::Places,
    process::{Run as _, cargo, program},
    say,
};

/// The linker's default features want another LLVM than Debian's and search for it at run time.
const LINKER_OPTIONS: &[&str] = &[
    "--no-default-features",
    "--features",
    "bpf-linker/llvm-22,bpf-linker/no-llvm-linking",
];

/// Some tools ask for every optimisation of theirs: many minutes of building for milliseconds of running.
const BUILT_QUICKLY: [(&str, &str); 3] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// A tool and its version.
#[derive(Debug)]
pub(super) struct Tool {
    package: &'static str,
    binary: &'static str,
    version: String,
    why: &'static str,
    options: &'static [&'static str],
    rustflags: &'static str,
}

impl Tool {
    pub(super) const TRUNK: Recipe = Recipe {
        package: "trunk",
        binary: "trunk",
        version: "0.21.14",
        why: "builds the interface",
    };
    pub(super) const CARGO_DENY: Recipe = Recipe {
        package: "cargo-deny",
        binary: "cargo-deny",
        version: "0.20.2",
        why: "dependency rules",
    };
    pub(super) const TAURI_DRIVER: Recipe = Recipe {
        package: "tauri-driver",
        binary: "tauri-driver",
        version: "2.1.0",
        why: "window tests",
    };
    pub(super) const SBPF_LINKER: Recipe = Recipe {
        package: "sbpf-linker",
        binary: "sbpf-linker",
        version: "0.2.6",
        why: "links the program",
    };

    /// Must be exactly the version of the library that the interface is built with.
    ///
    /// # Errors
    /// When Cargo.lock does not name it.
    pub(super) fn wasm_bindgen(places: &Places) -> Result<Self> {
        let lock = std::fs::read_to_string(places.root.join("Cargo.lock")).context("Cargo.lock")?;
        let mut lines = lock
            .lines()
            .skip_while(|line| *line != "name = \"wasm-bindgen\"")
            .skip(1);
        let version = lines
            .next()
            .and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        Ok(Self {
            package: "wasm-bindgen-cli",
            binary: "wasm-bindgen",
            version: version.context("Cargo.lock has no wasm-bindgen")?.to_owned(),
            why: "joins the interface with the browser",
            options: &[],
            rustflags: "",
        })
    }
}

/// A tool of a fixed version.
#[derive(Clone, Copy, Debug)]
pub(super) struct Recipe {
    package: &'static str,
    binary: &'static str,
    version: &'static str,
    why: &'static str,
}

impl From<Recipe> for Tool {
    fn from(recipe: Recipe) -> Self {
        let Recipe {
            package,
            binary,
            version,
            why,
        } = recipe;
        let (options, rustflags): (&[_], _) = if package == "sbpf-linker" {
            (LINKER_OPTIONS, "-C link-arg=-l:libLLVM.so.22.1")
        } else {
            (&[], "")
        };
        Self {
            package,
            binary,
            version: version.to_owned(),
            why,
            options,
            rustflags,
        }
    }
}

/// Installs a tool unless it is there.
pub(super) fn ensure(places: &Places, tool: impl Into<Tool>) -> Result<()> {
    let tool = tool.into();
    let binary = places.tools().join("bin").join(tool.binary);
    if is_version(&binary, &tool) {
        return Ok(());
    }
    let Tool {
        package,
        version,
        why,
        ..
    } = &tool;
    say::step(&format!("Installing {package} {version}: {why}"));
    // A lock can name releases that a registry mirror does not have.
    install(places, &tool)?
        .arg("--locked")
        .run_shown()
        .or_else(|_| install(places, &tool)?.run_shown())
}

fn install(places: &Places, tool: &Tool) -> Result<Command> {
    let mut command = cargo(places)?;
    command.args([
        "install",
        "--force",
        tool.package,
        "--version",
        &tool.version,
        "--root",
    ]);
    command.arg(places.tools()).args(tool.options);
    // Tools are built apart from the workspace and its settings.
    command
        .current_dir("/")
        .env_remove("CARGO_TARGET_DIR")
        .envs(BUILT_QUICKLY);
    if !tool.rustflags.is_empty() {
        command.env("RUSTFLAGS", tool.rustflags);
    }
    Ok(command)
}

/// tauri-driver tells no version: there it is enough that the file exists.
fn is_version(binary: &std::path::Path, tool: &Tool) -> bool {
    if tool.package == "tauri-driver" {
        return binary.is_file();
    }
    let output = program(binary).arg("--version").output();
    output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&tool.version))
}
