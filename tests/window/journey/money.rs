//! The history: every movement with its transaction, in agreement with the chain.

use anyhow::Context as _;
use serde_json::Value;

use super::renting::Bill;
use crate::page::{LATER, Page, SOON};

const ROWS: &str = r#"
    return [...document.querySelectorAll('[data-testid="history-row"]')].map(row => ({
        kind: row.dataset.kind,
        units: row.querySelector('[data-base-units]')?.dataset.baseUnits,
        signature: row.querySelector('[data-testid="history-signature"]')?.dataset.value ?? null,
    }));
"#;

/// Sum of all rows of a kind, base units, and whether each has its transaction.
fn sum(rows: &[Value], kind: &str) -> anyhow::Result<i64> {
    let mut total = 0;
    let mut seen = false;
    for row in rows.iter().filter(|row| row["kind"] == kind) {
        let units = row["units"].as_str().context("a row without an amount")?;
        let units: i64 = units.parse()?;
        let signature = row["signature"].as_str().unwrap_or_default();
        anyhow::ensure!(signature.len() > 60, "{kind} has no transaction: {row}");
        total += units;
        seen = true;
    }
    anyhow::ensure!(seen, "no row of the kind {kind}: {rows:#?}");
    Ok(total)
}

/// Reads Earnings, then shows the other pages.
pub(super) async fn check(page: &Page, bill: Bill) -> anyhow::Result<()> {
    page.click("nav-earnings").await?;
    page.attribute("reconcile-verdict", "data-ok", LATER, |ok| ok == "true")
        .await?;
    let rows = page
        .until("the rows of a whole lease", LATER, async || {
            let rows = page.script(ROWS).await?;
            let rows = rows.as_array().context("rows")?.clone();
            let whole = ["Refund", "LeaseIncome", "LeasePayment"]
                .iter()
                .all(|kind| rows.iter().any(|row| row["kind"] == *kind));
            Ok(whole.then_some(rows))
        })
        .await?;
    let units = |amount: u64| i64::try_from(amount);
    anyhow::ensure!(sum(&rows, "Faucet")? > 0, "the faucet gave nothing");
    anyhow::ensure!(sum(&rows, "Stake")? < 0, "staking took nothing");
    anyhow::ensure!(sum(&rows, "NetworkFee")? < 0, "transactions were free");
    anyhow::ensure!(
        sum(&rows, "LeaseEscrow")? == -units(bill.escrow)?,
        "the escrow differs"
    );
    anyhow::ensure!(
        sum(&rows, "Refund")? == units(bill.refunded)?,
        "the refund differs"
    );
    anyhow::ensure!(
        sum(&rows, "LeasePayment")? == -units(bill.paid)?,
        "the payment differs"
    );
    // The network keeps a tenth of what is paid; the lender gets the rest, rounded down.
    anyhow::ensure!(
        sum(&rows, "LeaseIncome")? == units(bill.paid * 9 / 10)?,
        "the income differs: {bill:?} {rows:#?}"
    );
    page.shot("earnings").await?;

    page.click("nav-wallet").await?;
    page.find("stake-position").await?;
    page.attribute("wallet-io", "data-base-units", SOON, |units| units != "0")
        .await?;
    page.shot("wallet").await?;
    page.click("nav-settings").await?;
    page.find("settings-save").await?;
    page.shot("settings").await
}
