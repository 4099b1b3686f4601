//! Running what was built: the app, and the headless demonstration.

use std::{path::PathBuf, process::Command};

use anyhow::Result;

use crate::{
    build,
    places::Places,
    process::{Run as _, program},
    say,
    setup::{self, Need},
};

/// `cargo xtask run`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The daemon alone, even where there is a display; it prints the address for a browser.
    #[arg(long)]
    no_window: bool,
    /// Folder with keys, history and settings; one folder is one profile. Default: the user's own.
    #[arg(long, value_name = "DIR")]
    profile: Option<PathBuf>,
}

/// Sets up, builds and starts window or daemon on the practice network.
///
/// # Errors
/// When something cannot be installed or built, or the program fails.
pub(crate) fn run(places: &Places, args: &Args) -> Result<()> {
    setup::ensure(places, Need::Run)?;
    build::ui(places)?;
    build::programs(places)?;
    if !args.no_window && has_display() {
        say::step("Opening the window");
        return built(places, "hearth-window", args.profile.as_ref())?.run();
    }
    say::step("Starting the daemon. Open the address it prints in a browser; Ctrl+C ends it.");
    built(places, "hearth", args.profile.as_ref())?
        .arg("daemon")
        .run()
}

/// The whole loop, headless.
///
/// # Errors
/// When it cannot be built or an amount differs.
pub(crate) fn demo(places: &Places, json: bool) -> Result<()> {
    setup::ensure(places, Need::Run)?;
    build::programs(places)?;
    let mut demo = built(places, "hearth", None)?;
    demo.arg("demo").args(json.then_some("--json")).run()
}

/// A built program, told where its surroundings are.
fn built(places: &Places, name: &str, profile: Option<&PathBuf>) -> Result<Command> {
    let mut command =
        program(build::debug_folder(places).join(format!("{name}{}", std::env::consts::EXE_SUFFIX)));
    command.env("HEARTH_UI_DIR", places.ui_dist());
    if let Some(profile) = profile {
        command.env("HEARTH_DATA_DIR", std::path::absolute(profile)?);
    }
    Ok(command)
}

/// Windows and macOS always have one.
fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
