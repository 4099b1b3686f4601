//! What Hearth costs a machine while a device is in standby: memory, processor time and wake-ups of everything that
//! stays resident. Prints one JSON value.
//!
//! `hearth-footprint [SECONDS]` measures for that long (600 by default) after the node is listed. Run it under a
//! session bus and a display, as `cargo xtask bench footprint` does, or the tray icon is not there to be counted.

mod sample;
mod standby;

use std::time::Duration;

use anyhow::Context as _;
use hearth_tests::processes::Household;
use serde_json::json;
use tokio::time::{Instant, sleep_until};

use crate::sample::Sample;

/// The practice network stands for servers elsewhere: counted apart.
const PRACTICE: &str = "hearth-practice";
/// Measuring time unless told, seconds.
const SECONDS: u64 = 600;
/// Between two looks at the memory.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Time to let go of what only starting took.
const CALM: Duration = Duration::from_secs(20);

#[tokio::main]
#[expect(clippy::print_stdout, reason = "this is what it is for")]
async fn main() -> anyhow::Result<()> {
    let seconds = std::env::args().nth(1).map_or(Ok(SECONDS), |text| text.parse());
    let seconds = seconds.context("the first argument is a time in seconds")?;
    let household = Household::new()?;
    let _daemon = standby::begin(&household).await?;
    sleep_until(Instant::now() + CALM).await;

    let first = sample::of(&household);
    let begin = Instant::now();
    let mut rounds = vec![first.clone()];
    while begin.elapsed() < Duration::from_secs(seconds) {
        sleep_until(Instant::now() + LOOK_EVERY).await;
        rounds.push(sample::of(&household));
    }
    let took = begin.elapsed();
    let last = rounds.last().cloned().unwrap_or_default();

    let resident: Vec<_> = last
        .iter()
        .filter(|process| process.name != PRACTICE)
        .map(|process| process.since(first.iter().find(|early| early.pid == process.pid), took))
        .collect();
    let sums = rounds.iter().map(|round| sum(round));
    let tray = std::env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some();
    println!(
        "{}",
        json!({
            "state": "standby",
            "seconds": took.as_secs(),
            "tray": tray,
            "resident": resident,
            "pss_bytes_last": sum(&last),
            "pss_bytes_highest": sums.max(),
            "practice_network_apart": last.iter().filter(|process| process.name == PRACTICE).map(|process| process.pss).sum::<u64>(),
        })
    );
    Ok(())
}

/// Memory of all resident processes but the practice network, bytes.
fn sum(round: &[Sample]) -> u64 {
    let ours = round.iter().filter(|process| process.name != PRACTICE);
    ours.map(|process| process.pss).sum()
}
