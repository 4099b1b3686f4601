//! The price of IO and what it turns dollars into.

use std::{fmt, num::NonZeroU64};

use hearth_types::money::{IO_UNITS, Io, format_decimal};
use serde::{Deserialize, Serialize};

use super::UsdMicros;
use crate::arith::{ceil_mul_div, floor_mul_div};

/// USD nanos in a USD micro.
const NANOS: u64 = 1_000;
/// Base units × USD nanos an IO that make one USD micro.
const SCALE: u64 = IO_UNITS * NANOS;

/// The price of one IO in billionths of a US dollar (10⁻⁹ USD); never zero. In JSON a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IoPrice(NonZeroU64);

impl IoPrice {
    /// From billionths of a dollar; `None` for zero.
    #[must_use]
    pub const fn from_nanos(nanos: u64) -> Option<Self> {
        match NonZeroU64::new(nanos) {
            Some(nanos) => Some(Self(nanos)),
            None => None,
        }
    }

    /// From millionths of a dollar; zero counts as one. For constants.
    #[must_use]
    pub const fn from_micros(micros: u32) -> Self {
        match NonZeroU64::new(micros as u64 * NANOS) {
            Some(nanos) => Self(nanos),
            None => Self(NonZeroU64::MIN),
        }
    }

    /// Billionths of a dollar.
    #[must_use]
    pub const fn nanos(self) -> u64 {
        self.0.get()
    }

    /// What IO is worth, rounded down; `None` when it does not fit.
    #[must_use]
    pub fn value(self, io: Io) -> Option<UsdMicros> {
        floor_mul_div(io.0, self.nanos(), SCALE).map(UsdMicros)
    }

    /// What IO is worth, rounded up; `None` when it does not fit.
    #[must_use]
    pub fn value_ceil(self, io: Io) -> Option<UsdMicros> {
        ceil_mul_div(io.0, self.nanos(), SCALE).map(UsdMicros)
    }

    /// The IO that dollars buy, rounded down; `None` when it does not fit.
    #[must_use]
    pub fn buys(self, usd: UsdMicros) -> Option<Io> {
        floor_mul_div(usd.0, SCALE, self.nanos()).map(Io)
    }

    /// The least IO worth at least so many dollars; `None` when it does not fit.
    #[must_use]
    pub fn worth(self, usd: UsdMicros) -> Option<Io> {
        ceil_mul_div(usd.0, SCALE, self.nanos()).map(Io)
    }
}

impl fmt::Display for IoPrice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} USD/IO", format_decimal(self.nanos(), 9))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn there_and_back_never_gains(nanos in 1..10_000_000_000_u64, usd in 0..1_000_000_000_000_u64) {
            let price = IoPrice::from_nanos(nanos).unwrap();
            if let Some(io) = price.buys(UsdMicros(usd)) {
                prop_assert!(price.value(io).unwrap() <= UsdMicros(usd));
                prop_assert!(price.value_ceil(io).unwrap() <= UsdMicros(usd));
            }
            if let Some(io) = price.worth(UsdMicros(usd)) {
                prop_assert!(price.value(io).unwrap() >= UsdMicros(usd));
            }
        }
    }

    #[test]
    fn a_dollar_at_twenty_cents_is_five_io() {
        let price = IoPrice::from_micros(200_000);
        assert_eq!(price.buys(UsdMicros(1_000_000)), Some(Io(5 * IO_UNITS)));
        assert_eq!(price.value(Io(5 * IO_UNITS)), Some(UsdMicros(1_000_000)));
        assert_eq!(price.to_string(), "0.2 USD/IO");
        assert_eq!(IoPrice::from_nanos(0), None);
    }
}
