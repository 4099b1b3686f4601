//! Moments as values. Nothing here reads a clock.

use serde::{Deserialize, Serialize};

use crate::digits;

/// A moment: milliseconds since 1970-01-01 00:00 UTC. For showing and for records; never for durations.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixMillis(pub u64);

impl UnixMillis {
    /// From whole seconds, saturating.
    #[must_use]
    pub fn from_seconds(seconds: u64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// Whole seconds, rounded down.
    #[must_use]
    pub fn seconds(self) -> u64 {
        self.0 / 1000
    }
}

/// How far a place's clocks are ahead of UTC, seconds; below zero west of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcOffset(pub i32);

impl UtcOffset {
    /// Seconds since 1970-01-01 00:00 on the clocks there; below zero before.
    #[must_use]
    pub fn local_seconds(self, moment: UnixMillis) -> i64 {
        i64::try_from(moment.seconds())
            .unwrap_or(i64::MAX)
            .saturating_add(i64::from(self.0))
    }

    /// Hour and minute on the clocks there: `20:14`.
    #[must_use]
    pub fn clock_text(self, moment: UnixMillis) -> String {
        let minute = self.local_seconds(moment).div_euclid(60).rem_euclid(24 * 60);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }
}

/// Milliseconds of a day.
pub const DAY_MILLIS: u64 = 86_400_000;

/// A day of the Gregorian calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, 1970 and later.
    pub year: u32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

impl UnixMillis {
    /// The day in UTC.
    ///
    /// Days are counted from 1 March of year 0, where a leap day is the last of its year; 400 years have 146,097
    /// days. (Howard Hinnant, “chrono-compatible low-level date algorithms”, `civil_from_days`.)
    #[must_use]
    pub fn date(self) -> Date {
        let days = self.0 / DAY_MILLIS + 719_468;
        let (era, of_era) = (days / 146_097, days % 146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let shifted = (5 * of_year + 2) / 153;
        let day = of_year - (153 * shifted + 2) / 5 + 1;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let year = era * 400 + year + u64::from(month <= 2);
        let small = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        Date {
            year: u32::try_from(year).unwrap_or(u32::MAX),
            month: small(month),
            day: small(day),
        }
    }

    /// Date and time in UTC to the second: `2026-11-25 16:41:19`.
    #[must_use]
    pub fn utc_text(self) -> String {
        let mut text = String::with_capacity(19);
        self.push_utc_text(&mut text);
        text
    }

    /// Appends what [`UnixMillis::utc_text`] gives.
    pub fn push_utc_text(self, out: &mut String) {
        let Date { year, month, day } = self.date();
        let second = self.0 / 1_000 % 86_400;
        digits::push(out, year.into(), 4);
        let parts = [
            ('-', month.into()),
            ('-', day.into()),
            (' ', second / 3_600),
            (':', second / 60 % 60),
            (':', second % 60),
        ];
        for (before, number) in parts {
            out.push(before);
            digits::push(out, number, 2);
        }
    }
}

/// Why a text is no day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a day; write it like 2026-11-25")]
pub struct ParseDateError;

impl Date {
    /// Its first moment in UTC; of a day that no month has, the one that many days after the month's first.
    #[must_use]
    pub fn start(self) -> UnixMillis {
        let month = Month {
            year: self.year.clamp(1970, 9999),
            month: self.month.clamp(1, 12),
        };
        UnixMillis(month.start().0 + u64::from(self.day.saturating_sub(1)) * DAY_MILLIS)
    }
}

impl std::str::FromStr for Date {
    type Err = ParseDateError;

    fn from_str(text: &str) -> Result<Self, ParseDateError> {
        let (month, day) = text.rsplit_once('-').ok_or(ParseDateError)?;
        let month: Month = month.parse().map_err(|_| ParseDateError)?;
        if day.len() != 2 || !day.bytes().all(|b| b.is_ascii_digit()) {
            return Err(ParseDateError);
        }
        let date = Self {
            year: month.year,
            month: month.month,
            day: day.parse().map_err(|_| ParseDateError)?,
        };
        // 31 November begins in another month.
        if date.start().date() == date {
            Ok(date)
        } else {
            Err(ParseDateError)
        }
    }
}

impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// A month in UTC. In JSON `"2026-11"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Month {
    /// 1970 to 9999.
    year: u32,
    /// 1 to 12.
    month: u8,
}

/// Why a text is no month.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a month; write it like 2026-11")]
pub struct ParseMonthError;

impl Month {
    /// The month of a moment.
    #[must_use]
    pub fn of(moment: UnixMillis) -> Self {
        let Date { year, month, .. } = moment.date();
        Self {
            year: year.min(9999),
            month,
        }
    }

    /// Its first moment.
    #[must_use]
    pub fn start(self) -> UnixMillis {
        // Days from 1 March of year 0 (see `UnixMillis::date`), then from 1970.
        let (year, shifted) = if self.month > 2 {
            (u64::from(self.year), u64::from(self.month) - 3)
        } else {
            (u64::from(self.year) - 1, u64::from(self.month) + 9)
        };
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * shifted + 2) / 5;
        UnixMillis((days - 719_468) * DAY_MILLIS)
    }

    /// The month before it; January 1970 has none and stays.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(UnixMillis(self.start().0.saturating_sub(1)))
    }

    /// The month after it, of which the first moment is this one's end.
    #[must_use]
    pub fn next(self) -> Self {
        if self.month == 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                month: self.month + 1,
                ..self
            }
        }
    }
}

impl std::str::FromStr for Month {
    type Err = ParseMonthError;

    fn from_str(text: &str) -> Result<Self, ParseMonthError> {
        let (year, month) = text.split_once('-').ok_or(ParseMonthError)?;
        let digits = |part: &str, count| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return Err(ParseMonthError);
        }
        let year = year.parse().map_err(|_| ParseMonthError)?;
        let month = month.parse().map_err(|_| ParseMonthError)?;
        if year < 1970 || !(1..=12).contains(&month) {
            return Err(ParseMonthError);
        }
        Ok(Self { year, month })
    }
}

impl TryFrom<String> for Month {
    type Error = ParseMonthError;

    fn try_from(text: String) -> Result<Self, ParseMonthError> {
        text.parse()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl From<Month> for String {
    fn from(month: Month) -> Self {
        month.to_string()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_days() {
        let text = |seconds| UnixMillis::from_seconds(seconds).utc_text();
        assert_eq!(text(0), "1970-01-01 00:00:00");
        assert_eq!(text(951_782_399), "2000-02-28 23:59:59");
        assert_eq!(text(951_782_400), "2000-02-29 00:00:00");
        assert_eq!(text(1_719_316_800), "2024-06-25 12:00:00");
        assert_eq!(text(4_107_542_400), "2100-03-01 00:00:00");
    }

    #[test]
    fn clocks_elsewhere() {
        let moment = UnixMillis::from_seconds(23 * 3_600 + 59 * 60);
        assert_eq!(UtcOffset(0).clock_text(moment), "23:59");
        assert_eq!(UtcOffset(3_600).clock_text(moment), "00:59");
        assert_eq!(UtcOffset(-12_600).clock_text(UnixMillis(0)), "20:30");
    }

    proptest! {
        #[test]
        fn every_moment_lies_in_its_month(moment in 0..250_000_000_000_000_u64) {
            let moment = UnixMillis(moment);
            let month = Month::of(moment);
            prop_assert!(month.start() <= moment && moment < month.next().start());
            prop_assert_eq!(month.start().date().day, 1);
            prop_assert_eq!(month.to_string().parse::<Month>(), Ok(month));
            prop_assert_eq!(month.next().previous(), month);
        }

        #[test]
        fn every_moment_lies_in_its_day(moment in 0..250_000_000_000_000_u64) {
            let moment = UnixMillis(moment);
            let date = moment.date();
            prop_assert_eq!(date.start().0, moment.0 - moment.0 % DAY_MILLIS);
            prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
        }

        #[test]
        fn any_text_is_a_day_or_refused(text: String) {
            if let Ok(date) = text.parse::<Date>() {
                prop_assert_eq!(date.to_string(), text);
            }
        }

        #[test]
        fn any_text_is_a_month_or_refused(text: String) {
            if let Ok(month) = text.parse::<Month>() {
                prop_assert_eq!(month.to_string(), text);
            }
        }
    }
}
