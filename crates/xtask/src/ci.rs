//! What CI runs.

use std::time::Instant;

use anyhow::Result;

use crate::{
    build, deny, layers,
    places::Places,
    process::{Run as _, cargo},
    program, say,
    setup::{self, Need},
    test,
};

/// One thing that must hold.
type Step = fn(&Places) -> Result<()>;

/// Everything that must hold before a change is taken; stops at the first step that fails.
///
/// # Errors
/// The step that failed.
pub(crate) fn run(places: &Places) -> Result<()> {
    let begin = Instant::now();
    let steps: [(&str, Step); 8] = [
        ("setup", setup),
        ("format", format),
        ("interface", build::ui),
        ("lints", lints),
        ("dependencies", deny::check),
        ("layers", layers::check),
        ("program", program::check_where_possible),
        ("test", |places| test::run(places, &[])),
    ];
    let mut times = Vec::new();
    for (name, step) in steps {
        say::step(name);
        let start = Instant::now();
        step(places)?;
        times.push((name, start.elapsed()));
    }
    say::step("All is well");
    for (name, time) in times {
        say::took(name, time);
    }
    say::took("in all", begin.elapsed());
    Ok(())
}

fn setup(places: &Places) -> Result<()> {
    [Need::Run, Need::Test, Need::Ci]
        .into_iter()
        .try_for_each(|need| setup::ensure(places, need))
}

fn format(places: &Places) -> Result<()> {
    cargo(places)?.args(["fmt", "--all", "--check"]).run()
}

fn lints(places: &Places) -> Result<()> {
    let mut clippy = cargo(places)?;
    clippy
        .arg("clippy")
        .args(test::EVERYTHING)
        .args(["--all-targets", "--", "-D", "warnings"])
        .run()
}
