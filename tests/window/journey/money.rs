//! The history: every movement with its transaction, in agreement with the chain.

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::renting::Bill;
use crate::page::{LATER, Page, SOON};

const ROWS: &str = r#"
    return [...document.querySelectorAll('[data-testid="history-row"]')].map(row => ({
        kind: row.dataset.kind,
        units: row.querySelector('[data-base-units]')?.dataset.baseUnits,
        signature: row.querySelector('[data-testid="history-signature"]')?.dataset.value ?? null,
    }));
"#;

/// Lease pay and rewards of all bars together, base units; the keyboard goes to the last bar.
const BARS: &str = r#"
    const bars = [...document.querySelectorAll('[data-testid="chart-slot"]')];
    bars.at(-1)?.focus();
    const sum = n => bars.reduce((sum, bar) => sum + BigInt(bar.dataset.parts.split(',')[n]), 0n).toString();
    return { count: bars.length, lease: sum(0), rewards: sum(1) };
"#;

/// What the wallet held at the month's end by currency, base units, and how many transactions are named.
const STATEMENT: &str = r#"
    const wallets = document.querySelectorAll('[data-testid="statement-account"][data-account="wallet"]');
    return {
        io: wallets[0]?.querySelector('.closing [data-base-units]').dataset.baseUnits,
        signatures: document.querySelectorAll('[data-testid="statement-signature"]').length,
    };
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
    chart(page, bill.paid * 9 / 10).await?;
    statement(page).await?;

    page.click("nav-wallet").await?;
    page.find("stake-position").await?;
    page.attribute("wallet-io", "data-base-units", SOON, |units| units != "0")
        .await?;
    page.shot("wallet").await?;
    page.click("nav-settings").await?;
    page.find("settings-save").await?;
    page.shot("settings").await
}

/// The bars hold what the lease earned; one says so when the keyboard is on it, and lists its day when pressed.
async fn chart(page: &Page, earned: u64) -> anyhow::Result<()> {
    page.find("chart-slot").await?;
    let bars = page.script(BARS).await?;
    anyhow::ensure!(
        bars == json!({ "count": 30, "lease": earned.to_string(), "rewards": "0" }),
        "the lease earned {earned}, the bars say {bars}"
    );
    page.text("chart-tip", "Practice", SOON).await?;
    page.shot("earnings-chart").await?;
    // On the practice network everything has a price.
    let worth = r#"return document.querySelector('[data-testid="income-lease"] [data-usd-micros]')?.dataset.usdMicros"#;
    let worth = page.script(worth).await?;
    anyhow::ensure!(
        worth.as_str().is_some_and(|micros| micros != "0"),
        "the lease pay is worth {worth}"
    );
    page.click_css(r#"[data-testid="chart-slot"]:last-child"#).await?;
    page.find("filter-from").await?;
    page.click("filter-clear").await?;
    page.find("history-row").await.map(drop)
}

/// The month's statement ends with what the wallet holds, and names the transactions.
async fn statement(page: &Page) -> anyhow::Result<()> {
    page.click("open-statement").await?;
    page.find("statement").await?;
    let balance = page.amount("balance").await?.to_string();
    page.until("a statement that ends with the balance", LATER, async || {
        let told = page.script(STATEMENT).await?;
        let named = told["signatures"].as_u64().is_some_and(|count| count >= 6);
        Ok((told["io"] == balance && named).then_some(()))
    })
    .await?;
    page.shot("statement").await?;
    page.click("nav-earnings").await?;
    page.find("income-card").await.map(drop)
}

/// Saves the history as a file and reads it where it lies.
pub(crate) async fn save(page: &Page, downloads: &Path) -> anyhow::Result<()> {
    page.click("nav-earnings").await?;
    page.find("history-row").await?;
    page.click("export-button").await?;
    page.text("notice", "hearth-history.csv", LATER).await?;
    let file = downloads.join("hearth-history.csv");
    page.until("the saved file", SOON, async || {
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        Ok(text.contains("lease_income").then_some(()))
    })
    .await
}
