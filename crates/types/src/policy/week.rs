//! Hours of the week in local time.

use serde::{Deserialize, Serialize};

/// Minutes of a day.
const DAY_MINUTES: u16 = 24 * 60;

/// Why a value is no part of a week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseWeekError {
    /// Not one of the minutes 0 to 1439.
    #[error("a minute of the day lies between 0 and 1439")]
    Minute,
    /// No day, or a bit beyond Sunday's.
    #[error("days are the bits 1 (Monday) to 64 (Sunday), at least one of them")]
    Days,
}

/// A minute of a day, 0 (midnight) to 1439.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct MinuteOfDay(u16);

impl MinuteOfDay {
    /// From hour and minute.
    ///
    /// # Errors
    /// When there is no such time of day.
    pub fn at(hour: u16, minute: u16) -> Result<Self, ParseWeekError> {
        if minute >= 60 {
            return Err(ParseWeekError::Minute);
        }
        Self::try_from(hour.saturating_mul(60).saturating_add(minute))
    }

    /// 0 to 1439.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl TryFrom<u16> for MinuteOfDay {
    type Error = ParseWeekError;

    fn try_from(minute: u16) -> Result<Self, ParseWeekError> {
        (minute < DAY_MINUTES)
            .then_some(Self(minute))
            .ok_or(ParseWeekError::Minute)
    }
}

impl From<MinuteOfDay> for u16 {
    fn from(minute: MinuteOfDay) -> Self {
        minute.0
    }
}

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// All, from Monday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// Its bit in [`Days`].
    const fn bit(self) -> u8 {
        match self {
            Self::Monday => 1,
            Self::Tuesday => 2,
            Self::Wednesday => 4,
            Self::Thursday => 8,
            Self::Friday => 16,
            Self::Saturday => 32,
            Self::Sunday => 64,
        }
    }
}

/// One or more days of the week. In JSON the sum of 1 (Monday), 2, 4 … 64 (Sunday).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Days(u8);

impl Days {
    /// Every day.
    pub const ALL: Self = Self(127);

    /// These days.
    ///
    /// # Errors
    /// When there are none.
    pub fn of(days: &[Weekday]) -> Result<Self, ParseWeekError> {
        Self::try_from(days.iter().fold(0, |bits, day| bits | day.bit()))
    }

    /// Whether the day is one of them.
    #[must_use]
    pub const fn has(self, day: Weekday) -> bool {
        self.0 & day.bit() != 0
    }
}

impl TryFrom<u8> for Days {
    type Error = ParseWeekError;

    fn try_from(bits: u8) -> Result<Self, ParseWeekError> {
        (1..=127)
            .contains(&bits)
            .then_some(Self(bits))
            .ok_or(ParseWeekError::Days)
    }
}

impl From<Days> for u8 {
    fn from(days: Days) -> Self {
        days.0
    }
}

/// The same hours on some days. Hours that end at or before they begin go on into the next day and belong to the day
/// on which they begin; equal ends are 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hours {
    /// The days on which they begin.
    pub days: Days,
    /// First minute.
    pub from: MinuteOfDay,
    /// First minute that is outside again.
    pub until: MinuteOfDay,
}

impl Hours {
    /// How long they last, minutes: 1 to 1440.
    #[must_use]
    pub fn minutes(self) -> u16 {
        let (from, until) = (self.from.get(), self.until.get());
        if until > from {
            until - from
        } else {
            DAY_MINUTES - from + until
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(MinuteOfDay::at(24, 0), Err(ParseWeekError::Minute));
        assert_eq!(MinuteOfDay::at(1, 60), Err(ParseWeekError::Minute));
        assert_eq!(MinuteOfDay::at(u16::MAX, 0), Err(ParseWeekError::Minute));
        assert_eq!(Days::of(&[]), Err(ParseWeekError::Days));
        assert!(serde_json::from_str::<Days>("128").is_err());
        assert!(serde_json::from_str::<MinuteOfDay>("1440").is_err());
        assert_eq!(MinuteOfDay::at(23, 59).map(MinuteOfDay::get), Ok(1439));
    }

    #[test]
    fn hours_may_pass_midnight() {
        let hours = |from, until| {
            let minute = |m| MinuteOfDay::try_from(m).unwrap();
            Hours {
                days: Days::ALL,
                from: minute(from),
                until: minute(until),
            }
            .minutes()
        };
        assert_eq!(hours(60, 120), 60);
        assert_eq!(hours(1320, 360), 480);
        assert_eq!(hours(300, 300), 1440);
        assert_eq!(hours(0, 0), 1440);
    }
}
