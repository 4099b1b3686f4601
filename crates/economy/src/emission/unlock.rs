//! What is unlocked at a moment.

use hearth_types::{money::Io, time::UnixMillis};

use super::schedule::{MONTHS, Month, cumulative};
use crate::arith::floor_mul_div;

/// Seconds of an emission month: 730.5 hours.
pub const MONTH_SECONDS: u64 = 2_629_800;
/// When the emission began: the token's first block, 2024-06-25 12:00 UTC.
pub const FIRST_BLOCK: UnixMillis = UnixMillis(1_719_316_800_000);

/// What is unlocked so many seconds after [`FIRST_BLOCK`]: whole months, and the begun one linearly, rounded down.
#[must_use]
pub fn unlocked_after(seconds: u64) -> Io {
    let (whole, into) = (seconds / MONTH_SECONDS, seconds % MONTH_SECONDS);
    let whole = u16::try_from(whole).unwrap_or(MONTHS).min(MONTHS);
    let before = cumulative(whole);
    let begun = Month::new(whole + 1).map_or(0, |month| {
        // The quotient is below the month's amount, so it always fits.
        floor_mul_div(month.scheduled().0, into, MONTH_SECONDS).unwrap_or(0)
    });
    Io(before.0 + begun)
}

/// What is unlocked at a moment; nothing before the first block. Milliseconds are rounded down to seconds.
#[must_use]
pub fn unlocked(at: UnixMillis) -> Io {
    unlocked_after(at.seconds().saturating_sub(FIRST_BLOCK.seconds()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::emission::EMISSION_TOTAL;

    #[test]
    fn known_figures_hold() {
        let after_23 = unlocked_after(23 * MONTH_SECONDS);
        let left = EMISSION_TOTAL.saturating_sub(after_23);
        assert_eq!(
            left.0 / 10_000_000_000_000,
            2_313,
            "231.3 M are left after 23 months"
        );
        let hour = unlocked_after(23 * MONTH_SECONDS + 3_600).saturating_sub(after_23);
        assert_eq!(
            hour.0 / 1_000_000,
            360_866,
            "month 24 unlocks 3,608.66 IO an hour"
        );
        assert_eq!(unlocked(UnixMillis(0)), Io::ZERO);
        assert_eq!(unlocked(FIRST_BLOCK), Io::ZERO);
        assert_eq!(unlocked(UnixMillis(u64::MAX)), EMISSION_TOTAL);
    }

    proptest! {
        #[test]
        fn unlocking_never_goes_back_and_meets_every_month(at in 0..640_000_000_u64, step in 0..10_000_000_u64) {
            prop_assert!(unlocked_after(at) <= unlocked_after(at + step));
            let month = u16::try_from(at / MONTH_SECONDS).unwrap();
            prop_assert!(unlocked_after(at) >= cumulative(month));
            prop_assert!(unlocked_after(at) <= cumulative(month + 1));
            prop_assert_eq!(unlocked_after(u64::from(month) * MONTH_SECONDS), cumulative(month));
        }
    }
}
