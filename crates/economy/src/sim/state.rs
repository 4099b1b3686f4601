//! A simulated network between two days.

use std::collections::{BTreeMap, VecDeque};

use hearth_types::{
    id::{DeviceId, WalletAddress},
    money::Io,
    network::NetworkKind,
};

use super::{
    agents::{Crowd, Wish},
    run::SimError,
    scenario::{DAY_SECONDS, Scenario},
};
use crate::{
    arith::ceil_mul_div,
    emission::{EMISSION_TOTAL, MONTH_SECONDS, unlocked_after},
    epoch::{
        Books, DebtRows, DeviceRow, EpochId, EpochInput, FeeVault, LeaseRow, Outcome, OwedRow, Pay,
        WalletIndex, WalletRow, debts_to_pay,
    },
    params::{NetworkParams, Policy},
    quantity::{Bps, IoPrice, Ppm, UsdPerHour, Usdc},
};

/// A cohort's devices on a day: those leased all day and those idle all day, a wallet each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) leased: u64,
    pub(super) idle: u64,
    /// What a leased one earns its provider an hour.
    pub(super) net: UsdPerHour,
}

impl Split {
    pub(super) const fn devices(&self) -> u64 {
        self.leased + self.idle
    }
}

/// The network's side of a simulation.
#[derive(Clone, Debug)]
pub(super) struct State {
    pub(super) params: NetworkParams,
    pub(super) first: EpochId,
    books: Books,
    cumulative: Vec<Io>,
    granted: VecDeque<Vec<Io>>,
    owed: BTreeMap<EpochId, Vec<OwedRow>>,
}

impl State {
    pub(super) fn new(scenario: &Scenario, policy: Policy) -> Self {
        let first = EpochId(u64::from(scenario.months_before) * MONTH_SECONDS / DAY_SECONDS);
        let unlocked = unlocked_after(first.0 * DAY_SECONDS);
        let drawn = unlocked.saturating_sub(scenario.vaults.unspent);
        Self {
            params: NetworkParams {
                policy,
                ..scenario.daily_params()
            },
            first,
            books: Books {
                reward_vault: EMISSION_TOTAL.saturating_sub(drawn),
                drawn,
                fee: FeeVault {
                    io: scenario.vaults.fee_io,
                    usdc: scenario.vaults.fee_usdc,
                    ..FeeVault::default()
                },
                ..Books::default()
            },
            cumulative: vec![Io::ZERO; scenario.cohorts.len() * 2],
            granted: VecDeque::new(),
            owed: BTreeMap::new(),
        }
    }

    /// Shares each class's demand among its cohorts by their devices; what does not divide goes to the first.
    pub(super) fn split(scenario: &Scenario, crowds: &[Crowd], day: u32) -> Vec<Split> {
        let present = |(cohort, crowd): (&_, &Crowd)| u64::from(crowd.present(cohort, day));
        let devices: Vec<u64> = scenario.cohorts.iter().zip(crowds).map(present).collect();
        let mut splits: Vec<_> = devices
            .iter()
            .map(|idle| Split {
                idle: *idle,
                ..Split::default()
            })
            .collect();
        for demand in &scenario.demand {
            let Some(class) = scenario.classes.get(usize::from(demand.class)) else {
                continue;
            };
            let wish = Wish::of(demand, class, day);
            let of_class = |(index, _): &(usize, &mut Split)| {
                scenario
                    .cohorts
                    .get(*index)
                    .is_some_and(|cohort| cohort.class == demand.class)
            };
            let mut all: u64 = splits
                .iter_mut()
                .enumerate()
                .filter(of_class)
                .map(|(_, split)| split.idle)
                .sum();
            let mut wanted = wish.devices.min(all);
            for (_, split) in splits.iter_mut().enumerate().filter(of_class) {
                let part = ceil_mul_div(wanted, split.idle, all).unwrap_or(0).min(wanted);
                all -= split.idle;
                wanted -= part;
                *split = Split {
                    leased: part,
                    idle: split.idle - part,
                    net: wish.net,
                };
            }
        }
        splits
    }

    /// The day's epoch.
    pub(super) fn input(
        &mut self,
        scenario: &Scenario,
        splits: &[Split],
        day: u32,
        price: IoPrice,
    ) -> Result<EpochInput, SimError> {
        let matures = self.granted.len() >= self.params.maturity_epochs as usize;
        let matured = if matures { self.granted.pop_front() } else { None };
        let matured = matured.unwrap_or_else(|| vec![Io::ZERO; self.cumulative.len()]);
        let mut input = EpochInput {
            network: NetworkKind::Practice,
            epoch: EpochId(self.first.0 + u64::from(day)),
            price,
            params: self.params,
            classes: scenario.classes.clone(),
            books: self.books.clone(),
            wallets: (0..)
                .zip(self.cumulative.iter().zip(matured))
                .map(wallet)
                .collect(),
            devices: Vec::with_capacity(splits.len() * 2),
            leases: Vec::new(),
            late: Vec::new(),
            true_ups: Vec::new(),
            debt_rows: Vec::new(),
        };
        for (number, (cohort, split)) in (0..).zip(scenario.cohorts.iter().zip(splits)) {
            let row = |index: u32, devices: u64| DeviceRow {
                device: DeviceId(numbered(index)),
                owner: WalletIndex(index),
                co_share: None,
                class: cohort.class,
                score: cohort.score,
                verified: devices * DAY_SECONDS,
                eligible: devices * DAY_SECONDS,
            };
            let leased = number * 2;
            input
                .devices
                .extend([row(leased, split.leased), row(leased + 1, split.idle)]);
            if split.leased > 0 {
                let in_io = scenario
                    .demand
                    .iter()
                    .find(|d| d.class == cohort.class)
                    .map_or(Ppm(0), |d| d.in_io);
                let rows = lease_rows(leased, split, in_io, price, self.params.margin);
                input.leases.extend(rows.ok_or(SimError::TooLarge)?);
            }
        }
        for epoch in debts_to_pay(&input)? {
            let rows = self.owed.get(&epoch).cloned().unwrap_or_default();
            input.debt_rows.push(DebtRows { epoch, rows });
        }
        Ok(input)
    }

    /// Takes over what the day's close left.
    pub(super) fn follow(&mut self, input: &EpochInput, outcome: &Outcome) {
        self.books = outcome.books.clone();
        self.cumulative = outcome.rewards.iter().map(|reward| reward.cumulative).collect();
        self.granted
            .push_back(outcome.rewards.iter().map(|reward| reward.io).collect());
        if outcome.totals.paid < outcome.totals.owed {
            let rows = (0..).zip(&outcome.rewards).map(|(index, reward)| OwedRow {
                wallet: WalletIndex(index),
                owed: reward.owed,
            });
            self.owed.insert(input.epoch, rows.collect());
        }
        let oldest = self
            .books
            .debts
            .first()
            .map_or(EpochId(u64::MAX), |debt| debt.epoch);
        self.owed.retain(|epoch, _| *epoch >= oldest);
    }
}

/// Ids in order of numbers.
fn numbered(number: u32) -> [u8; 32] {
    let mut id = [0; 32];
    let (head, _) = id.split_at_mut(4);
    head.copy_from_slice(&number.to_be_bytes());
    id
}

fn wallet((index, (cumulative, matured)): (u32, (&Io, Io))) -> WalletRow {
    WalletRow {
        wallet: WalletAddress(numbered(index)),
        cumulative: *cumulative,
        matured,
    }
}

/// A day's leases of a row: the part paid in IO, and the part paid in USDC.
fn lease_rows(device: u32, split: &Split, in_io: Ppm, price: IoPrice, margin: Bps) -> Option<Vec<LeaseRow>> {
    let seconds = split.leased.checked_mul(DAY_SECONDS)?;
    let io_seconds = in_io.min(Ppm::ONE).of(seconds);
    let gross = |seconds: u64| {
        let net = split.net.over_ceil(seconds)?;
        ceil_mul_div(net.0, u64::from(Bps::WHOLE.get()), u64::from(margin.rest().get())).map(Usdc)
    };
    let mut rows = Vec::new();
    if io_seconds > 0 {
        let gross = Pay::Io(price.worth(gross(io_seconds)?.at_par())?);
        rows.push(LeaseRow {
            device,
            seconds: io_seconds,
            gross,
        });
    }
    if io_seconds < seconds {
        let seconds = seconds - io_seconds;
        let gross = Pay::Usdc(gross(seconds)?);
        rows.push(LeaseRow {
            device,
            seconds,
            gross,
        });
    }
    Some(rows)
}
