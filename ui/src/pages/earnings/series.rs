//! Earnings by day as bars: the last 30 days or the last 12 months, days without any filled in.

use hearth_types::{
    history::DayIncome,
    money::Currency,
    time::{DAY_MILLIS, Month, UnixMillis},
};

/// Bars of the longest span by days.
const DAYS: u64 = 30;
/// Bars of the longest span by months.
const MONTHS: usize = 12;

/// What a bar stands for, and so how far back the chart goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Span {
    /// The last 30 days.
    Days,
    /// The last 12 months.
    Months,
}

/// What the bars count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    /// What was earned in one currency, base units.
    Of(Currency),
    /// What everything earned was worth, USD micros.
    Usd,
}

/// What was earned in a time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Earned {
    /// Lease pay in the unit asked for.
    pub(super) lease: i64,
    /// Rewards in the unit asked for.
    pub(super) rewards: i64,
    lease_usd: i64,
    rewards_usd: i64,
    /// How many movements have no known price.
    pub(super) unpriced: u64,
}

impl Earned {
    fn of(day: &DayIncome, unit: Unit) -> Self {
        let (lease, rewards) = match unit {
            Unit::Of(_) => (day.lease, day.rewards),
            Unit::Usd => (day.lease_usd, day.rewards_usd),
        };
        Self {
            lease,
            rewards,
            lease_usd: day.lease_usd,
            rewards_usd: day.rewards_usd,
            unpriced: day.unpriced,
        }
    }

    /// With more. Sums that do not fit are as large as fits, as the history's own are.
    pub(super) const fn and(self, more: Self) -> Self {
        Self {
            lease: self.lease.saturating_add(more.lease),
            rewards: self.rewards.saturating_add(more.rewards),
            lease_usd: self.lease_usd.saturating_add(more.lease_usd),
            rewards_usd: self.rewards_usd.saturating_add(more.rewards_usd),
            unpriced: self.unpriced.saturating_add(more.unpriced),
        }
    }

    /// Both together.
    pub(super) const fn total(self) -> i64 {
        self.lease.saturating_add(self.rewards)
    }

    /// What both were worth, USD micros; `None` when nobody knew a price.
    pub(super) const fn worth(self) -> Option<i64> {
        let known = self.lease_usd.saturating_add(self.rewards_usd);
        if known == 0 && self.unpriced > 0 {
            None
        } else {
            Some(known)
        }
    }

    /// What lease pay and rewards were worth; `None` each when there were any and nobody knew a price.
    pub(super) fn worths(self) -> [Option<i64>; 2] {
        let worth = |amount: i64, usd: i64| (usd != 0 || amount == 0 || self.unpriced == 0).then_some(usd);
        [
            worth(self.lease, self.lease_usd),
            worth(self.rewards, self.rewards_usd),
        ]
    }
}

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Its first moment.
    pub(super) from: UnixMillis,
    /// The first moment after it.
    pub(super) until: UnixMillis,
    /// What was earned in it.
    pub(super) earned: Earned,
}

/// The first moment of the longest span that can be shown, and the first after it.
pub(super) fn bounds(now: UnixMillis) -> (UnixMillis, UnixMillis) {
    let first = (1..MONTHS).fold(Month::of(now), |month, _| month.previous());
    (first.start(), tomorrow(now))
}

fn tomorrow(now: UnixMillis) -> UnixMillis {
    UnixMillis(now.0 - now.0 % DAY_MILLIS + DAY_MILLIS)
}

fn empty(span: Span, now: UnixMillis) -> Vec<Slot> {
    let slot = |from, until| Slot {
        from,
        until,
        earned: Earned::default(),
    };
    match span {
        Span::Days => {
            let end = tomorrow(now).0;
            let starts = (1..=DAYS).rev().map(|days| end.saturating_sub(days * DAY_MILLIS));
            starts
                .map(|from| slot(UnixMillis(from), UnixMillis(from + DAY_MILLIS)))
                .collect()
        }
        Span::Months => {
            let mut months: Vec<_> =
                std::iter::successors(Some(Month::of(now)), |month| Some(month.previous()))
                    .take(MONTHS)
                    .map(|month| slot(month.start(), month.next().start()))
                    .collect();
            months.reverse();
            months
        }
    }
}

/// The bars of a span up to today, oldest first.
pub(super) fn slots(days: &[DayIncome], span: Span, unit: Unit, now: UnixMillis) -> Vec<Slot> {
    let mut slots = empty(span, now);
    for day in days {
        let counts = match unit {
            Unit::Of(currency) => day.currency == currency,
            Unit::Usd => true,
        };
        let slot = slots
            .iter_mut()
            .find(|slot| slot.from <= day.day && day.day < slot.until);
        if let Some(slot) = slot.filter(|_| counts) {
            slot.earned = slot.earned.and(Earned::of(day, unit));
        }
    }
    slots
}

/// All bars together.
pub(super) fn together(slots: &[Slot]) -> Earned {
    slots
        .iter()
        .fold(Earned::default(), |sum, slot| sum.and(slot.earned))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-25, in the afternoon.
    const NOW: UnixMillis = UnixMillis(1_795_624_879_000);
    const IO: Unit = Unit::Of(Currency::Io);

    fn day(text: &str, currency: Currency, lease: i64, rewards: i64, usd: bool) -> DayIncome {
        let date: hearth_types::time::Date = text.parse().expect("a day");
        let worth = |amount: i64| if usd { amount / 400 } else { 0 };
        DayIncome {
            day: date.start(),
            currency,
            lease,
            rewards,
            lease_usd: worth(lease),
            rewards_usd: worth(rewards),
            unpriced: u64::from(!usd),
        }
    }

    #[test]
    fn thirty_days_end_today_and_have_no_holes() {
        let days = [
            day("2026-11-25", Currency::Io, 400, 800, true),
            day("2026-10-26", Currency::Io, 1, 0, true),
        ];
        let slots = slots(&days, Span::Days, IO, NOW);
        assert_eq!(slots.len(), 30);
        assert!(slots.windows(2).all(|pair| pair[0].until == pair[1].from));
        let last = slots[29];
        assert_eq!(last.from.date().to_string(), "2026-11-25");
        assert_eq!(
            (last.earned.lease, last.earned.rewards, last.earned.worth()),
            (400, 800, Some(3))
        );
        assert_eq!(slots[0].from.date().to_string(), "2026-10-27");
        // The day before the first bar is in none.
        assert_eq!(together(&slots).total(), 1_200);
    }

    #[test]
    fn twelve_months_add_up_their_days() {
        let days = [
            day("2025-12-01", Currency::Io, 100, 0, true),
            day("2025-12-31", Currency::Io, 200, 0, true),
            day("2026-11-01", Currency::Io, 0, 5, true),
        ];
        let slots = slots(&days, Span::Months, IO, NOW);
        assert_eq!(slots.len(), 12);
        assert_eq!(slots[0].from, bounds(NOW).0);
        assert_eq!((slots[0].earned.lease, slots[11].earned.rewards), (300, 5));
    }

    #[test]
    fn one_currency_or_the_worth_of_all() {
        let days = [
            day("2026-11-24", Currency::Io, 400, 0, true),
            day("2026-11-24", Currency::Usdc, 8_000, 0, true),
        ];
        let of = |unit| together(&slots(&days, Span::Days, unit, NOW)).lease;
        assert_eq!(
            (of(IO), of(Unit::Of(Currency::Usdc)), of(Unit::Usd)),
            (400, 8_000, 21)
        );
    }

    #[test]
    fn what_nobody_priced_is_unknown_and_not_nothing() {
        let unknown = [day("2026-11-24", Currency::Io, 400, 0, false)];
        let sum = together(&slots(&unknown, Span::Days, IO, NOW));
        assert_eq!((sum.worth(), sum.unpriced), (None, 1));
        assert_eq!(sum.worths(), [None, Some(0)]);
        assert_eq!(together(&slots(&[], Span::Days, IO, NOW)).worth(), Some(0));
    }
}
