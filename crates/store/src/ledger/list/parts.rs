//! A span of time, cut where sums are kept.

use hearth_types::time::{Month, UnixMillis};

/// Milliseconds of a day, as columns count.
const DAY: i64 = 86_400_000;

/// From the first on and before the second; empty when they are the wrong way round.
pub(super) type Span = (i64, i64);

/// The parts of a span: whole months inside whole days inside moments. Every moment is in one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parts {
    /// Before and after the whole days, milliseconds.
    pub(super) moments: [Span; 2],
    /// Whole days before and after the whole months, days since 1970.
    pub(super) days: [Span; 2],
    /// Whole months by their first days.
    pub(super) months: Span,
}

impl Parts {
    pub(super) fn of((from, until): Span) -> Self {
        const NONE: Span = (0, 0);
        let (first, end) = (from / DAY + i64::from(from % DAY != 0), until / DAY);
        if first >= end {
            return Self {
                moments: [(from, until), NONE],
                days: [NONE; 2],
                months: NONE,
            };
        }
        let months = (first_month(first), month_of(end));
        let inside = first <= months.0 && months.0 < months.1;
        Self {
            moments: [(from, first * DAY), (end * DAY, until)],
            days: if inside {
                [(first, months.0), (months.1, end)]
            } else {
                [(first, end), NONE]
            },
            months: if inside { months } else { NONE },
        }
    }

    /// All whole days, months included, milliseconds.
    pub(super) const fn whole_days(&self) -> Span {
        if self.days[0].0 < self.days[0].1 || self.months.0 < self.months.1 {
            (self.moments[0].1, self.moments[1].0)
        } else {
            (0, 0)
        }
    }
}

fn month(day: i64) -> Month {
    Month::of(UnixMillis(
        u64::try_from(day).unwrap_or(0).saturating_mul(86_400_000),
    ))
}

fn day(month: Month) -> i64 {
    i64::try_from(month.start().0).map_or(i64::MAX, |start| start / DAY)
}

/// The first day of a day's month.
fn month_of(of: i64) -> i64 {
    day(month(of))
}

/// The first month that begins on a day or later.
fn first_month(of: i64) -> i64 {
    if month_of(of) == of {
        of
    } else {
        day(month(of).next())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn within((first, end): Span, place: i64) -> bool {
        first <= place && place < end
    }

    fn moments() -> impl Strategy<Value = i64> {
        // Three years, beginnings of days and months among them; and what no calendar has.
        let day = 20_000..21_100_i64;
        prop_oneof![
            (20_000 * DAY)..(21_100 * DAY),
            day.clone().prop_map(|day| day * DAY),
            day.prop_map(|day| month_of(day) * DAY),
            Just(0),
            Just(i64::MAX),
            2_932_800 * DAY..i64::MAX,
        ]
    }

    proptest! {
        #[test]
        fn every_moment_of_a_span_is_in_one_part_and_no_other_is(from in moments(), until in moments(), at in moments()) {
            let parts = Parts::of((from, until));
            let (day, month) = (at / DAY, month_of(at / DAY));
            let found = parts.moments.iter().filter(|part| within(**part, at)).count()
                + parts.days.iter().filter(|part| within(**part, day)).count()
                + usize::from(within(parts.months, month));
            // After the year 9999 there are no months, and every day stands for itself.
            prop_assume!(at < 2_932_800 * DAY);
            prop_assert_eq!(found, usize::from(within((from, until), at)), "{:?}", parts);
            let whole = parts.days.iter().any(|part| within(*part, day)) || within(parts.months, month);
            prop_assert_eq!(whole, within(parts.whole_days(), at), "{:?}", parts);
        }

        #[test]
        fn days_and_months_are_whole(from in moments(), until in moments()) {
            let parts = Parts::of((from, until));
            for (first, end) in [parts.months].into_iter().filter(|(first, end)| first < end) {
                prop_assert_eq!((month_of(first), month_of(end)), (first, end));
            }
        }
    }

    #[test]
    fn a_year_is_read_by_months() {
        // 2025-01-10 12:00 to 2026-01-01.
        let parts = Parts::of((20_098 * DAY + DAY / 2, 20_454 * DAY));
        assert_eq!(
            parts.moments,
            [
                (20_098 * DAY + DAY / 2, 20_099 * DAY),
                (20_454 * DAY, 20_454 * DAY)
            ]
        );
        assert_eq!(parts.days, [(20_099, 20_120), (20_454, 20_454)]);
        assert_eq!(parts.months, (20_120, 20_454));
    }
}
