//! How a part unlocks.

use std::fmt;

use hearth_types::money::Io;
use serde::Serialize;

use crate::{
    arith::floor_mul_div,
    emission::{EMISSION_TOTAL, MONTH_SECONDS, unlocked_after},
    quantity::Bps,
};

/// A rule of unlocking. Months are the emission's, of 730.5 hours, counted from the first block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Vesting {
    /// By the emission schedule.
    Emission,
    /// All at once, at genesis.
    AtGenesis,
    /// A part at genesis, the rest by the second.
    Linear {
        /// The part at genesis.
        at_genesis: Bps,
        /// Months until all is unlocked.
        months: u16,
    },
    /// Nothing, then equal parts, each at the beginning of its month.
    Tranches {
        /// Months in which nothing unlocks; the first part unlocks when they are over.
        cliff_months: u16,
        /// How many parts, one a month.
        count: u16,
    },
}

impl Vesting {
    /// What of `total` is unlocked so many seconds after the first block, rounded down.
    #[must_use]
    pub fn unlocked(self, total: Io, seconds: u64) -> Io {
        let part = |amount: u64, of: u64, whole: u64| {
            // `of` is at most `whole`, so the quotient fits.
            floor_mul_div(amount, of.min(whole), whole).unwrap_or(amount)
        };
        Io(match self {
            Self::Emission => part(total.0, unlocked_after(seconds).0, EMISSION_TOTAL.0),
            Self::AtGenesis => total.0,
            Self::Linear { at_genesis, months } => {
                let first = at_genesis.of(total.0);
                first + part(total.0 - first, seconds, u64::from(months) * MONTH_SECONDS)
            }
            Self::Tranches { cliff_months, count } => {
                let begun = seconds / MONTH_SECONDS + 1;
                let parts = begun.saturating_sub(u64::from(cliff_months));
                part(total.0, parts, u64::from(count))
            }
        })
    }
}

/// As the published table puts it.
impl fmt::Display for Vesting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Emission => f.write_str("scheduled over 240 months (emission-monthly.csv)"),
            Self::AtGenesis => f.write_str("unlocked at genesis"),
            Self::Linear { at_genesis, months } => {
                let percent = at_genesis.get() / 100;
                write!(
                    f,
                    "{percent} % at genesis then linear over {months} months (third-party figure)"
                )
            }
            Self::Tranches { cliff_months, count } => {
                let (first, last) = (cliff_months + 1, cliff_months + count);
                write!(
                    f,
                    "{cliff_months}-month cliff then {count} equal monthly tranches (months {first}-{last})"
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRANCHES: Vesting = Vesting::Tranches {
        cliff_months: 12,
        count: 24,
    };

    #[test]
    fn tranches_begin_with_month_thirteen_and_end_with_month_thirty_six() {
        let total = Io(2_400);
        let month = MONTH_SECONDS;
        assert_eq!(TRANCHES.unlocked(total, 12 * month - 1), Io(0));
        assert_eq!(TRANCHES.unlocked(total, 12 * month), Io(100));
        assert_eq!(TRANCHES.unlocked(total, 35 * month - 1), Io(2_300));
        assert_eq!(TRANCHES.unlocked(total, 35 * month), total);
        assert_eq!(TRANCHES.unlocked(total, u64::MAX), total);
    }

    #[test]
    fn linear_unlocks_by_the_second_and_ends_whole() {
        let linear = Vesting::Linear {
            at_genesis: Bps::clamped(4_500),
            months: 41,
        };
        let total = Io(1_000_000_007);
        assert_eq!(linear.unlocked(total, 0), Io(450_000_003));
        assert!(linear.unlocked(total, 41 * MONTH_SECONDS - 1) < total);
        assert_eq!(linear.unlocked(total, 41 * MONTH_SECONDS), total);
    }
}
