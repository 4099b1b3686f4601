//! `hearth economy emission`.

use hearth_economy::emission::schedule;

use crate::output;

/// Prints the schedule: with `json` all months as one array.
pub(super) fn run(json: bool) -> anyhow::Result<()> {
    let months: Vec<_> = schedule().collect();
    if json {
        return output::json(&months);
    }
    for month in months {
        let (scheduled, so_far) = (month.scheduled_base_units, month.cumulative_base_units);
        output::line(format!(
            "month {:3}  {scheduled:>24}  in all {so_far}",
            month.month
        ));
    }
    output::line(
        "A month's fraction of a base unit goes over to the next; the total is exactly 300000000 IO.",
    );
    Ok(())
}
