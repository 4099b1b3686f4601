//! Who there is, what they want, and what happens.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use super::{path::Path, price_path::PricePath};
use crate::{
    params::{DeviceClass, NetworkParams},
    quantity::{Ppm, UsdPerHour, Usdc},
    score::Score,
};

/// Seconds of a day, the simulator's epoch.
pub(super) const DAY_SECONDS: u64 = 86_400;
/// The longest run: twenty years, the emission's.
pub(super) const MAX_DAYS: u32 = 7_305;
/// The most cohorts.
pub(super) const MAX_COHORTS: usize = 64;

/// A scenario. Parameters count days where the network counts epochs of an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scenario {
    /// A word.
    pub name: String,
    /// What happens, in a sentence.
    pub about: String,
    /// How long, at most 7,305.
    pub days: u32,
    /// Whole emission months that have passed on day 0.
    pub months_before: u16,
    /// Parameters; an epoch is a day, whatever they say.
    pub params: NetworkParams,
    /// Device classes.
    pub classes: Vec<DeviceClass>,
    /// Providers, at most 64 groups.
    pub cohorts: Vec<Cohort>,
    /// Renters, one group a class at most.
    pub demand: Vec<Demand>,
    /// The price of IO.
    pub price: PricePath,
    /// What the vaults hold on day 0.
    pub vaults: Vaults,
}

/// Providers who have the same devices and think alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cohort {
    /// For people.
    pub name: String,
    /// What they have, by its place in the scenario's classes.
    pub class: u16,
    /// How many on day 0.
    pub devices: u32,
    /// What an hour costs them: power, wear.
    pub cost: UsdPerHour,
    /// What each has staked.
    pub stake: Io,
    /// Each one's score under the legacy emission.
    pub score: Score,
    /// Days of income below cost until some leave.
    pub patience_days: u32,
    /// How many of them then leave each day.
    pub leaving: Ppm,
    /// How many more come on a day whose income is 20 % above cost.
    pub joining: Ppm,
    /// Never more than so many; paths of growth multiply it.
    pub most: u32,
    /// Growth from outside: how many there are for each that there would be.
    #[serde(default)]
    pub growth: Path,
    /// When all of them are gone.
    #[serde(default)]
    pub away: Option<Away>,
}

/// Days of absence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Away {
    /// The first.
    pub from: u32,
    /// The first after it.
    pub until: u32,
}

/// Renters of a class.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Demand {
    /// What they rent, by its place in the scenario's classes.
    pub class: u16,
    /// Device-hours a day that they want at the reference rate.
    pub hours: u64,
    /// How that changes.
    #[serde(default)]
    pub path: Path,
    /// What is asked of them, as part of the reference rate.
    #[serde(default)]
    pub rate: Path,
    /// Per cent of demand that a rate one per cent lower brings, in millionths of one.
    pub elasticity: Ppm,
    /// The part of them who pay in IO; the rest pay USDC.
    pub in_io: Ppm,
}

/// What the vaults hold on day 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Vaults {
    /// Unlocked emission that has not been spent.
    pub unspent: Io,
    /// IO of the Fee Vault.
    pub fee_io: Io,
    /// USDC of the Fee Vault.
    pub fee_usdc: Usdc,
}

impl Scenario {
    /// The parameters of its daily epochs.
    #[must_use]
    pub fn daily_params(&self) -> NetworkParams {
        NetworkParams {
            epoch_seconds: 86_400,
            ..self.params
        }
    }
}
