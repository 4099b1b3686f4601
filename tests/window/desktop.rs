//! The series in the desktop window, which starts the daemon and the practice network by itself.

use std::process::Stdio;

use fantoccini::ClientBuilder;
use hearth_tests::processes::{Household, program};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;

use crate::{
    journey,
    page::{LATER, Page},
    reports,
    tools::{self, free_port, line, listening},
};

/// The daemon dies: the page says so, the window starts another, and the page goes on with that one.
async fn outlive_the_daemon(page: &Page, household: &Household) -> anyhow::Result<()> {
    household.kill("hearth")?;
    page.text("notice", "Connected again", LATER).await?;
    page.attribute("node-state", "data-state", LATER, |state| state == "down")
        .await
        .map(drop)
}

async fn series(page: &Page, household: &Household) -> anyhow::Result<()> {
    page.find("nav-home").await?;
    reports::listen(page).await?;
    journey::run(page).await?;
    journey::save_history(page, &household.home().join("Downloads")).await?;
    journey::stop_lending(page).await?;
    journey::take_stake_back(page).await?;
    reports::none_in_page(page).await?;
    reports::heard(page).await?;
    outlive_the_daemon(page, household).await
}

/// Everything, from an empty screen.
pub(crate) async fn run(tools: &tools::Desktop) -> anyhow::Result<()> {
    let household = Household::new()?;
    let mut xvfb = household
        .command(&tools.xvfb)
        .args([
            "-displayfd",
            "1",
            "-screen",
            "0",
            "1280x800x24",
            "-nolisten",
            "tcp",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let display = line(xvfb.stdout.take(), "Xvfb", |line| line.trim().parse::<u16>().ok()).await?;
    let (port, native_port) = (free_port()?, free_port()?);
    let _driver = household
        .command(&tools.dbus)
        .arg("--")
        .arg(&tools.tauri_driver)
        .args(["--port", &port.to_string()])
        .args(["--native-port", &native_port.to_string()])
        .arg("--native-driver")
        .arg(&tools.webkit_driver)
        .env("DISPLAY", format!(":{display}"))
        .env("LANG", "C.UTF-8")
        .env("NO_AT_BRIDGE", "1")
        .spawn()?;
    // The driver answers before the browser's own driver behind it does.
    listening(port).await?;
    listening(native_port).await?;
    let options = json!({ "application": program("hearth-window")? });
    let capabilities = [("tauri:options".to_owned(), options)];
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities.into_iter().collect())
        .connect(&format!("http://127.0.0.1:{port}"))
        .await?;
    let page = Page::new(client.clone(), "")?;
    let outcome = journey::told(&page, series(&page, &household).await).await;
    client.close().await?;
    outcome
}
