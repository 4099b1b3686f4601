//! The renter's side: pick the device, quote, deploy, watch, stop.

use crate::page::{LATER, Page, SOON};

/// Whether the quote and the button beside it are seen without scrolling.
const IN_SIGHT: &str = r#"
    return ["quote-escrow", "deploy-button"].every(name => {
        const place = document.querySelector(`[data-testid="${name}"]`).getBoundingClientRect();
        return place.top >= 0 && place.bottom <= window.innerHeight;
    });
"#;

/// What a lease cost in the end, base units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bill {
    pub(super) escrow: u64,
    pub(super) paid: u64,
    pub(super) refunded: u64,
}

async fn pick(page: &Page) -> anyhow::Result<()> {
    page.click("nav-rent").await?;
    page.find_within("offer-row", LATER).await?;
    page.click_css(r#"[data-testid="offer-row"] a"#).await?;
    page.find("offer-panel").await?;
    page.click_label("job-command").await?;
    page.shot("rent").await
}

async fn deploy(page: &Page) -> anyhow::Result<u64> {
    page.click("quote-button").await?;
    let escrow = page.amount("quote-escrow").await?;
    page.shot("quote").await?;
    let seen = page.script(IN_SIGHT).await?;
    anyhow::ensure!(seen == true, "the quote, or the way on, is out of sight");
    page.click("deploy-button").await?;
    page.attribute("review-line", "data-what", SOON, |what| what == "escrow")
        .await?;
    page.shot("review-deploy").await?;
    page.click("review-confirm").await?;
    Ok(escrow)
}

/// Rents for ten minutes and stops after a few seconds: most of the escrow comes back.
pub(super) async fn rent_and_stop(page: &Page) -> anyhow::Result<Bill> {
    pick(page).await?;
    let escrow = deploy(page).await?;
    // The job counts for twenty seconds: what is seen now came while it ran.
    page.text("deployment-output", "step 2 of 10", LATER).await?;
    page.attribute("node-state", "data-state", SOON, |state| state == "hired")
        .await?;
    page.shot("deployment").await?;
    page.click("stop-deployment").await?;
    let bill = Bill {
        escrow,
        refunded: page.amount("deployment-refund").await?,
        paid: page.amount("deployment-paid").await?,
    };
    anyhow::ensure!(
        bill.paid > 0 && bill.refunded > bill.paid && bill.paid + bill.refunded == bill.escrow,
        "the bill does not add up: {bill:?}"
    );
    page.find("deployment-close-signature").await?;
    page.shot("deployment-ended").await?;
    page.click("nav-deployments").await?;
    page.find("deployment-row").await?;
    page.shot("deployments").await?;
    Ok(bill)
}
