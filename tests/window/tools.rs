//! The outside programs, and small waits on what they print and where they listen.

use std::{
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use anyhow::Context as _;
use hearth_tests::processes::tool;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, BufReader},
    net::TcpStream,
    time::{Instant, interval, timeout},
};

/// Outside programs may be slow to start on a machine that builds at the same time.
const START_WITHIN: Duration = Duration::from_secs(60);
/// How often a port is tried.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// For the desktop window.
pub(crate) struct Desktop {
    pub(crate) xvfb: PathBuf,
    pub(crate) dbus: PathBuf,
    pub(crate) tauri_driver: PathBuf,
    pub(crate) webkit_driver: PathBuf,
}

/// For the browser.
pub(crate) struct Browser {
    pub(crate) chromium: PathBuf,
    pub(crate) chromedriver: PathBuf,
}

#[expect(clippy::print_stderr, reason = "a skipped test must say so")]
fn skip(text: &str) {
    eprintln!("Skipped: {text}.");
}

/// Finds all or, where that is allowed, says what is missing.
fn find<const N: usize>(names: [&str; N]) -> anyhow::Result<Option<[PathBuf; N]>> {
    let found = names.map(|name| (name, tool(name)));
    let missing: Vec<&str> = found
        .iter()
        .filter(|(_, path)| path.is_none())
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() {
        return Ok(Some(found.map(|(_, path)| path.unwrap_or_default())));
    }
    let text = format!(
        "{} not installed; “cargo xtask setup” does it",
        missing.join(", ")
    );
    anyhow::ensure!(std::env::var_os("HEARTH_REQUIRE_WINDOW").is_none(), text);
    skip(&text);
    Ok(None)
}

/// What the desktop test needs; `None` when it is to be skipped.
pub(crate) fn desktop() -> anyhow::Result<Option<Desktop>> {
    let found = find(["Xvfb", "dbus-run-session", "tauri-driver", "WebKitWebDriver"])?;
    Ok(found.map(|[xvfb, dbus, tauri_driver, webkit_driver]| Desktop {
        xvfb,
        dbus,
        tauri_driver,
        webkit_driver,
    }))
}

/// What the browser test needs; `None` when it is to be skipped.
pub(crate) fn browser() -> anyhow::Result<Option<Browser>> {
    let found = find(["chromium", "chromedriver"])?;
    Ok(found.map(|[chromium, chromedriver]| Browser {
        chromium,
        chromedriver,
    }))
}

/// A port that was free a moment ago, for programs that cannot choose one themselves.
pub(crate) fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port())
}

/// Waits until something listens at the port.
pub(crate) async fn listening(port: u16) -> anyhow::Result<()> {
    let deadline = Instant::now() + START_WITHIN;
    let mut ticks = interval(TRY_EVERY);
    while Instant::now() < deadline {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
            return Ok(());
        }
        ticks.tick().await;
    }
    anyhow::bail!("nothing listens at port {port} after {START_WITHIN:?}")
}

/// The first line that `pick` takes; later lines are read and dropped, so that the pipe never fills.
pub(crate) async fn line<T>(
    out: Option<impl AsyncRead + Unpin + Send + 'static>,
    what: &str,
    pick: impl Fn(&str) -> Option<T>,
) -> anyhow::Result<T> {
    let mut lines = BufReader::new(out.context("the output is not piped")?).lines();
    let search = async {
        while let Some(line) = lines.next_line().await? {
            if let Some(found) = pick(&line) {
                return Ok(found);
            }
        }
        anyhow::bail!("{what} ended before it was ready")
    };
    let found = timeout(START_WITHIN, search)
        .await
        .with_context(|| format!("{what} is not ready after {START_WITHIN:?}"))??;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(found)
}
