//! US dollars, and USDC, which the network counts as dollars.

use std::{fmt, iter::Sum};

use hearth_types::money::{ParseAmountError, format_decimal, parse_decimal};
use serde::{Deserialize, Serialize};

use crate::arith::{ceil_mul_div, floor_mul_div};

/// Seconds of an hour, the unit of every rate.
pub(crate) const HOUR_SECONDS: u64 = 3_600;

/// US dollars in millionths (10⁻⁶ USD). In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdMicros(pub u64);

/// USDC in base units (10⁻⁶ USDC). Taken at par: one base unit is one [`UsdMicros`]. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Usdc(pub u64);

/// A price of time: millionths of a US dollar an hour. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdPerHour(pub u64);

macro_rules! amount {
    ($name:ident, $symbol:literal) => {
        impl $name {
            /// Nothing.
            pub const ZERO: Self = Self(0);

            /// The sum, or `None` when it does not fit.
            #[must_use]
            pub fn checked_add(self, other: Self) -> Option<Self> {
                self.0.checked_add(other.0).map(Self)
            }

            /// The difference, or `None` when it would be negative.
            #[must_use]
            pub fn checked_sub(self, other: Self) -> Option<Self> {
                self.0.checked_sub(other.0).map(Self)
            }

            /// The difference, or zero.
            #[must_use]
            pub fn saturating_sub(self, other: Self) -> Self {
                Self(self.0.saturating_sub(other.0))
            }
        }

        impl TryFrom<String> for $name {
            type Error = ParseAmountError;

            /// From a JSON string of base units.
            fn try_from(text: String) -> Result<Self, ParseAmountError> {
                parse_decimal(&text, 0).map(Self)
            }
        }

        impl From<$name> for String {
            fn from(amount: $name) -> String {
                amount.0.to_string()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{} {}", format_decimal(self.0, 6), $symbol)
            }
        }
    };
}

amount!(UsdMicros, "USD");
amount!(Usdc, "USDC");
amount!(UsdPerHour, "USD/h");

impl Usdc {
    /// What it counts as.
    #[must_use]
    pub const fn at_par(self) -> UsdMicros {
        UsdMicros(self.0)
    }
}

impl UsdPerHour {
    /// What `seconds` earn, rounded down; `None` when it does not fit.
    #[must_use]
    pub fn over(self, seconds: u64) -> Option<UsdMicros> {
        floor_mul_div(self.0, seconds, HOUR_SECONDS).map(UsdMicros)
    }

    /// What `seconds` earn, rounded up; `None` when it does not fit.
    #[must_use]
    pub fn over_ceil(self, seconds: u64) -> Option<UsdMicros> {
        ceil_mul_div(self.0, seconds, HOUR_SECONDS).map(UsdMicros)
    }
}

/// A sum that saturates: for showing only.
impl Sum for UsdMicros {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_round_the_named_way() {
        let rate = UsdPerHour(1_000_001);
        assert_eq!(rate.over(1), Some(UsdMicros(277)));
        assert_eq!(rate.over_ceil(1), Some(UsdMicros(278)));
        assert_eq!(rate.over(3_600), Some(UsdMicros(1_000_001)));
        assert_eq!(rate.over_ceil(3_600), Some(UsdMicros(1_000_001)));
        assert_eq!(UsdPerHour(u64::MAX).over(u64::MAX), None);
    }

    #[test]
    fn amounts_are_strings_in_json() {
        assert_eq!(serde_json::to_string(&UsdMicros(1)).unwrap(), "\"1\"");
        assert_eq!(serde_json::from_str::<Usdc>("\"7\"").unwrap(), Usdc(7));
        assert!(serde_json::from_str::<Usdc>("\"-7\"").is_err());
        assert_eq!(UsdMicros(1_500_000).to_string(), "1.5 USD");
    }
}
