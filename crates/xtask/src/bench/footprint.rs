//! What the resident processes cost in standby, built as people install them.

use anyhow::Result;

use crate::{
    build,
    places::Places,
    process::{Run as _, cargo, program},
    say,
    setup::{self, Need},
};

/// `cargo xtask bench footprint`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// How long to measure, seconds.
    #[arg(long, default_value_t = 600)]
    seconds: u64,
}

/// Builds and measures; prints one JSON value.
pub(super) fn run(places: &Places, args: &Args) -> Result<()> {
    setup::ensure(places, Need::Run)?;
    setup::ensure(places, Need::Test)?;
    let programs = build::distribution(places)?;
    let mut meter = cargo(places)?;
    meter
        .args(["build", "--package", "hearth-tests", "--bin", "hearth-footprint"])
        .run()?;
    say::step("Measuring");
    say::note("A node in standby for a while, with a session bus for its tray icon.");
    let mut run = program("dbus-run-session");
    run.arg("--")
        .arg(build::debug_folder(places).join("hearth-footprint"));
    if std::env::var_os("DISPLAY").is_none() {
        // The daemon shows its tray icon where there is a display. The icon itself speaks over the bus alone.
        run.env("DISPLAY", ":0");
    }
    run.arg(args.seconds.to_string())
        .env("HEARTH_BIN_DIR", programs)
        .run()
}
