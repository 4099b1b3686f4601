//! The ledger writes.

use std::{path::Path, time::Duration, time::Instant};

use hearth_store::{Store, ledger};

use crate::{history, report::Report};

/// Movements in one transaction.
pub(crate) const STEP: u64 = 1_000;
/// Transactions of one movement.
pub(crate) const SINGLE: u64 = 300;

/// Many at a time, as when the history is told from the chain.
pub(crate) async fn many(report: &mut Report, file: &Path, movements: u64) -> anyhow::Result<()> {
    let store = Store::open(file).await?;
    let mut tx = store.begin().await?;
    for price in history::prices() {
        ledger::record_price(&mut tx, &price).await?;
    }
    tx.commit().await?;
    let mut took = Duration::ZERO;
    for first in (0..movements).step_by(usize::try_from(STEP)?) {
        let facts = (first..movements.min(first + STEP)).map(|number| history::fact(number, movements));
        let facts = facts.collect::<anyhow::Result<Vec<_>>>()?;
        let began = Instant::now();
        let mut tx = store.begin().await?;
        ledger::record_all(&mut tx, &facts).await?;
        tx.commit().await?;
        took += began.elapsed();
    }
    report.ours = (movements * 2) as f64 / took.as_secs_f64();
    store.close().await;
    Ok(())
}

/// One at a time, each durable before the next, as when something is decided.
pub(crate) async fn single(report: &mut Report, file: &Path) -> anyhow::Result<()> {
    let store = Store::open(file).await?;
    let began = Instant::now();
    for number in 0..SINGLE {
        // A key of its own; the place in time is of no matter here.
        let mut fact = history::fact(1_000_000_000 + number, 1_000_000_000_000)?;
        fact.entry.idempotency_key = ledger::IdempotencyKey(format!("single:{number}"));
        let mut tx = store.begin().await?;
        ledger::record(&mut tx, fact.entry).await?;
        tx.commit().await?;
    }
    report.ours = (SINGLE * 2) as f64 / began.elapsed().as_secs_f64();
    store.close().await;
    Ok(())
}
