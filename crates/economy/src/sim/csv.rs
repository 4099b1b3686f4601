//! Runs as a table.

use std::fmt::Write as _;

use super::run::Run;

/// One line a day and policy; amounts in base units (10⁻⁸ IO, 10⁻⁶ USD), rates in USD micros an hour, parts in
/// millionths. What is absent is empty.
#[must_use]
pub fn csv(runs: &[Run]) -> String {
    let mut text = String::from(
        "policy,day,io_price_nanos,devices,leased_seconds,revenue,owed,paid,open_debt,reserves,reward_unlocked,fee_io,\
         fee_usdc,burned,total_burn,stake,circulating,psi_ppm,revenue_share_ppm,target_scale_ppm,lowest_income\n",
    );
    for (run, day) in runs
        .iter()
        .flat_map(|run| run.days.iter().map(move |day| (run, day)))
    {
        let ppm =
            |ratio: Option<crate::quantity::Ppm>| ratio.map(|ratio| ratio.0.to_string()).unwrap_or_default();
        let lowest = day.income.iter().flatten().min().map(|rate| rate.0.to_string());
        let (variables, kpis) = (&day.variables, &day.kpis);
        // Writing to a string never fails.
        let _ = writeln!(
            text,
            "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}",
            run.policy,
            day.day,
            day.price.nanos(),
            day.devices,
            variables.leased_seconds,
            variables.revenue.0,
            day.owed.0,
            day.paid.0,
            kpis.open_debt.0,
            day.reserves().0,
            kpis.reward_unlocked.0,
            kpis.fee_vault_io.0,
            kpis.fee_vault_usdc.0,
            day.burned.0,
            kpis.total_burn.0,
            day.supply.stake.0,
            day.supply.circulating.0,
            ppm(kpis.sustainability_ratio),
            ppm(variables.revenue_share),
            day.target_scale.0,
            lowest.unwrap_or_default(),
        );
    }
    text
}
