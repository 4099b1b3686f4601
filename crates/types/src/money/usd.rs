//! US dollars, and USDC, which the network counts as dollars.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Currency, ParseAmountError, format_decimal, parse_decimal};

/// Seconds of an hour, the unit of [`UsdPerHour`].
const HOUR_SECONDS: u128 = 3_600;

/// An amount of USDC in base units (10⁻⁶ USDC). Taken at par: one base unit is one
/// [`UsdMicros`]. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Usdc(pub u64);

/// A value in millionths of a US dollar. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdMicros(pub u64);

/// A price of one whole unit (1 IO, 1 SOL), in billionths of a US dollar. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdNanos(pub u64);

/// A price of time: millionths of a US dollar an hour. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdPerHour(pub u64);

/// A price of electricity: millionths of a US dollar a kilowatt-hour. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UsdPerKwh(pub u64);

amount!(Usdc);
amount!(UsdMicros);
amount!(UsdNanos);
amount!(UsdPerHour);
amount!(UsdPerKwh);

impl fmt::Display for Usdc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} USDC", format_decimal(self.0, Currency::Usdc.decimals()))
    }
}

impl fmt::Display for UsdMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} USD", format_decimal(self.0, 6))
    }
}

impl fmt::Display for UsdPerHour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} USD/h", format_decimal(self.0, 6))
    }
}

impl fmt::Display for UsdPerKwh {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} USD/kWh", format_decimal(self.0, 6))
    }
}

impl UsdPerKwh {
    /// What drawing `watts` costs, rounded up; `None` when it does not fit.
    #[must_use]
    pub fn drawing(self, watts: u32) -> Option<UsdPerHour> {
        let micros = (u128::from(self.0) * u128::from(watts)).div_ceil(1_000);
        u64::try_from(micros).ok().map(UsdPerHour)
    }
}

impl Usdc {
    /// What it counts as.
    #[must_use]
    pub const fn at_par(self) -> UsdMicros {
        UsdMicros(self.0)
    }
}

impl UsdMicros {
    /// The sum, or `None` when it does not fit.
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        amounts.into_iter().try_fold(Self::ZERO, Self::checked_add)
    }
}

impl UsdPerHour {
    /// What `seconds` earn, rounded down; `None` when it does not fit.
    #[must_use]
    pub fn over(self, seconds: u64) -> Option<UsdMicros> {
        let micros = u128::from(self.0) * u128::from(seconds) / HOUR_SECONDS;
        u64::try_from(micros).ok().map(UsdMicros)
    }

    /// What `seconds` earn, rounded up; `None` when it does not fit.
    #[must_use]
    pub fn over_ceil(self, seconds: u64) -> Option<UsdMicros> {
        let micros = (u128::from(self.0) * u128::from(seconds)).div_ceil(HOUR_SECONDS);
        u64::try_from(micros).ok().map(UsdMicros)
    }
}

impl UsdNanos {
    /// What a signed amount of base units is worth at this price, USD micros, rounded toward zero. `None` when it
    /// does not fit.
    ///
    /// micros = |amount| × nanos ÷ 10^decimals ÷ 1,000, with one division at the end.
    #[must_use]
    pub fn worth(self, amount: i64, currency: Currency) -> Option<i64> {
        let scale = 10_u128.pow(currency.decimals()).checked_mul(1_000)?;
        let size = u128::from(amount.unsigned_abs()).checked_mul(u128::from(self.0))? / scale;
        let size = i64::try_from(size).ok()?;
        Some(if amount < 0 { -size } else { size })
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
    fn electricity_is_never_counted_too_cheap() {
        assert_eq!(UsdPerKwh(300_000).drawing(350), Some(UsdPerHour(105_000)));
        assert_eq!(UsdPerKwh(1).drawing(1), Some(UsdPerHour(1)));
        assert_eq!(UsdPerKwh(u64::MAX).drawing(1_001), None);
    }

    #[test]
    fn sums_are_checked() {
        let most = UsdMicros(u64::MAX);
        assert_eq!(UsdMicros::sum([]), Some(UsdMicros::ZERO));
        assert_eq!(UsdMicros::sum([most, UsdMicros::ZERO]), Some(most));
        assert_eq!(UsdMicros::sum([most, UsdMicros(1)]), None);
    }

    #[test]
    fn amounts_are_strings_in_json() {
        assert_eq!(serde_json::to_string(&UsdMicros(1)).unwrap(), "\"1\"");
        assert_eq!(serde_json::from_str::<Usdc>("\"7\"").unwrap(), Usdc(7));
        assert!(serde_json::from_str::<Usdc>("\"-7\"").is_err());
        assert_eq!(UsdMicros(1_500_000).to_string(), "1.5 USD");
    }
}
