//! The unlock calendar: what each category has unlocked, month by month.

use hearth_types::money::Io;
use serde::Serialize;

use super::table::{ALLOCATION, SUPPLY_CAP};
use crate::emission::{MONTH_SECONDS, MONTHS};

/// What is unlocked when a month ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CalendarMonth {
    /// Months since the first block; 0 is genesis itself.
    pub month: u16,
    /// Unlocked of each category, in the order of [`ALLOCATION`].
    pub unlocked_base_units: [Io; ALLOCATION.len()],
    /// Unlocked in all.
    pub total_base_units: Io,
}

/// Genesis and the 240 months after it.
pub fn calendar() -> impl Iterator<Item = CalendarMonth> {
    (0..=MONTHS).map(|month| {
        let unlocked = unlocked_of_each(u64::from(month) * MONTH_SECONDS);
        CalendarMonth {
            month,
            unlocked_base_units: unlocked,
            total_base_units: Io(unlocked.iter().map(|io| io.0).sum()),
        }
    })
}

/// What is still locked so many seconds after the first block.
#[must_use]
pub fn locked_after(seconds: u64) -> Io {
    let unlocked: u64 = unlocked_of_each(seconds).iter().map(|io| io.0).sum();
    SUPPLY_CAP.saturating_sub(Io(unlocked))
}

fn unlocked_of_each(seconds: u64) -> [Io; ALLOCATION.len()] {
    ALLOCATION.map(|part| part.vesting.unlocked(part.amount_base_units, seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::emission::cumulative;

    #[test]
    fn everything_unlocks_once_and_nothing_locks_again() {
        let months: Vec<_> = calendar().collect();
        assert_eq!(months.len(), 241);
        for pair in months.windows(2) {
            for (before, after) in pair[0]
                .unlocked_base_units
                .iter()
                .zip(&pair[1].unlocked_base_units)
            {
                assert!(before <= after);
            }
        }
        assert_eq!(months[240].total_base_units, SUPPLY_CAP);
        assert_eq!(locked_after(u64::MAX), Io::ZERO);
        for month in &months {
            assert_eq!(month.unlocked_base_units[0], cumulative(month.month));
        }
        // 45 % of 80 M, 20 M and 30 % of 128 M.
        assert_eq!(months[0].total_base_units, Io(9_440_000_000_000_000));
    }
}
