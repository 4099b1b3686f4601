//! `hearth history`: the money history of the running daemon.

use std::path::Path;

use hearth_types::{
    history::HistoryEntry,
    ipc::{GetStatus, ListHistory},
    money::format_decimal,
};

use crate::{client::Client, output};

/// `hearth history`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// At most this many entries, newest first.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    limit: u32,
}

/// Prints the history.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    super::block_on(async {
        let mut client = Client::connect(data_dir).await?;
        let practice = client.ask(GetStatus {}).await?.network.is_practice();
        let entries = client
            .ask(ListHistory {
                before: None,
                limit: args.limit,
            })
            .await?;
        for entry in &entries {
            if json {
                output::json(entry)?;
            } else {
                output::line(describe(entry, practice));
            }
        }
        if entries.is_empty() && !json {
            output::line("Nothing yet. Staking, leases, payouts and refunds will be listed here.");
        }
        Ok(())
    })
}

fn describe(entry: &HistoryEntry, practice: bool) -> String {
    let sign = if entry.amount < 0 { '-' } else { '+' };
    let amount = format_decimal(entry.amount.unsigned_abs(), entry.currency.decimals());
    let test = if practice { "Practice " } else { "" };
    let signature = entry.signature.map_or("no transaction".into(), |s| s.short());
    let (kind, state) = (format!("{:?}", entry.kind), format!("{:?}", entry.state));
    let symbol = entry.currency.symbol();
    format!(
        "{:6}  {kind:15} {sign}{amount} {test}{symbol}  {state}  {signature}  {}",
        entry.id, entry.note
    )
}
