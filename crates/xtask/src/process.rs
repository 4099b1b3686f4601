//! Other programs.

use std::{
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

use anyhow::{Context as _, Result, bail};

use crate::{places::Places, say};

/// Runs a program to its end.
pub(crate) trait Run {
    /// Runs it, showing what it prints.
    fn run(&mut self) -> Result<()>;
    /// Runs it, showing first what is run.
    fn run_shown(&mut self) -> Result<()>;
    /// What it prints; its errors are shown.
    fn output_text(&mut self) -> Result<String>;
    /// Whether it works; nothing is shown.
    fn works(&mut self) -> bool;
}

impl Run for Command {
    fn run(&mut self) -> Result<()> {
        let status = self
            .status()
            .with_context(|| format!("starting {}", shown(self)))?;
        if !status.success() {
            bail!("{} ended with {status}", shown(self));
        }
        Ok(())
    }

    fn run_shown(&mut self) -> Result<()> {
        say::note(&format!("$ {}", shown(self)));
        self.run()
    }

    fn output_text(&mut self) -> Result<String> {
        let output = self.stderr(Stdio::inherit()).output();
        let output = output.with_context(|| format!("starting {}", shown(self)))?;
        if !output.status.success() {
            bail!("{} ended with {}", shown(self), output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("what {} printed", shown(self)))
    }

    fn works(&mut self) -> bool {
        let status = self
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.is_ok_and(|status| status.success())
    }
}

/// The command line as a person would type it.
fn shown(command: &Command) -> String {
    let parts = std::iter::once(command.get_program()).chain(command.get_args());
    // Scripts are named, not quoted.
    let short = parts
        .map(OsStr::to_string_lossy)
        .map(|part| if part.contains('\n') { "…".into() } else { part });
    short.collect::<Vec<_>>().join(" ")
}

/// A program of the system.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    Command::new(name)
}

/// Cargo, in the repository, with our tools at hand.
///
/// # Errors
/// When `PATH` cannot be put together.
pub(crate) fn cargo(places: &Places) -> Result<Command> {
    let mut cargo = in_repository(
        places,
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    )?;
    // Query macros read the committed data, whatever database the developer has at hand.
    cargo.env_remove("DATABASE_URL");
    Ok(cargo)
}

/// A program run in the repository, with our tools at hand.
///
/// # Errors
/// When `PATH` cannot be put together.
pub(crate) fn in_repository(places: &Places, name: impl AsRef<OsStr>) -> Result<Command> {
    let mut command = Command::new(name);
    command.current_dir(&places.root).env("PATH", places.path()?);
    Ok(command)
}

/// Whether a program is on the system's `PATH`.
pub(crate) fn on_path(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| is_file(&folder.join(name)))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| metadata.is_file())
}
