//! What a run came to, held against the published claims.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use super::{day::Day, scenario::Scenario};
use crate::{
    epoch::Parameter,
    kpi::{BurnGoal, GOAL_IN_ALL, GOAL_YEAR_ONE},
    params::Policy,
    quantity::{Ppm, UsdMicros},
};

/// Days in a row after which under-pricing counts as persistent.
const PERSISTENT_DAYS: u32 = 7;
/// Days of a year.
const YEAR: usize = 365;

/// Something to change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flag {
    /// The class.
    pub class: String,
    /// What to change.
    pub parameter: Parameter,
    /// The day on which it was flagged.
    pub day: u32,
}

/// A run in a few figures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The lowest income of any cohort on any day, of what the same cohort earned on day 0.
    pub lowest_income: Ppm,
    /// The highest.
    pub highest_income: Ppm,
    /// The lowest income of any cohort on any day, of its target that day.
    pub lowest_income_of_target: Ppm,
    /// The first day on which the vaults could not pay all that was owed.
    pub vaults_empty_on: Option<u32>,
    /// Vaults in dollars, first and last day.
    pub reserves: (UsdMicros, UsdMicros),
    /// Devices, first and last day.
    pub devices: (u64, u64),
    /// Renters' part of providers' income over the whole run, as a mean of days.
    pub revenue_share: Option<Ppm>,
    /// The goal of 12 M in the first year; without one of 365 days, in the run.
    pub burn_year_one: BurnGoal,
    /// The goal of 115 M. The revenue it names is a year's, if it is to be reached over the rest of the emission.
    pub burn_in_all: BurnGoal,
    /// Classes that were under-priced for a week.
    pub flags: Vec<Flag>,
}

impl Summary {
    pub(super) fn of(scenario: &Scenario, policy: Policy, days: &[Day]) -> Self {
        let first_year = days.get(..YEAR).unwrap_or(days);
        let burned = |days: &[Day]| Io(days.iter().map(|day| day.burned.0).sum());
        // For showing: what does not fit is shown as the most there is.
        let owed =
            |days: &[Day]| UsdMicros::sum(days.iter().map(|day| day.owed)).unwrap_or(UsdMicros(u64::MAX));
        let last = days.last();
        let price = last.map_or(crate::quantity::IoPrice::from_micros(1), |day| day.price);
        let params = scenario.daily_params();
        let goal = |goal: Io, burned: Io, owed: UsdMicros| {
            let goal = BurnGoal::new(goal, burned, &params, price, owed);
            // No revenue burns anything under the legacy emission.
            let revenue_needed = goal.revenue_needed.filter(|_| policy != Policy::Legacy);
            BurnGoal {
                revenue_needed,
                ..goal
            }
        };
        let years_left = u64::from(240_u16.saturating_sub(scenario.months_before))
            .div_ceil(12)
            .max(1);
        let yearly_owed = UsdMicros(owed(days).0 / (days.len() as u64).max(1) * YEAR as u64);
        let in_all = goal(GOAL_IN_ALL, burned(days), UsdMicros::ZERO);
        let yearly = goal(Io(GOAL_IN_ALL.0 / years_left), Io::ZERO, yearly_owed);
        let shares: Vec<_> = days
            .iter()
            .filter_map(|day| day.variables.revenue_share)
            .collect();
        Self {
            lowest_income: of_first_day(days).min().unwrap_or_default(),
            highest_income: of_first_day(days).max().unwrap_or_default(),
            lowest_income_of_target: of_target(days).min().unwrap_or_default(),
            vaults_empty_on: days.iter().find(|day| day.paid < day.owed).map(|day| day.day),
            reserves: ends(days, Day::reserves),
            devices: ends(days, |day| day.devices),
            revenue_share: (!shares.is_empty())
                .then(|| Ppm(shares.iter().map(|share| share.0).sum::<u64>() / shares.len() as u64)),
            burn_year_one: goal(GOAL_YEAR_ONE, burned(first_year), owed(first_year)),
            burn_in_all: BurnGoal {
                revenue_needed: yearly.revenue_needed,
                ..in_all
            },
            flags: if policy == Policy::Legacy {
                Vec::new()
            } else {
                flags(scenario, days)
            },
        }
    }
}

/// Every cohort's income on every day, of its own on day 0. Cohorts that were not there then, or are not, are left out.
fn of_first_day(days: &[Day]) -> impl Iterator<Item = Ppm> {
    let first = days.first().map_or(&[][..], |day| &day.income);
    let pairs = days.iter().flat_map(move |day| day.income.iter().zip(first));
    pairs.filter_map(|(income, first)| Ppm::ratio((*income)?.0, (*first)?.0))
}

/// Every cohort's income on every day, of its target that day.
fn of_target(days: &[Day]) -> impl Iterator<Item = Ppm> {
    let pairs = days.iter().flat_map(|day| day.income.iter().zip(&day.target));
    pairs.filter_map(|(income, target)| Ppm::ratio((*income)?.0, target.0))
}

fn ends<T: Default>(days: &[Day], of: impl Fn(&Day) -> T) -> (T, T) {
    let end = |day: Option<&Day>| day.map(&of).unwrap_or_default();
    (end(days.first()), end(days.last()))
}

/// Classes that were under-priced for a week on end, each once.
fn flags(scenario: &Scenario, days: &[Day]) -> Vec<Flag> {
    let mut flags = Vec::new();
    for (number, class) in (0_u16..).zip(&scenario.classes) {
        let mut in_a_row = 0;
        for day in days {
            in_a_row = if day.under_priced.contains(&number) {
                in_a_row + 1
            } else {
                0
            };
            if in_a_row == PERSISTENT_DAYS {
                flags.push(Flag {
                    class: class.name.clone(),
                    parameter: Parameter::HardwarePricing,
                    day: day.day,
                });
                break;
            }
        }
    }
    flags
}
