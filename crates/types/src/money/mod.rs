//! Amounts. Integers in newtypes; no float ever touches one, and arithmetic is checked.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::digits;

/// Base units in one IO (8 decimals; the mint of io.net).
pub const IO_UNITS: u64 = 100_000_000;

/// An amount of IO in base units (10⁻⁸ IO). In JSON a string, because JavaScript numbers end at 2⁵³.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Io(pub u64);

/// An amount of SOL in lamports (10⁻⁹ SOL). In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Lamports(pub u64);

/// A price: base units of IO a second. In JSON a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct IoPerSecond(pub u64);

/// What an amount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Currency {
    /// IO, 8 decimals.
    Io,
    /// SOL, 9 decimals: transaction fees and account rent.
    Sol,
    /// USDC, 6 decimals: leases may be priced in it.
    Usdc,
}

impl Currency {
    /// Decimals between base unit and the unit people speak of.
    #[must_use]
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Io => 8,
            Self::Sol => 9,
            Self::Usdc => 6,
        }
    }

    /// The unit's name.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Io => "IO",
            Self::Sol => "SOL",
            Self::Usdc => "USDC",
        }
    }

    /// Every currency, in the order in which lists show them.
    pub const ALL: [Self; 3] = [Self::Io, Self::Usdc, Self::Sol];

    /// Its word in JSON, files and on the command line, such as `io`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Io => "io",
            Self::Sol => "sol",
            Self::Usdc => "usdc",
        }
    }
}

/// Why a text is no amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseAmountError {
    /// Not digits with at most one point.
    #[error("not a number; write it like 12.5")]
    NotANumber,
    /// More decimals than the currency has.
    #[error("at most {0} decimals")]
    TooManyDecimals(u32),
    /// More than fits.
    #[error("too large")]
    TooLarge,
}

/// Base units of a decimal text such as `12.5`, exactly.
///
/// # Errors
/// [`ParseAmountError`] when the text is no plain decimal number, has too many decimals or does not fit.
pub fn parse_decimal(text: &str, decimals: u32) -> Result<u64, ParseAmountError> {
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !digits(whole) || !digits(fraction) {
        return Err(ParseAmountError::NotANumber);
    }
    let places = decimals as usize;
    if fraction.len() > places {
        return Err(ParseAmountError::TooManyDecimals(decimals));
    }
    format!("{whole}{fraction:0<places$}")
        .parse()
        .map_err(|_| ParseAmountError::TooLarge)
}

/// A decimal text without trailing zeros: `12.5`.
#[must_use]
pub fn format_decimal(base_units: u64, decimals: u32) -> String {
    let mut text = String::new();
    push_decimal(&mut text, base_units, decimals);
    text
}

/// Appends what [`format_decimal`] gives.
pub fn push_decimal(out: &mut String, base_units: u64, decimals: u32) {
    let scale = 10_u64.pow(decimals);
    let (whole, mut fraction) = (base_units / scale, base_units % scale);
    digits::push(out, whole, 1);
    if fraction > 0 {
        let mut places = decimals as usize;
        while fraction % 10 == 0 {
            fraction /= 10;
            places -= 1;
        }
        out.push('.');
        digits::push(out, fraction, places);
    }
}

macro_rules! amount {
    ($name:ident) => {
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
    };
}

amount!(Io);
amount!(Lamports);
amount!(IoPerSecond);

// Behind the macro that it uses.
mod usd;
pub use usd::{UsdMicros, UsdNanos, UsdPerHour, UsdPerKwh, Usdc};

impl fmt::Display for Io {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} IO", format_decimal(self.0, Currency::Io.decimals()))
    }
}

impl fmt::Display for Lamports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} SOL", format_decimal(self.0, Currency::Sol.decimals()))
    }
}

/// A signed decimal text without trailing zeros: `-12.5`.
#[must_use]
pub fn format_signed(base_units: i64, decimals: u32) -> String {
    let mut text = String::new();
    push_signed(&mut text, base_units, decimals);
    text
}

/// Appends what [`format_signed`] gives.
pub fn push_signed(out: &mut String, base_units: i64, decimals: u32) {
    if base_units < 0 {
        out.push('-');
    }
    push_decimal(out, base_units.unsigned_abs(), decimals);
}

impl FromStr for Io {
    type Err = ParseAmountError;

    /// From what a person types: `12.5` means 12.5 IO.
    fn from_str(text: &str) -> Result<Self, ParseAmountError> {
        parse_decimal(text, Currency::Io.decimals()).map(Self)
    }
}

impl IoPerSecond {
    /// What `seconds` cost, or `None` when it does not fit.
    #[must_use]
    pub fn over(self, seconds: u64) -> Option<Io> {
        self.0.checked_mul(seconds).map(Io)
    }

    /// What an hour costs, for showing; saturates.
    #[must_use]
    pub fn per_hour(self) -> Io {
        Io(self.0.saturating_mul(3600))
    }

    /// The price a second of a price an hour, rounded down to the base unit.
    #[must_use]
    pub fn from_hourly(io: Io) -> Self {
        Self(io.0 / 3600)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn amounts_survive_text(units: u64) {
            let text = format_decimal(units, 8);
            prop_assert_eq!(parse_decimal(&text, 8), Ok(units));
        }

        #[test]
        fn decimals_are_digits_with_a_point(units: u64, shift in 0..64_u32, decimals in 0..=9_u32) {
            let (units, places) = (units >> shift, decimals as usize);
            let digits = format!("{units:0width$}", width = places + 1);
            let (whole, fraction) = digits.split_at(digits.len() - places);
            let expected = format!("{whole}.{fraction}");
            let expected = expected.trim_end_matches('0').trim_end_matches('.');
            prop_assert_eq!(format_decimal(units, decimals), if places == 0 { &digits } else { expected });
        }

        #[test]
        fn amounts_survive_json(units: u64) {
            let json = serde_json::to_string(&Io(units)).unwrap();
            prop_assert_eq!(serde_json::from_str::<Io>(&json).unwrap(), Io(units));
        }

        #[test]
        fn any_text_parses_or_is_refused(text: String) {
            let _ = text.parse::<Io>();
        }
    }

    #[test]
    fn worth_is_floored_and_keeps_its_sign() {
        // 0.123456789 USD an IO.
        let price = UsdNanos(123_456_789);
        assert_eq!(price.worth(100_000_000, Currency::Io), Some(123_456));
        assert_eq!(price.worth(-100_000_000, Currency::Io), Some(-123_456));
        assert_eq!(price.worth(1, Currency::Io), Some(0));
        // All there can ever be, at 1,000 USD an IO.
        let all = 80_000_000_000_000_000;
        assert_eq!(
            UsdNanos(1_000_000_000_000).worth(all, Currency::Io),
            Some(800_000_000_000_000_000)
        );
        assert_eq!(UsdNanos(u64::MAX).worth(i64::MAX, Currency::Usdc), None);
    }

    #[test]
    fn hostile_amounts_are_refused() {
        for text in [
            "",
            ".",
            "-1",
            "1e9",
            "1.000000001",
            "0x10",
            "NaN",
            "1,5",
            "99999999999999999999",
        ] {
            assert!(text.parse::<Io>().is_err(), "{text}");
        }
        assert_eq!("0.00000001".parse(), Ok(Io(1)));
        assert_eq!(".5".parse(), Ok(Io(50_000_000)));
    }
}
