//! The three variables on which the token's value rests: demand, supply, and how much of income is earned.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use crate::{
    epoch::{EpochId, Totals},
    quantity::{IoPrice, Ppm, UsdMicros},
};

/// The three variables in one epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Which epoch.
    pub epoch: EpochId,
    /// Demand: what renters paid.
    pub revenue: UsdMicros,
    /// Demand: seconds leased, of all devices.
    pub leased_seconds: u64,
    /// Supply: devices with any eligible second.
    pub verified_devices: u64,
    /// Supply: stake locked.
    pub stake_locked: Io,
    /// The part of providers' income that renters paid, by lease or through the Fee Vault, rather than emission;
    /// absent when nobody earned anything.
    pub revenue_share: Option<Ppm>,
}

impl Point {
    /// Of a settled epoch. Pay above targets that a pool took is no income; what the pool pays out is.
    #[must_use]
    pub fn of(epoch: EpochId, totals: &Totals, price: IoPrice, stake_locked: Io) -> Self {
        let worth = |io: Io| price.value(io).map_or(u64::MAX, |usd| usd.0);
        let earned = totals
            .lease_pay
            .saturating_sub(totals.pooled)
            .0
            .saturating_add(worth(totals.from_fee_vault));
        let income = earned.saturating_add(worth(totals.from_reward_vault));
        Self {
            epoch,
            revenue: totals.revenue,
            leased_seconds: totals.leased_seconds,
            verified_devices: totals.active_devices,
            stake_locked,
            revenue_share: Ppm::ratio(earned, income),
        }
    }
}

/// The variables over time, in order of epochs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series(Vec<Point>);

impl Series {
    /// Appends an epoch; one that is not after the last is left out, so a replay changes nothing.
    pub fn push(&mut self, point: Point) {
        if self.0.last().is_none_or(|last| last.epoch < point.epoch) {
            self.0.push(point);
        }
    }

    /// The points.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn income_is_split_into_earned_and_emitted() {
        let price = IoPrice::from_micros(200_000);
        let totals = Totals {
            lease_pay: UsdMicros(600_000),
            pooled: UsdMicros(100_000),
            // 5 IO are a dollar.
            from_fee_vault: Io(125_000_000),
            from_reward_vault: Io(125_000_000),
            ..Totals::default()
        };
        let point = Point::of(EpochId(1), &totals, price, Io(7));
        assert_eq!(point.revenue_share, Some(Ppm(750_000)));
        let nothing = Point::of(EpochId(2), &Totals::default(), price, Io::ZERO);
        assert_eq!(nothing.revenue_share, None);
        let mut series = Series::default();
        for point in [point, nothing, point] {
            series.push(point);
        }
        assert_eq!(series.points(), [point, nothing]);
    }
}
