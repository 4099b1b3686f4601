//! What a day brought.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use super::supply::Supply;
use crate::{
    kpi::{Kpis, Point},
    quantity::{IoPrice, Ppm, UsdMicros, UsdPerHour},
};

/// A day of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Which, from 0.
    pub day: u32,
    /// The price.
    pub price: IoPrice,
    /// Devices there were.
    pub devices: u64,
    /// Demand, supply, and the part of income that renters paid.
    pub variables: Point,
    /// Key figures.
    pub kpis: Kpis,
    /// Owed by the vaults.
    pub owed: UsdMicros,
    /// Paid of it.
    pub paid: UsdMicros,
    /// How far targets were scaled down.
    pub target_scale: Ppm,
    /// IO burned this day.
    pub burned: Io,
    /// What a device earned an hour, by cohort: lease pay and rewards in dollars; absent when none was there.
    pub income: Vec<Option<UsdPerHour>>,
    /// The target of an hour, by cohort.
    pub target: Vec<UsdPerHour>,
    /// Classes whose leases paid less than their target.
    pub under_priced: Vec<u16>,
    /// Where all IO is.
    pub supply: Supply,
}

impl Day {
    /// The vaults in dollars: what emission has unlocked and was not spent, and the Fee Vault.
    #[must_use]
    pub fn reserves(&self) -> UsdMicros {
        let io = self
            .kpis
            .reward_unlocked
            .0
            .saturating_add(self.kpis.fee_vault_io.0);
        let worth = self.price.value(Io(io)).map_or(u64::MAX, |usd| usd.0);
        UsdMicros(worth.saturating_add(self.kpis.fee_vault_usdc.0))
    }
}
