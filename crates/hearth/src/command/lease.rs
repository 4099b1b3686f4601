//! `hearth lease`: leases of this profile.

use std::path::Path;

use clap::Subcommand;
use hearth_types::{ipc::ListLeases, lease::LeaseView};

use crate::{client::Client, output};

/// `hearth lease`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// All leases, both sides, newest first.
    #[command(after_help = "Examples:\n  hearth lease list\n  hearth lease list --json")]
    List,
}

/// Does what was asked.
pub(crate) fn run(args: &Args, data_dir: &Path, json: bool) -> anyhow::Result<()> {
    match args.what {
        What::List => super::block_on(async {
            let mut client = Client::connect(data_dir).await?;
            let leases = client.ask(ListLeases {}).await?;
            for lease in &leases {
                if json {
                    output::json(lease)?;
                } else {
                    output::line(describe(lease));
                }
            }
            if leases.is_empty() && !json {
                output::line("No leases yet. Lend a device or rent one.");
            }
            Ok(())
        }),
    }
}

fn describe(lease: &LeaseView) -> String {
    let money = match (lease.paid, lease.refunded) {
        (Some(paid), Some(refunded)) => format!("paid {paid}, refunded {refunded}"),
        _ => format!("prepaid {} of {}", lease.prepaid, lease.escrow),
    };
    let (id, side, stage) = (lease.id.short(), lease.side, lease.stage);
    format!("{id}  {side:?}  {stage:?}  {}  {money}", lease.device_name)
}
