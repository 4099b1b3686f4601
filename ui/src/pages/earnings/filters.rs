//! Which movements are listed: kind, currency, time and words.

use hearth_types::{
    history::{EntryKind, HistoryFilter},
    money::Currency,
    time::{DAY_MILLIS, Date, Month, UnixMillis},
};

use crate::words::w;

/// A time that a person can name. Days, months and years are UTC, as the chain's clock is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Period {
    /// All of it.
    #[default]
    Any,
    /// The month that is now.
    ThisMonth,
    /// The one before.
    LastMonth,
    /// The year that is now.
    ThisYear,
    /// The one before.
    LastYear,
    /// From one moment on, until before another.
    Days {
        /// The first moment; `None` = from the beginning.
        from: Option<UnixMillis>,
        /// The first moment after; `None` = to the end.
        until: Option<UnixMillis>,
    },
}

impl Period {
    /// Those with a name, and their words in the page.
    pub(super) const NAMED: [(Self, &'static str); 5] = [
        (Self::Any, "any"),
        (Self::ThisMonth, "month"),
        (Self::LastMonth, "last_month"),
        (Self::ThisYear, "year"),
        (Self::LastYear, "last_year"),
    ];
    /// The word of chosen days.
    pub(super) const DAYS: &'static str = "days";

    /// Its word in the page.
    pub(super) fn word(self) -> &'static str {
        let named = Self::NAMED.iter().find(|(period, _)| *period == self);
        named.map_or(Self::DAYS, |(_, word)| word)
    }

    /// The period of a word; chosen days begin without any.
    pub(super) fn of_word(word: &str) -> Self {
        let named = Self::NAMED.iter().find(|(_, named)| *named == word);
        named.map_or(
            Self::Days {
                from: None,
                until: None,
            },
            |(period, _)| *period,
        )
    }

    /// Its name.
    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Any => w!(filter.any_time),
            Self::ThisMonth => w!(filter.this_month),
            Self::LastMonth => w!(filter.last_month),
            Self::ThisYear => w!(filter.this_year),
            Self::LastYear => w!(filter.last_year),
            Self::Days { .. } => w!(filter.days),
        }
    }

    /// Its first moment and the first after it.
    pub(super) fn bounds(self, now: UnixMillis) -> (Option<UnixMillis>, Option<UnixMillis>) {
        let month = Month::of(now);
        let year = |year: u32| {
            Date {
                year,
                month: 1,
                day: 1,
            }
            .start()
        };
        let this_year = now.date().year;
        let (from, until) = match self {
            Self::Any => return (None, None),
            Self::Days { from, until } => return (from, until),
            Self::ThisMonth => (month.start(), month.next().start()),
            Self::LastMonth => (month.previous().start(), month.start()),
            Self::ThisYear => (year(this_year), year(this_year.saturating_add(1))),
            Self::LastYear => (year(this_year.saturating_sub(1)), year(this_year)),
        };
        (Some(from), Some(until))
    }
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Filters {
    pub(super) kind: Option<EntryKind>,
    pub(super) currency: Option<Currency>,
    pub(super) period: Period,
    /// Words of the note, or the beginning of a transaction, lease or device.
    pub(super) text: String,
}

impl Filters {
    /// As the engine is asked.
    pub(super) fn wire(&self, now: UnixMillis) -> HistoryFilter {
        let (from, until) = self.period.bounds(now);
        HistoryFilter {
            kind: self.kind,
            currency: self.currency,
            from,
            until,
            text: self.text.trim().to_owned(),
            ..HistoryFilter::default()
        }
    }

    /// Whether everything is listed.
    pub(super) fn is_any(&self) -> bool {
        *self == Self::default()
    }
}

/// The day that a field says; nothing while it is empty or half written.
pub(super) fn day(text: &str) -> Option<UnixMillis> {
    text.parse::<Date>().ok().map(Date::start)
}

/// The moment after the day that a field says.
pub(super) fn day_after(text: &str) -> Option<UnixMillis> {
    day(text).map(|start| UnixMillis(start.0 + DAY_MILLIS))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-25, in the afternoon.
    const NOW: UnixMillis = UnixMillis(1_769_359_279_000);

    fn wire(period: Period) -> (Option<String>, Option<String>) {
        let filters = Filters {
            period,
            ..Filters::default()
        };
        let filter = filters.wire(NOW);
        let text = |at: Option<UnixMillis>| at.map(|at| at.utc_text());
        (text(filter.from), text(filter.until))
    }

    #[test]
    fn named_times_are_whole_days_in_utc() {
        let both = |from: &str, until: &str| {
            (
                Some(format!("{from} 00:00:00")),
                Some(format!("{until} 00:00:00")),
            )
        };
        assert_eq!(wire(Period::Any), (None, None));
        assert_eq!(wire(Period::ThisMonth), both("2026-01-01", "2026-02-01"));
        assert_eq!(wire(Period::LastMonth), both("2025-12-01", "2026-01-01"));
        assert_eq!(wire(Period::ThisYear), both("2026-01-01", "2027-01-01"));
        assert_eq!(wire(Period::LastYear), both("2025-01-01", "2026-01-01"));
    }

    #[test]
    fn the_last_day_of_a_choice_is_in_it() {
        let days = Period::Days {
            from: day("2026-01-01"),
            until: day_after("2026-01-31"),
        };
        assert_eq!(wire(days).1.as_deref(), Some("2026-02-01 00:00:00"));
        assert_eq!((day("2026-02-30"), day("")), (None, None));
    }

    #[test]
    fn words_name_their_periods() {
        for (period, word) in Period::NAMED {
            assert_eq!((period.word(), Period::of_word(word)), (word, period));
        }
        assert_eq!(Period::of_word(Period::DAYS).word(), Period::DAYS);
    }

    #[test]
    fn space_alone_searches_for_nothing() {
        let filters = Filters {
            text: "  ".into(),
            ..Filters::default()
        };
        assert_eq!(filters.wire(NOW), HistoryFilter::default());
    }
}
