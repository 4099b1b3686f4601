//! A run: day after day.

use hearth_types::money::Io;
use serde::Serialize;

use super::{
    agents::Crowd,
    day::Day,
    scenario::{DAY_SECONDS, MAX_COHORTS, MAX_DAYS, Scenario},
    state::{Split, State},
    summary::Summary,
    supply::Supply,
};
use crate::{
    allocation::{SUPPLY_CAP, locked_after},
    arith::floor_mul_div,
    emission::{EMISSION_TOTAL, unlocked_after},
    epoch::{Alert, CloseError, EpochInput, Outcome, Pay, margin_of, settle},
    kpi::{Kpis, Point},
    params::{DeviceClass, Income, ParamsError, Policy},
    quantity::{UsdMicros, UsdPerHour},
};

/// Why a scenario cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimError {
    /// Its parameters are out of bounds.
    #[error("the scenario's parameters")]
    Params(#[from] ParamsError),
    /// A day cannot be settled.
    #[error("a day cannot be settled")]
    Close(#[from] CloseError),
    /// Too long or too wide.
    #[error("at most {MAX_DAYS} days and {MAX_COHORTS} cohorts")]
    TooLong,
    /// A cohort or a demand names a class that is not there.
    #[error("class {0} is not there")]
    NoSuchClass(u16),
    /// Amounts that do not fit.
    #[error("the scenario's amounts are too large")]
    TooLarge,
    /// More IO is bought, staked or paid than there is in people's hands.
    #[error("on day {0} more IO is bought, staked or paid than is in circulation")]
    NoMoreIo(u32),
}

/// A scenario under one policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Run {
    /// The policy's name.
    pub policy: &'static str,
    /// What it came to.
    pub summary: Summary,
    /// Every day.
    pub days: Vec<Day>,
}

/// Runs a scenario under a policy.
///
/// # Errors
/// [`SimError`] when it is out of bounds or more IO is needed than there is.
pub fn run(scenario: &Scenario, policy: Policy) -> Result<Run, SimError> {
    check(scenario)?;
    let mut state = State::new(scenario, policy);
    let mut crowds: Vec<_> = scenario.cohorts.iter().map(Crowd::new).collect();
    let mut circulating: Option<Circulation> = None;
    let mut days = Vec::with_capacity(scenario.days as usize);
    for (day, price) in (0..).zip(scenario.price.days(scenario.days)) {
        let splits = State::split(scenario, &crowds, day);
        let input = state.input(scenario, &splits, day, price)?;
        let outcome = settle(&input)?;
        let income = incomes(scenario, &splits, &input, &outcome).ok_or(SimError::TooLarge)?;
        for ((crowd, cohort), income) in crowds.iter_mut().zip(&scenario.cohorts).zip(&income) {
            if let Some(income) = income {
                crowd.decide(cohort, *income);
            }
        }
        let stake = stake(scenario, &splits).ok_or(SimError::TooLarge)?;
        let circulation = circulating.get_or_insert_with(|| Circulation::new(&input));
        let supply = circulation
            .after(&input, &outcome, stake)
            .ok_or(SimError::NoMoreIo(day))?;
        state.follow(&input, &outcome);
        days.push(day_of(scenario, day, &splits, income, supply, &input, &outcome));
    }
    Ok(Run {
        policy: policy.name(),
        summary: Summary::of(scenario, policy, &days),
        days,
    })
}

fn check(scenario: &Scenario) -> Result<(), SimError> {
    scenario.daily_params().check()?;
    scenario.classes.iter().try_for_each(DeviceClass::check)?;
    if scenario.days > MAX_DAYS || scenario.cohorts.len() > MAX_COHORTS {
        return Err(SimError::TooLong);
    }
    let named = scenario.cohorts.iter().map(|cohort| cohort.class);
    let mut named = named.chain(scenario.demand.iter().map(|demand| demand.class));
    let missing = named.find(|class| usize::from(*class) >= scenario.classes.len());
    missing.map_or(Ok(()), |class| Err(SimError::NoSuchClass(class)))
}

/// What a device of each cohort earned an hour: lease pay that it kept, and rewards.
fn incomes(
    scenario: &Scenario,
    splits: &[Split],
    input: &EpochInput,
    outcome: &Outcome,
) -> Option<Vec<Option<UsdPerHour>>> {
    let rewards: Vec<_> = outcome.rewards.chunks(2).collect();
    let mut incomes = Vec::with_capacity(splits.len());
    for ((cohort, split), rewards) in scenario.cohorts.iter().zip(splits).zip(rewards) {
        let class = scenario.classes.get(usize::from(cohort.class))?;
        let target = UsdPerHour(outcome.totals.target_scale.of(class.target().0));
        let leased_for = split.leased.checked_mul(DAY_SECONDS)?;
        let mut earned = split.net.over(leased_for)?;
        if matches!(input.params.policy, Policy::Ide(_, Income::Pooled)) {
            earned = earned.min(target.over(leased_for)?);
        }
        for reward in rewards {
            let worth = match input.params.policy {
                Policy::Ide(..) => reward.paid,
                Policy::Legacy => input.price.value(reward.io)?,
            };
            earned = earned.checked_add(worth)?;
        }
        let hours = split.devices().checked_mul(24)?;
        incomes.push(floor_mul_div(earned.0, 1, hours).map(UsdPerHour));
    }
    Some(incomes)
}

fn stake(scenario: &Scenario, splits: &[Split]) -> Option<Io> {
    scenario
        .cohorts
        .iter()
        .zip(splits)
        .try_fold(Io::ZERO, |sum, (cohort, split)| {
            sum.checked_add(Io(cohort.stake.0.checked_mul(split.devices())?))
        })
}

/// IO in people's hands, stake included, followed by what flows in and out of them.
struct Circulation {
    people: i128,
    unlocked: Io,
}

impl Circulation {
    /// Before the first day: all that vesting and emission have set free and no vault holds.
    fn new(input: &EpochInput) -> Self {
        let span = input.epoch.span(&input.params).unwrap_or_default();
        let unlocked = set_free(span.start);
        let books = &input.books;
        let kept = [books.fee.io, books.burned, books.unmatured]
            .map(|io| i128::from(io.0))
            .iter()
            .sum::<i128>();
        Self {
            people: i128::from(unlocked.0) + i128::from(books.drawn.0) - kept,
            unlocked,
        }
    }

    /// After a day. `None` when people would have had less than nothing.
    fn after(&mut self, input: &EpochInput, outcome: &Outcome, stake: Io) -> Option<Supply> {
        let span = input.epoch.span(&input.params)?;
        let unlocked = set_free(span.end);
        let totals = &outcome.totals;
        let mut into_vaults = i128::from(totals.pooled_io.0) + i128::from(totals.repurchased.0);
        for lease in &input.leases {
            if let Pay::Io(io) = lease.gross {
                into_vaults += i128::from(margin_of(io.0, input.params.margin));
            }
        }
        self.people += i128::from(unlocked.0) - i128::from(self.unlocked.0);
        self.people += i128::from(totals.matured.0) - into_vaults;
        self.unlocked = unlocked;
        let books = &outcome.books;
        Some(Supply {
            circulating: Io(u64::try_from(self.people).ok()?.checked_sub(stake.0)?),
            locked_vesting: SUPPLY_CAP.checked_sub(EMISSION_TOTAL)?.checked_sub(unlocked)?,
            stake,
            reward_vault: books.reward_vault,
            fee_vault: books.fee.io,
            unmatured: books.unmatured,
            burned: books.burned,
        })
    }
}

/// What vesting has set free, the emission aside.
fn set_free(seconds: u64) -> Io {
    let locked_emission = EMISSION_TOTAL.saturating_sub(unlocked_after(seconds));
    let locked = locked_after(seconds).saturating_sub(locked_emission);
    SUPPLY_CAP.saturating_sub(EMISSION_TOTAL).saturating_sub(locked)
}

fn day_of(
    scenario: &Scenario,
    day: u32,
    splits: &[Split],
    income: Vec<Option<UsdPerHour>>,
    supply: Supply,
    input: &EpochInput,
    outcome: &Outcome,
) -> Day {
    let totals = &outcome.totals;
    let target = scenario.cohorts.iter().map(|cohort| {
        let class = scenario.classes.get(usize::from(cohort.class));
        UsdPerHour(totals.target_scale.of(class.map_or(0, |class| class.target().0)))
    });
    let under_priced = outcome.alerts.iter().filter_map(|alert| match alert {
        Alert::UnderPriced { class, .. } => Some(*class),
        Alert::TargetsScaled { .. } | Alert::DebtLapsed { .. } => None,
    });
    let devices = splits.iter().map(Split::devices).sum();
    let variables = Point {
        verified_devices: devices,
        ..Point::of(input.epoch, totals, input.price, supply.stake)
    };
    Day {
        day,
        price: input.price,
        devices,
        variables,
        kpis: Kpis::of(input, outcome),
        owed: totals.owed,
        paid: UsdMicros(totals.paid.0),
        target_scale: totals.target_scale,
        burned: totals.burned,
        income,
        target: target.collect(),
        under_priced: under_priced.collect(),
        supply,
    }
}
