//! What providers and renters decide.

use super::scenario::{Cohort, Demand};
use crate::{
    params::DeviceClass,
    quantity::{Ppm, UsdPerHour},
};

/// A cohort as it lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Crowd {
    /// Devices there would be without growth from outside.
    core: u32,
    /// Days in a row with income below cost.
    poor_days: u32,
}

impl Crowd {
    pub(super) const fn new(cohort: &Cohort) -> Self {
        Self {
            core: cohort.devices,
            poor_days: 0,
        }
    }

    /// Devices present on a day.
    pub(super) fn present(&self, cohort: &Cohort, day: u32) -> u32 {
        if cohort
            .away
            .is_some_and(|away| (away.from..away.until).contains(&day))
        {
            return 0;
        }
        u32::try_from(cohort.growth.at(day).of(u64::from(self.core))).unwrap_or(u32::MAX)
    }

    /// Comes to terms with a day's income. Leaving and joining round up, so that small cohorts move too.
    pub(super) fn decide(&mut self, cohort: &Cohort, income: UsdPerHour) {
        let part = |of: Ppm| {
            let moved = of
                .of(u64::from(self.core))
                .max(u64::from(of.0 > 0 && self.core > 0));
            u32::try_from(moved).unwrap_or(u32::MAX)
        };
        if income < cohort.cost {
            self.poor_days = self.poor_days.saturating_add(1);
            if self.poor_days > cohort.patience_days {
                self.core = self.core.saturating_sub(part(cohort.leaving));
            }
            return;
        }
        self.poor_days = 0;
        if income.0 >= Ppm(1_200_000).of(cohort.cost.0) {
            self.core = self
                .core
                .saturating_add(part(cohort.joining))
                .min(cohort.most.max(self.core));
        }
    }
}

/// What renters do on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Wish {
    /// Devices they want all day.
    pub(super) devices: u64,
    /// What a provider gets an hour.
    pub(super) net: UsdPerHour,
}

impl Wish {
    /// Demand changes with the rate: `hours × path × (1 + elasticity × (1 − rate))`, never below nothing.
    pub(super) fn of(demand: &Demand, class: &DeviceClass, day: u32) -> Self {
        let rate = demand.rate.at(day);
        let hours = demand.path.at(day).of(demand.hours);
        let moved = |by: u64| Ppm(demand.elasticity.of(by)).of(hours);
        let hours = if rate <= Ppm::ONE {
            hours.saturating_add(moved(Ppm::ONE.0 - rate.0))
        } else {
            hours.saturating_sub(moved(rate.0 - Ppm::ONE.0))
        };
        Self {
            devices: hours / 24,
            net: UsdPerHour(rate.of(class.reference_rate.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::shipped;

    #[test]
    fn providers_leave_after_their_patience_and_come_back_when_it_pays() {
        let scenario = shipped("steady").unwrap();
        let cohort = Cohort {
            devices: 1_000,
            most: 1_100,
            ..scenario.cohorts[0].clone()
        };
        let mut crowd = Crowd::new(&cohort);
        for _ in 0..cohort.patience_days {
            crowd.decide(&cohort, UsdPerHour(0));
        }
        assert_eq!(crowd.present(&cohort, 0), 1_000);
        crowd.decide(&cohort, UsdPerHour(0));
        assert!(crowd.present(&cohort, 0) < 1_000);
        for _ in 0..1_000 {
            crowd.decide(&cohort, UsdPerHour(cohort.cost.0 * 2));
        }
        assert_eq!(crowd.present(&cohort, 0), 1_100);
    }

    #[test]
    fn a_lower_rate_brings_more_demand() {
        let scenario = shipped("steady").unwrap();
        let (demand, class) = (&scenario.demand[0], &scenario.classes[0]);
        let at = |rate: u64| {
            let path = crate::sim::Path::constant(Ppm(rate));
            Wish::of(
                &Demand {
                    rate: path,
                    elasticity: Ppm(1_000_000),
                    hours: 2_400,
                    ..demand.clone()
                },
                class,
                0,
            )
        };
        assert_eq!(
            [at(500_000), at(1_000_000), at(1_500_000), at(3_000_000)].map(|w| w.devices),
            [150, 100, 50, 0]
        );
        assert_eq!(at(500_000).net.0, class.reference_rate.0 / 2);
    }
}
