//! Parts of a whole.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::arith::{ceil_mul_div, floor_mul_div};

/// Why a number is no part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} basis points are more than the whole")]
pub struct RatioError(u16);

/// A part of a whole in basis points (1/10,000), at most the whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct Bps(u16);

impl Bps {
    /// Basis points of the whole.
    pub const WHOLE: Self = Self(10_000);

    /// Checks it.
    ///
    /// # Errors
    /// [`RatioError`] above 10,000.
    pub const fn new(bps: u16) -> Result<Self, RatioError> {
        if bps > Self::WHOLE.0 {
            return Err(RatioError(bps));
        }
        Ok(Self(bps))
    }

    /// The same, for constants: what is above the whole is the whole.
    #[must_use]
    pub const fn clamped(bps: u16) -> Self {
        if bps > Self::WHOLE.0 {
            Self::WHOLE
        } else {
            Self(bps)
        }
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }

    /// This part of an amount, rounded down. Never more than the amount.
    #[must_use]
    pub fn of(self, amount: u64) -> u64 {
        floor_mul_div(amount, u64::from(self.0), u64::from(Self::WHOLE.0)).unwrap_or(amount)
    }

    /// This part of an amount, rounded up. Never more than the amount.
    #[must_use]
    pub fn of_ceil(self, amount: u64) -> u64 {
        ceil_mul_div(amount, u64::from(self.0), u64::from(Self::WHOLE.0)).unwrap_or(amount)
    }

    /// What is left of the whole.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(Self::WHOLE.0 - self.0)
    }
}

impl TryFrom<u16> for Bps {
    type Error = RatioError;

    fn try_from(bps: u16) -> Result<Self, RatioError> {
        Self::new(bps)
    }
}

impl From<Bps> for u16 {
    fn from(bps: Bps) -> u16 {
        bps.0
    }
}

/// A ratio in millionths; may be above one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub u64);

impl Ppm {
    /// One.
    pub const ONE: Self = Self(1_000_000);

    /// a / b rounded down; `None` when b is 0. Saturates.
    #[must_use]
    pub fn ratio(a: u64, b: u64) -> Option<Self> {
        let wide = (u128::from(a) * u128::from(Self::ONE.0)).checked_div(u128::from(b))?;
        Some(Self(u64::try_from(wide).unwrap_or(u64::MAX)))
    }

    /// This much of an amount, rounded down; saturates.
    #[must_use]
    pub fn of(self, amount: u64) -> u64 {
        floor_mul_div(amount, self.0, Self::ONE.0).unwrap_or(u64::MAX)
    }
}

impl fmt::Display for Ppm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hundredths = self.0 / 100;
        write!(f, "{}.{:02} %", hundredths / 100, hundredths % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_never_pass_the_whole() {
        assert!(Bps::new(10_001).is_err());
        assert_eq!(Bps::WHOLE.of(u64::MAX), u64::MAX);
        let half = Bps::clamped(5_000);
        assert_eq!((half.of(3), half.of_ceil(3)), (1, 2));
        assert_eq!(Bps::clamped(1_000).rest(), Bps::clamped(9_000));
        assert!(serde_json::from_str::<Bps>("10001").is_err());
    }

    #[test]
    fn ratios_have_no_value_over_nothing() {
        assert_eq!(Ppm::ratio(1, 0), None);
        assert_eq!(Ppm::ratio(3, 2), Some(Ppm(1_500_000)));
        assert_eq!(Ppm::ratio(u64::MAX, 1), Some(Ppm(u64::MAX)));
        assert_eq!(Ppm(12_345).to_string(), "1.23 %");
    }
}
