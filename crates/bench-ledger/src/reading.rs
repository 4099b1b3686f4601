//! Reading: pages, statements, exports, sums, the check of the chain.

use std::{path::Path, time::Instant};

use hearth_store::{Store, ledger};
use hearth_types::{
    history::{EntryKind, EntryState, ExportForm, HistoryFilter},
    money::Currency,
    time::{Month, UnixMillis},
};

use crate::{
    history::{START, device, scramble},
    report::{Limit, Report, percentile},
};

/// Pages opened.
const PAGES: u64 = 2_000;
/// Movements on a page.
const PAGE: u32 = 100;

/// Measures all of it.
pub(crate) async fn all(report: &mut Report, file: &Path) -> anyhow::Result<()> {
    let store = Store::open(file).await?;
    pages(report, &store).await?;
    statements(report, &store).await?;
    exports(report, &store).await?;
    let began = Instant::now();
    ledger::balances(&mut store.read().await?).await?;
    report.add("balances", began.elapsed().as_secs_f64() * 1e3, "ms", None);
    let began = Instant::now();
    let verified = ledger::verify(&mut store.read().await?, &[]).await?;
    anyhow::ensure!(verified.ok, "the chain does not hold: {:?}", verified.broken);
    report.add("verify the chain", began.elapsed().as_secs_f64(), "s", None);
    store.close().await;
    Ok(())
}

/// The first page, then pages by kind, by device and by month, and the page after each.
async fn pages(report: &mut Report, store: &Store) -> anyhow::Result<()> {
    let filters = [
        HistoryFilter::default(),
        HistoryFilter {
            kind: Some(EntryKind::Reward),
            ..HistoryFilter::default()
        },
        HistoryFilter {
            device: Some(device(2)),
            ..HistoryFilter::default()
        },
    ];
    let (mut open, mut next) = (Vec::new(), Vec::new());
    for number in 0..PAGES {
        let mut filter = filters[usize::try_from(number % 3)?].clone();
        if number % 2 == 1 {
            let month = month(scramble(number) % 24);
            (filter.from, filter.until) = (Some(month.start()), Some(month.next().start()));
        }
        let began = Instant::now();
        let page = ledger::page(&mut store.read().await?, &filter, None, PAGE).await?;
        open.push(began.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(!page.rows.is_empty(), "an empty page: {filter:?}");
        let began = Instant::now();
        ledger::page(&mut store.read().await?, &filter, page.next.as_ref(), PAGE).await?;
        next.push(began.elapsed().as_secs_f64() * 1e3);
    }
    report.add(
        "open a history page, median",
        percentile(&mut open, 0.5),
        "ms",
        None,
    );
    report.add(
        "open a history page, p99",
        percentile(&mut open, 0.99),
        "ms",
        Some(Limit::Below(10.0)),
    );
    report.add(
        "next history page, p99",
        percentile(&mut next, 0.99),
        "ms",
        Some(Limit::Below(10.0)),
    );
    filters_and_searches(report, store).await
}

/// Lists that indexes cannot simply be followed for: the slowest of several, with what they add up to.
async fn filters_and_searches(report: &mut Report, store: &Store) -> anyhow::Result<()> {
    let all = HistoryFilter::default();
    let lists = [
        (
            "search that most movements fit",
            HistoryFilter {
                text: "radeon".into(),
                ..all.clone()
            },
        ),
        (
            "device and kind that never met",
            HistoryFilter {
                device: Some(device(2)),
                kind: Some(EntryKind::Reward),
                ..all.clone()
            },
        ),
        (
            "kind and currency that never met",
            HistoryFilter {
                kind: Some(EntryKind::LeaseIncome),
                currency: Some(Currency::Sol),
                ..all.clone()
            },
        ),
        (
            "final, from within a day",
            HistoryFilter {
                state: Some(EntryState::Final),
                from: Some(UnixMillis(START + 12_345_678)),
                ..all
            },
        ),
    ];
    for (name, filter) in lists {
        let mut took = Vec::new();
        for _ in 0..10 {
            let began = Instant::now();
            ledger::page(&mut store.read().await?, &filter, None, PAGE).await?;
            took.push(began.elapsed().as_secs_f64() * 1e3);
        }
        report.add(name, percentile(&mut took, 1.0), "ms", None);
    }
    Ok(())
}

fn month(number: u64) -> Month {
    (0..number).fold(Month::of(UnixMillis(START)), |month, _| month.next())
}

async fn statements(report: &mut Report, store: &Store) -> anyhow::Result<()> {
    let mut took = Vec::new();
    for number in 0..24 {
        let began = Instant::now();
        let told = ledger::month(&mut store.read().await?, month(number)).await?;
        took.push(began.elapsed().as_secs_f64() * 1e3);
        anyhow::ensure!(!told.currencies.is_empty(), "an empty month");
    }
    report.add(
        "month statement, slowest",
        percentile(&mut took, 1.0),
        "ms",
        Some(Limit::Below(100.0)),
    );
    Ok(())
}

async fn exports(report: &mut Report, store: &Store) -> anyhow::Result<()> {
    let forms = [
        ("plain", ExportForm::Plain),
        ("Koinly", ExportForm::Koinly),
        ("CoinTracking", ExportForm::Cointracking),
    ];
    for (name, form) in forms {
        let (mut after, mut rows, mut bytes) = (None, 0_u64, 0_usize);
        let began = Instant::now();
        loop {
            let filter = HistoryFilter::default();
            let piece = ledger::export(&mut store.read().await?, form, &filter, after.as_ref()).await?;
            rows += piece.rows;
            bytes += piece.text.len();
            after = piece.next;
            if after.is_none() {
                break;
            }
        }
        let took = began.elapsed().as_secs_f64();
        anyhow::ensure!(bytes > 0, "an empty export");
        report.add(
            format!("CSV export, {name}"),
            rows as f64 / took,
            "rows a second",
            Some(Limit::Above(300_000.0)),
        );
    }
    Ok(())
}
