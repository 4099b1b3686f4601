//! `hearth economy allocation`.

use hearth_economy::allocation::{ALLOCATION, SUPPLY_CAP, calendar};

use crate::output;

/// `hearth economy allocation`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// What is unlocked at genesis and after each of 240 months, by category in the order of the allocation.
    #[arg(long)]
    calendar: bool,
}

/// Prints the allocation or its calendar.
pub(super) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    if args.calendar {
        return unlocks(json);
    }
    if json {
        return output::json(&ALLOCATION);
    }
    for part in ALLOCATION {
        let percent = hearth_types::money::format_decimal(u64::from(part.share_bps.get()), 2);
        let name = part.category.name();
        let amount = part.amount_base_units.to_string();
        output::line(format!(
            "{name:35} {percent:>5} %  {amount:>12}  {}",
            part.vesting
        ));
    }
    output::line(format!("{:35}   100 %  {SUPPLY_CAP:>12}", "all"));
    Ok(())
}

fn unlocks(json: bool) -> anyhow::Result<()> {
    let months: Vec<_> = calendar().collect();
    if json {
        return output::json(&months);
    }
    for month in months {
        output::line(format!("month {:3}  {}", month.month, month.total_base_units));
    }
    Ok(())
}
