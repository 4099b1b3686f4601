//! The 240 months, computed when the code is compiled.

use hearth_types::money::{IO_UNITS, Io};
use serde::{Deserialize, Serialize};

/// Months of emission.
pub const MONTHS: u16 = 240;
/// All that is ever emitted: 300 M IO.
pub const EMISSION_TOTAL: Io = Io(300_000_000 * IO_UNITS);

/// The first month's emission times three, base units: 500 M IO × 0.08 / 12 is 10¹⁵ / 3.
const FIRST_MONTH_TIMES_3: u128 = 1_000_000_000_000_000;
/// What each month emits of the month before, in billionths: 1 − 0.010150801.
const DECAY: u128 = 989_849_199;
const BILLION: u128 = 1_000_000_000;
/// Bits behind the point. A month's emission needs 49 before it and the decay 30, so 128 hold every product; the
/// error after 240 months is below 10⁻¹⁰ base units, far from any sum's distance to a half (7 × 10⁻³).
const FRACTION_BITS: u32 = 48;

const CUMULATIVE: [u64; MONTHS as usize + 1] = table();

#[expect(
    clippy::cast_possible_truncation,
    reason = "the sum is capped at 3 × 10¹⁶ before, and a const fn has no try_from"
)]
const fn table() -> [u64; MONTHS as usize + 1] {
    let mut cumulative = [0; MONTHS as usize + 1];
    let mut month = (FIRST_MONTH_TIMES_3 << FRACTION_BITS) / 3;
    let mut sum = 0_u128;
    let mut at = 1;
    while at < cumulative.len() {
        sum += month;
        month = month * DECAY / BILLION;
        let rounded = (sum + (1 << (FRACTION_BITS - 1))) >> FRACTION_BITS;
        let cap = EMISSION_TOTAL.0 as u128;
        cumulative[at] = if rounded > cap { cap as u64 } else { rounded as u64 };
        at += 1;
    }
    cumulative
}

/// A month of the emission, counted from 1 to [`MONTHS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Month(u16);

impl Month {
    /// The month of this number; `None` outside 1 to 240.
    #[must_use]
    pub const fn new(number: u16) -> Option<Self> {
        if number == 0 || number > MONTHS {
            return None;
        }
        Some(Self(number))
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }

    /// What it emits.
    #[must_use]
    pub fn scheduled(self) -> Io {
        cumulative(self.0).saturating_sub(cumulative(self.0 - 1))
    }
}

/// A month and its amounts, as `hearth economy emission --json` prints it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScheduledMonth {
    /// 1 to 240.
    pub month: u16,
    /// What it emits.
    pub scheduled_base_units: Io,
    /// What is emitted when it ends.
    pub cumulative_base_units: Io,
}

/// What is emitted after so many whole months; everything beyond the last.
#[must_use]
pub fn cumulative(months: u16) -> Io {
    CUMULATIVE
        .get(usize::from(months))
        .map_or(EMISSION_TOTAL, |sum| Io(*sum))
}

/// All months, in order.
pub fn schedule() -> impl Iterator<Item = ScheduledMonth> {
    (1..=MONTHS).filter_map(Month::new).map(|month| ScheduledMonth {
        month: month.number(),
        scheduled_base_units: month.scheduled(),
        cumulative_base_units: cumulative(month.number()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schedule_is_the_published_one_to_the_base_unit() {
        let published: Vec<_> = include_str!("../../data/emission-monthly.csv")
            .lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split(',').map(|cell| cell.parse().unwrap());
                ScheduledMonth {
                    month: u16::try_from(cells.next().unwrap()).unwrap(),
                    scheduled_base_units: Io(cells.next().unwrap()),
                    cumulative_base_units: Io(cells.next().unwrap()),
                }
            })
            .collect();
        assert_eq!(published.len(), usize::from(MONTHS));
        assert_eq!(schedule().collect::<Vec<_>>(), published);
    }

    #[test]
    fn the_months_sum_to_three_hundred_million() {
        let sum: u64 = schedule().map(|month| month.scheduled_base_units.0).sum();
        assert_eq!(Io(sum), EMISSION_TOTAL);
        assert_eq!(cumulative(0), Io::ZERO);
        assert_eq!(cumulative(u16::MAX), EMISSION_TOTAL);
        assert_eq!((Month::new(0), Month::new(241)), (None, None));
    }
}
