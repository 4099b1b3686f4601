//! The lender's side: measure, stake, start, stop.

use serde_json::json;

use crate::page::{LATER, Page, SOON};

/// Each line of the review: what, and its base units.
const REVIEW: &str = r#"
    return [...document.querySelectorAll('[data-testid="review-line"]')].map(line => [
        line.dataset.what,
        line.querySelector('[data-base-units]').dataset.baseUnits,
    ]);
"#;

/// Looks at the device and measures it.
pub(super) async fn benchmark(page: &Page) -> anyhow::Result<()> {
    page.find_within("device-card", LATER).await?;
    page.find("check").await?;
    page.click("benchmark-button").await?;
    page.find("benchmark-progress").await?;
    page.shot("benchmark").await?;
    let result = page.find_within("benchmark-result", LATER).await?.text().await?;
    anyhow::ensure!(
        result.contains("GFLOP") && result.contains("GB/s"),
        "the result has no units: {result}"
    );
    Ok(())
}

/// Stakes what is required, through the review.
pub(super) async fn stake(page: &Page) -> anyhow::Result<()> {
    page.attribute("stake-amount", "aria-invalid", SOON, |bad| bad == "false")
        .await?;
    page.click("stake-button").await?;
    page.attribute("review-line", "data-what", SOON, |what| what == "stake")
        .await?;
    page.shot("review-stake").await?;
    page.click("review-confirm").await?;
    page.find_within("stake-enough", LATER).await?;
    let staked = page.amount("device-staked").await?;
    anyhow::ensure!(staked > 0, "nothing is staked");
    // What was done is said where it was done, and not on the next page.
    page.find("notice").await?;
    page.click("nav-home").await?;
    page.find("home-device").await?;
    anyhow::ensure!(page.get("notice").await?.is_none(), "the notice followed");
    page.click("nav-devices").await?;
    page.find_within("stake-enough", LATER).await.map(drop)
}

/// Takes the device into the offer, if it is not in it, and starts lending.
pub(super) async fn start(page: &Page) -> anyhow::Result<()> {
    let offered = page.find("lend-toggle").await?.prop("checked").await?;
    if offered.as_deref() != Some("true") {
        page.click_label("lend-toggle").await?;
    }
    page.click("start-lending").await?;
    page.attribute("node-state", "data-state", LATER, |state| state == "idle")
        .await?;
    page.shot("devices").await?;
    page.click("nav-home").await?;
    page.find("home-device").await?;
    page.shot("home").await
}

/// Stops lending: nothing runs, so nothing asks back.
pub(crate) async fn stop(page: &Page) -> anyhow::Result<()> {
    page.click("nav-devices").await?;
    page.click("stop-lending").await?;
    page.attribute("node-state", "data-state", LATER, |state| state == "down")
        .await?;
    page.find("start-lending").await.map(drop)
}

/// Stakes 30 IO more than the device needs and asks 80 back: 30 come at once, 50 cool down.
pub(crate) async fn take_back(page: &Page) -> anyhow::Result<()> {
    page.click("nav-wallet").await?;
    page.fill("position-amount", "30").await?;
    page.click("position-stake").await?;
    confirm(page).await?;
    holds(page, "position-staked", "23000000000").await?;

    page.fill("position-amount", "80").await?;
    page.click("position-unstake").await?;
    page.attribute("review-line", "data-what", SOON, |what| {
        what == "unstaked_at_once"
    })
    .await?;
    let review = page.script(REVIEW).await?;
    let expected = json!([
        ["unstaked_at_once", "3000000000"],
        ["unstaked_cooling", "5000000000"],
        ["network_fee", "5000"],
    ]);
    anyhow::ensure!(review == expected, "the review of unstaking says {review}");
    page.shot("review-unstake").await?;
    confirm(page).await?;
    holds(page, "position-cooling", "5000000000").await?;
    holds(page, "position-staked", "15000000000").await?;
    page.shot("cooling").await?;

    page.click("nav-earnings").await?;
    page.attribute("reconcile-verdict", "data-ok", LATER, |ok| ok == "true")
        .await
        .map(drop)
}

/// Confirms what is under review, and waits until it is done.
async fn confirm(page: &Page) -> anyhow::Result<()> {
    page.click("review-confirm").await?;
    page.until("the end of the review", LATER, async || {
        Ok(page.get("review").await?.is_none().then_some(()))
    })
    .await
}

async fn holds(page: &Page, testid: &str, units: &str) -> anyhow::Result<()> {
    let right = |shown: &str| shown == units;
    page.attribute(testid, "data-base-units", LATER, right)
        .await
        .map(drop)
}
