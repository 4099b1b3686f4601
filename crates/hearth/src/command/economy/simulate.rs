//! `hearth economy simulate`.

use std::path::Path;

use anyhow::Context as _;
use hearth_economy::{
    kpi::BurnGoal,
    params::Policy,
    sim::{self, Comparison, Run, SHIPPED, Scenario, Trick},
};
use hearth_types::ipc::{Code, IpcError};
use serde::Serialize;

use crate::output;

/// The largest scenario file.
const MAX_FILE_BYTES: u64 = 4 << 20;

/// `hearth economy simulate`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// A shipped scenario (steady, demand-drop, price-crash, drop-and-crash, under-pricing, tenfold-growth,
    /// whale-churn), a trick against honest idling (self-rental, sham-prices, side-payments, idle-farm, whale,
    /// one-sample), or a file that holds a scenario as `--print` writes it.
    #[arg(long, value_name = "NAME|FILE")]
    scenario: String,
    /// A table with a line a day and policy.
    #[arg(long, conflicts_with_all = ["svg", "print"])]
    csv: bool,
    /// A picture of income, vaults and burn.
    #[arg(long, conflicts_with = "print")]
    svg: bool,
    /// The scenario itself as JSON, to be changed and run from a file.
    #[arg(long)]
    print: bool,
}

/// A scenario and what it came to under each policy.
#[derive(Serialize)]
struct Outcome<'a> {
    scenario: &'a str,
    about: &'a str,
    runs: &'a [Run],
}

/// Runs a scenario or plays a trick.
pub(super) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    if let Some(trick) = Trick::ALL.into_iter().find(|trick| trick.name() == args.scenario) {
        return play(trick, json);
    }
    let scenario = find(&args.scenario)?;
    if args.print {
        output::line(serde_json::to_string_pretty(&scenario)?);
        return Ok(());
    }
    let runs: Vec<_> = Policy::ALL
        .into_iter()
        .map(|policy| sim::run(&scenario, policy).with_context(|| format!("under {}", policy.name())))
        .collect::<Result<_, _>>()?;
    if args.csv {
        output::line(sim::csv(&runs).trim_end());
    } else if args.svg {
        output::line(sim::svg(&scenario, &runs).trim_end());
    } else if json {
        output::json(&Outcome {
            scenario: &scenario.name,
            about: &scenario.about,
            runs: &runs,
        })?;
    } else {
        output::line(format!(
            "{}: {} {} days.",
            scenario.name, scenario.about, scenario.days
        ));
        runs.iter().for_each(describe);
    }
    Ok(())
}

fn find(name: &str) -> anyhow::Result<Scenario> {
    if let Some(scenario) = sim::shipped(name) {
        return Ok(scenario);
    }
    let path = Path::new(name);
    let size = path.metadata().map(|metadata| metadata.len());
    let Ok(size) = size else {
        let names: Vec<_> = SHIPPED.into_iter().chain(Trick::ALL.map(Trick::name)).collect();
        let unknown = IpcError::new(Code::BadRequest, format!("“{name}” is no scenario and no file."));
        return Err(unknown.mend(format!("Shipped are: {}.", names.join(", "))).into());
    };
    if size > MAX_FILE_BYTES {
        return Err(IpcError::new(Code::BadRequest, format!("“{name}” is too large for a scenario.")).into());
    }
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {name}"))?;
    serde_json::from_str(&text).with_context(|| format!("{name} is no scenario"))
}

fn describe(run: &Run) {
    let summary = &run.summary;
    output::line(format!("\n{}", run.policy));
    output::line(format!(
        "  income      {} to {} of day 0; never below {} of the target",
        summary.lowest_income, summary.highest_income, summary.lowest_income_of_target
    ));
    output::line(match summary.vaults_empty_on {
        Some(day) => format!("  vaults      could not pay all on day {day}"),
        None => format!(
            "  vaults      paid all; {} on day 0, {} at the end",
            summary.reserves.0, summary.reserves.1
        ),
    });
    output::line(format!(
        "  devices     {} on day 0, {} at the end",
        summary.devices.0, summary.devices.1
    ));
    if let Some(share) = summary.revenue_share {
        output::line(format!("  paid by renters, not by emission: {share} of income"));
    }
    output::line(format!(
        "  burned      in year one {}",
        burned(&summary.burn_year_one)
    ));
    output::line(format!("              in all {}", burned(&summary.burn_in_all)));
    for flag in &summary.flags {
        output::line(format!(
            "  alert       {} is under-priced since day {}: change {}",
            flag.class,
            flag.day,
            flag.parameter.name()
        ));
    }
}

fn burned(goal: &BurnGoal) -> String {
    let needs = goal
        .revenue_needed
        .map_or("no revenue would reach it here".into(), |usd| {
            format!("it needs {usd} of revenue a year")
        });
    format!(
        "{}, {} of the goal of {}; {needs}",
        goal.burned, goal.reached, goal.goal
    )
}

fn play(trick: Trick, json: bool) -> anyhow::Result<()> {
    let scenario = find("steady")?;
    let played: Vec<Comparison> = Policy::ALL
        .into_iter()
        .map(|policy| sim::compare(&scenario, trick, policy))
        .collect::<Result<_, _>>()?;
    if json {
        return output::json(&played);
    }
    output::line(format!(
        "{}: a hundred devices for a day, against standing idle honestly.",
        trick.name()
    ));
    for one in &played {
        output::line(format!(
            "{:20} honest: draws {}; tricky: draws {}, pays in {}; {}",
            one.policy,
            one.honest.drawn,
            one.tricky.drawn,
            one.tricky.paid_in,
            if one.harmless { "gains nothing" } else { "GAINS" },
        ));
    }
    Ok(())
}
