//! `hearth economy`: the network's economy, computed here. Needs no daemon.

mod allocation;
mod emission;
mod simulate;
mod stake;

use clap::Subcommand;

/// `hearth economy`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    topic: Topic,
}

#[derive(Debug, Subcommand)]
enum Topic {
    /// What is emitted in each of 240 months, in base units (10⁻⁸ IO).
    ///
    /// The sum up to each month is rounded half up to the base unit and a month is the difference of two sums: its
    /// fraction of a base unit goes over to the next month, so the total is exactly 300,000,000 IO.
    #[command(
        after_help = "Examples:\n  hearth economy emission\n  hearth economy emission --json | jq -r '.[23].scheduled_base_units'"
    )]
    Emission,
    /// The least stake that processors of a model need.
    #[command(
        after_help = "Examples:\n  hearth economy stake --model \"RTX 4090\" --count 4\n  hearth economy stake --model \"RTX 4070 Ti\" --json"
    )]
    Stake(stake::Args),
    /// Who gets the 800,000,000 IO, and how they unlock.
    #[command(
        after_help = "Examples:\n  hearth economy allocation\n  hearth economy allocation --calendar --json | jq '.[12]'"
    )]
    Allocation(allocation::Args),
    /// Run providers, renters and a price through months or years, under every reward policy side by side.
    #[command(
        after_help = "Examples:\n  hearth economy simulate --scenario demand-drop\n  hearth economy simulate --scenario demand-drop --json | jq '.runs[].summary'\n  hearth economy simulate --scenario steady --print > mine.json\n  hearth economy simulate --scenario mine.json --svg > mine.svg\n  hearth economy simulate --scenario self-rental"
    )]
    Simulate(simulate::Args),
}

/// Answers.
pub(crate) fn run(args: &Args, json: bool) -> anyhow::Result<()> {
    match &args.topic {
        Topic::Emission => emission::run(json),
        Topic::Stake(args) => stake::run(args, json),
        Topic::Allocation(args) => allocation::run(args, json),
        Topic::Simulate(args) => simulate::run(args, json),
    }
}
