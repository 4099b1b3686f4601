//! The lender's side: measure, stake, start, stop.

use crate::page::{LATER, Page, SOON};

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
