//! What an operator may change, with bounds.

use serde::{Deserialize, Serialize};

use crate::quantity::{Bps, Ppm, UsdMicros, UsdPerHour};

/// Numbers of a network. They hold from the epoch that begins after they were posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct NetworkParams {
    /// Length of an epoch, seconds: 600 to 86,400.
    pub epoch_seconds: u32,
    /// The network's share of lease pay: at most 30 %.
    pub margin: Bps,
    /// The part of a surplus that buys IO and burns it: 50 % to all.
    pub burn_share: Bps,
    /// Epochs after which open debt lapses: 24 to 8,760.
    pub debt_lapse_epochs: u32,
    /// Targets scale down when open debt exceeds so many epochs' budget: 1 to the lapse.
    pub debt_alert_epochs: u32,
    /// How far targets may scale down: 10 % to all of them.
    pub min_target_scale: Ppm,
    /// Epochs until a reward matures: 1 to 2,160. 14 days.
    pub maturity_epochs: u32,
    /// How rewards are made.
    pub policy: Policy,
}

/// How rewards are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Dollar targets, topped up from the vaults.
    Ide(Draw, Income),
    /// The fixed emission of before: each epoch's unlocked IO, by device score. Knows no target, debt or burn.
    Legacy,
}

/// Which vault pays first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Draw {
    /// Emissions, then client fees. As published.
    RewardFirst,
    /// Client fees, then emissions.
    FeeFirst,
}

/// Whose lease pay above the target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Income {
    /// The provider's.
    Kept,
    /// The Fee Vault's: every device earns its target, no more. The published flat income.
    Pooled,
}

impl Policy {
    /// Draw from the Reward Vault first, providers keep what they earn.
    pub const DEFAULT: Self = Self::Ide(Draw::RewardFirst, Income::Kept);
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::DEFAULT,
        Self::Ide(Draw::FeeFirst, Income::Kept),
        Self::Ide(Draw::RewardFirst, Income::Pooled),
        Self::Ide(Draw::FeeFirst, Income::Pooled),
        Self::Legacy,
    ];

    /// A word for tables: `reward_first/kept`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ide(Draw::RewardFirst, Income::Kept) => "reward_first/kept",
            Self::Ide(Draw::FeeFirst, Income::Kept) => "fee_first/kept",
            Self::Ide(Draw::RewardFirst, Income::Pooled) => "reward_first/pooled",
            Self::Ide(Draw::FeeFirst, Income::Pooled) => "fee_first/pooled",
            Self::Legacy => "legacy",
        }
    }
}

impl Default for NetworkParams {
    fn default() -> Self {
        Self {
            epoch_seconds: 3_600,
            margin: Bps::clamped(1_000),
            burn_share: Bps::clamped(5_000),
            debt_lapse_epochs: 720,
            debt_alert_epochs: 168,
            min_target_scale: Ppm(250_000),
            maturity_epochs: 336,
            policy: Policy::DEFAULT,
        }
    }
}

/// What devices of a kind are worth, in USD an hour.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceClass {
    /// For people: `RTX 4090`.
    pub name: String,
    /// What such a device is let for. The least that a leased second counts.
    pub reference_rate: UsdPerHour,
    /// The highest offer that still earns the floor.
    pub ceiling: UsdPerHour,
    /// The return the network aims at for its owner.
    pub roi: UsdPerHour,
    /// What running it costs its owner (Z).
    pub operating_cost: UsdPerHour,
}

impl DeviceClass {
    /// What an eligible hour earns: return and cost.
    #[must_use]
    pub fn target(&self) -> UsdPerHour {
        UsdPerHour(self.roi.0.saturating_add(self.operating_cost.0))
    }

    /// What an hour of it, leased at the reference rate, costs its renter, margin included; rounded up.
    #[must_use]
    pub fn reference_gross(&self, margin: Bps) -> UsdMicros {
        let rest = u64::from(margin.rest().get()).max(1);
        let gross = crate::arith::ceil_mul_div(self.reference_rate.0, u64::from(Bps::WHOLE.get()), rest);
        UsdMicros(gross.unwrap_or(u64::MAX))
    }
}

/// Why numbers are refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParamsError {
    /// A number outside its bounds.
    #[error("{name} must be {low} to {high}, not {value}")]
    OutOfBounds {
        /// The parameter.
        name: &'static str,
        /// Its least.
        low: u64,
        /// Its most.
        high: u64,
        /// What was asked for.
        value: u64,
    },
    /// A class aims at more than half of its reference rate: then renting from oneself would pay.
    #[error("the target of “{class}” is above half of its reference rate; lower its return or its cost")]
    TargetTooHigh {
        /// The class.
        class: String,
    },
}

impl NetworkParams {
    /// Whether every number is within its bounds.
    ///
    /// # Errors
    /// [`ParamsError`] with the first that is not.
    pub fn check(&self) -> Result<(), ParamsError> {
        let lapse = u64::from(self.debt_lapse_epochs);
        let bounds = [
            ("epoch_seconds", 600, 86_400, u64::from(self.epoch_seconds)),
            ("margin", 0, 3_000, u64::from(self.margin.get())),
            ("burn_share", 5_000, 10_000, u64::from(self.burn_share.get())),
            ("debt_lapse_epochs", 24, 8_760, lapse),
            ("debt_alert_epochs", 1, lapse, u64::from(self.debt_alert_epochs)),
            ("min_target_scale", 100_000, 1_000_000, self.min_target_scale.0),
            ("maturity_epochs", 1, 2_160, u64::from(self.maturity_epochs)),
        ];
        for (name, low, high, value) in bounds {
            if value < low || value > high {
                return Err(ParamsError::OutOfBounds {
                    name,
                    low,
                    high,
                    value,
                });
            }
        }
        Ok(())
    }
}

impl DeviceClass {
    /// Whether the target is at most half of the reference rate.
    ///
    /// # Errors
    /// [`ParamsError::TargetTooHigh`] when it is not.
    pub fn check(&self) -> Result<(), ParamsError> {
        let twice = self
            .roi
            .0
            .checked_add(self.operating_cost.0)
            .and_then(|sum| sum.checked_mul(2));
        if twice.is_none_or(|twice| twice > self.reference_rate.0) {
            return Err(ParamsError::TargetTooHigh {
                class: self.name.clone(),
            });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_within_their_bounds_and_others_are_refused() {
        let fine = NetworkParams::default();
        assert_eq!(fine.check(), Ok(()));
        let bad = [
            NetworkParams {
                epoch_seconds: 599,
                ..fine
            },
            NetworkParams {
                margin: Bps::clamped(3_001),
                ..fine
            },
            NetworkParams {
                burn_share: Bps::clamped(4_999),
                ..fine
            },
            NetworkParams {
                debt_lapse_epochs: 8_761,
                ..fine
            },
            NetworkParams {
                debt_alert_epochs: 721,
                ..fine
            },
            NetworkParams {
                min_target_scale: Ppm(1_000_001),
                ..fine
            },
            NetworkParams {
                maturity_epochs: 0,
                ..fine
            },
        ];
        for params in bad {
            assert!(
                matches!(params.check(), Err(ParamsError::OutOfBounds { .. })),
                "{params:?}"
            );
        }
    }

    #[test]
    fn a_target_is_at_most_half_of_the_reference_rate() {
        let class = |roi| DeviceClass {
            name: "RTX 4090".into(),
            reference_rate: UsdPerHour(300_000),
            ceiling: UsdPerHour(450_000),
            roi: UsdPerHour(roi),
            operating_cost: UsdPerHour(50_000),
        };
        assert_eq!(class(100_000).check(), Ok(()));
        assert!(class(100_001).check().is_err());
        assert!(class(u64::MAX).check().is_err());
        assert_eq!(class(0).reference_gross(Bps::clamped(1_000)), UsdMicros(333_334));
    }
}
