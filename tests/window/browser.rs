//! The series in headless Chromium, against the daemon's HTTP interface.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use anyhow::Context as _;
use fantoccini::ClientBuilder;
use hearth_tests::processes::{Household, program};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::{
    journey,
    page::Page,
    reports::{self, Vendor},
    tools::{self, line},
};

/// The daemon's ready line.
async fn daemon(household: &Household) -> anyhow::Result<(tokio::process::Child, Value)> {
    let named = std::env::var_os("HEARTH_UI_DIR").map(PathBuf::from);
    let ui = named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui/dist"));
    anyhow::ensure!(
        ui.join("index.html").is_file(),
        "ui/dist is missing: build it with “trunk build --release” in ui"
    );
    let mut daemon = household
        .command(&program("hearth")?)
        .args(["--json", "daemon", "--no-tray", "--no-keychain"])
        .env("HEARTH_UI_DIR", ui)
        .stdout(Stdio::piped())
        .spawn()?;
    let ready = line(daemon.stdout.take(), "the daemon", |line| {
        let line: Value = serde_json::from_str(line).ok()?;
        (line["event"] == "ready").then_some(line)
    })
    .await?;
    Ok((daemon, ready))
}

fn capabilities(tools: &tools::Browser, profile: &Path) -> serde_json::Map<String, Value> {
    let profile = format!("--user-data-dir={}", profile.display());
    let options = json!({
        "binary": tools.chromium,
        "args": [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--hide-scrollbars", "--lang=en-US", profile,
        ],
    });
    let all = [
        ("goog:chromeOptions", options),
        ("goog:loggingPrefs", json!({ "browser": "ALL" })),
    ];
    all.map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

/// Makes the page exactly as large, in CSS pixels.
async fn size(page: &Page, width: u32, height: u32, mobile: bool) -> anyhow::Result<()> {
    let scale = if mobile { 2 } else { 1 };
    let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
    let command = Vendor::devtools("Emulation.setDeviceMetricsOverride", metrics);
    page.client.issue_cmd(command).await?;
    Ok(())
}

/// Light, and as small as a phone.
async fn other_looks(page: &Page) -> anyhow::Result<()> {
    page.click("nav-settings").await?;
    page.click("theme-light").await?;
    for (nav, shown, name) in [
        ("nav-home", "home-card", "home-light"),
        ("nav-devices", "device-card", "devices-light"),
        ("nav-earnings", "history-row", "earnings-light"),
    ] {
        page.click(nav).await?;
        page.find(shown).await?;
        page.shot(name).await?;
    }
    page.click("nav-settings").await?;
    page.click("theme-dark").await?;
    size(page, 390, 844, true).await?;
    for (nav, shown, name) in [
        ("nav-home", "home-card", "home-phone"),
        ("nav-rent", "offer-row", "rent-phone"),
        ("nav-earnings", "history-row", "earnings-phone"),
    ] {
        page.click(nav).await?;
        page.find(shown).await?;
        page.shot(name).await?;
        let wide = page
            .script("return document.documentElement.scrollWidth > document.documentElement.clientWidth")
            .await?;
        anyhow::ensure!(wide == false, "{name} is wider than the phone");
    }
    size(page, 1100, 720, false).await
}

async fn series(page: &Page, household: &Household, ready: &Value) -> anyhow::Result<()> {
    let text = |key: &str| {
        ready[key]
            .as_str()
            .with_context(|| format!("{key} in the ready line"))
    };
    let (url, code) = (text("url")?, text("pairing_code")?);
    size(page, 1100, 720, false).await?;
    page.client.goto(&format!("{url}/#pair={code}")).await?;
    reports::listen(page).await?;
    journey::run(page).await?;
    let downloads = household.folder("downloads")?;
    let behaviour = json!({ "behavior": "allow", "downloadPath": downloads });
    let command = Vendor::devtools("Page.setDownloadBehavior", behaviour);
    page.client.issue_cmd(command).await?;
    journey::save_history(page, &downloads).await?;
    other_looks(page).await?;
    journey::stop_lending(page).await?;
    journey::take_stake_back(page).await?;
    reports::none_in_page(page).await?;

    // The address of every page can be kept: loading it anew shows the same page, paired still.
    page.client.goto(&format!("{url}/earnings")).await?;
    page.find("history-row").await?;
    reports::none_in_console(page).await?;
    reports::heard(page).await?;

    household.kill("hearth")?;
    page.find("connection-lost").await?;
    page.shot("connection-lost").await
}

/// Everything, from the daemon's start.
pub(crate) async fn run(tools: &tools::Browser) -> anyhow::Result<()> {
    let household = Household::new()?;
    let (_daemon, ready) = daemon(&household).await?;
    let mut driver = household
        .command(&tools.chromedriver)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .spawn()?;
    let port = line(driver.stdout.take(), "chromedriver", |line| {
        let port = line.split("successfully on port ").nth(1)?.trim_end_matches('.');
        port.parse::<u16>().ok()
    })
    .await?;
    let profile = household.folder("chromium")?;
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities(tools, &profile))
        .connect(&format!("http://127.0.0.1:{port}"))
        .await?;
    let page = Page::new(client.clone(), "browser-")?;
    let outcome = journey::told(&page, series(&page, &household, &ready).await).await;
    client.close().await?;
    outcome
}
