//! A person's whole way through the interface: make a wallet, lend a device, rent it, see every amount.
//!
//! Twice with the same steps: in the desktop window (Xvfb, `tauri-driver`, WebKit), which starts the daemon and the
//! practice network by itself; and in headless Chromium against the daemon's HTTP interface. Each page is saved as a
//! picture in `target/screenshots`. Needs the programs and `ui/dist` built; `cargo xtask test` sees to both.
//!
//! Without the outside programs (Xvfb, the WebDrivers) the tests say so and pass, unless `HEARTH_REQUIRE_WINDOW` is
//! set.
#![cfg(target_os = "linux")]

mod browser;
mod desktop;
mod journey;
mod page;
mod reports;
mod tools;

use tokio::sync::Mutex;

/// One at a time: two benchmarks side by side would measure each other.
static ALONE: Mutex<()> = Mutex::const_new(());

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lending_and_renting_in_the_desktop_window() -> anyhow::Result<()> {
    let Some(tools) = tools::desktop()? else {
        return Ok(());
    };
    let _alone = ALONE.lock().await;
    desktop::run(&tools).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lending_and_renting_in_a_browser() -> anyhow::Result<()> {
    let Some(tools) = tools::browser()? else {
        return Ok(());
    };
    let _alone = ALONE.lock().await;
    browser::run(&tools).await
}
