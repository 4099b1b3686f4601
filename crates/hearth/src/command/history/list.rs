//! `hearth history`: movements, newest first.

use std::path::Path;

use hearth_types::{
    history::{CurrencyTotal, HistoryRow},
    ipc::{GetStatus, PageHistory},
};

use super::{Filter, money, usd};
use crate::{client::Client, output};

/// The most movements that one request gives.
const PAGE: u32 = 1000;

/// What to list.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// At most this many movements, newest first.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    filter: Filter,
    /// With these words in the note, or with a transaction, lease or device that begins so.
    #[arg(long, default_value = "")]
    text: String,
}

/// Prints them.
pub(super) async fn run(args: &List, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    let mut client = Client::connect(data_dir).await?;
    let practice = client.ask(GetStatus {}).await?.network.is_practice();
    let filter = args.filter.of(&args.text);
    let (mut left, mut after, mut totals) = (args.limit, None, None);
    loop {
        let request = PageHistory {
            filter: filter.clone(),
            after,
            limit: left.min(PAGE),
        };
        let page = client.ask(request).await?;
        totals.get_or_insert(page.totals);
        for row in &page.rows {
            if json {
                output::json(row)?;
            } else {
                output::line(describe(row, practice));
            }
        }
        left = left.saturating_sub(u32::try_from(page.rows.len()).unwrap_or(u32::MAX));
        after = page.next;
        if after.is_none() || left == 0 {
            break;
        }
    }
    let totals = totals.unwrap_or_default();
    if json {
        return output::json(&serde_json::json!({ "totals": totals }));
    }
    if totals.is_empty() {
        output::line("Nothing here. Staking, leases, payouts and refunds will be listed.");
    }
    for total in &totals {
        output::line(sum(total, practice));
    }
    Ok(())
}

fn describe(row: &HistoryRow, practice: bool) -> String {
    let entry = &row.entry;
    let amount = money(entry.amount, entry.currency, practice);
    let worth = entry
        .worth
        .as_ref()
        .map_or_else(|| "no price".to_owned(), |worth| usd(worth.usd));
    let signature = entry.signature.map_or("no transaction".into(), |s| s.short());
    let (at, kind, state) = (entry.at.utc_text(), entry.kind.word(), entry.state.word());
    let running = money(row.running.amount, entry.currency, practice);
    format!(
        "{:6}  {at}  {kind:15} {amount}  ({worth})  total {running}  {state}  {signature}  {}",
        entry.id, entry.note
    )
}

fn sum(total: &CurrencyTotal, practice: bool) -> String {
    let amount = money(total.amount, total.currency, practice);
    let worth = match (total.known_usd(), total.unpriced) {
        (None, _) => "without a known price".to_owned(),
        (Some(micros), 0) => usd(micros),
        (Some(micros), unpriced) => format!("{}, {unpriced} movements without a known price", usd(micros)),
    };
    format!("Total of {} movements: {amount} ({worth})", total.count)
}
