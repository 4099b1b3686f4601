//! What electricity costs, in the money that leases are paid in.

use hearth_types::money::{Currency, IoPerSecond, UsdNanos, UsdPerHour};

/// The least price that pays for `cost`, one IO being worth `io`: rounded up to the base unit a second. `None` when an
/// IO is worth nothing or the price does not fit.
///
/// base units a second = micros an hour × 1,000 × 10^8 ÷ (nanos an IO × 3,600), with one division at the end.
#[must_use]
pub fn least_price(cost: UsdPerHour, io: UsdNanos) -> Option<IoPerSecond> {
    const SECONDS: u128 = 3_600;
    if io.0 == 0 {
        return None;
    }
    let units = u128::from(cost.0)
        .checked_mul(1_000)?
        .checked_mul(10_u128.pow(Currency::Io.decimals()))?;
    let each = u128::from(io.0).checked_mul(SECONDS)?;
    u64::try_from(units.div_ceil(each)).ok().map(IoPerSecond)
}

#[cfg(test)]
mod tests {
    use hearth_types::money::UsdPerKwh;

    use super::*;

    #[test]
    fn the_least_price_pays_and_a_unit_less_does_not() {
        // 350 W at 0.30 USD a kWh are 0.105 USD an hour; an IO at 0.50 USD makes that 0.21 IO an hour.
        let cost = UsdPerKwh(300_000).drawing(350).unwrap();
        let io = UsdNanos(500_000_000);
        let least = least_price(cost, io).unwrap();
        assert_eq!(least, IoPerSecond(5_834));
        let worth = |price: u64| {
            io.worth(i64::try_from(price * 3_600).unwrap(), Currency::Io)
                .unwrap()
        };
        assert!(worth(least.0) >= 105_000);
        assert!(worth(least.0 - 1) < 105_000);
    }

    #[test]
    fn what_cannot_be_said_is_not_said() {
        assert_eq!(least_price(UsdPerHour(1), UsdNanos(0)), None);
        assert_eq!(least_price(UsdPerHour(u64::MAX), UsdNanos(1)), None);
        assert_eq!(least_price(UsdPerHour(0), UsdNanos(1)), Some(IoPerSecond(0)));
    }
}
