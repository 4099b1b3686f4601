//! Hours of the week: whether they hold, what electricity costs, and when that changes.

use hearth_types::{
    money::UsdPerKwh,
    policy::{Hours, Tariff, Weekday},
    time::{UnixMillis, UtcOffset},
};

use crate::time::Zone;

const DAY_MINUTES: u32 = 24 * 60;
const WEEK_MINUTES: u32 = 7 * DAY_MINUTES;
/// 1970-01-01 was a Thursday: minutes from its week's Monday.
const EPOCH_MINUTE: i64 = 3 * 24 * 60;

/// When a value that depends on the hour changes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Not until the offset changes again, or the hours do.
    Never,
    /// At this moment.
    At(UnixMillis),
}

/// The minute of the local week, from Monday 00:00.
fn week_minute(moment: UnixMillis, offset: UtcOffset) -> u32 {
    let minute = offset.local_seconds(moment).div_euclid(60);
    let of_week = minute
        .saturating_add(EPOCH_MINUTE)
        .rem_euclid(i64::from(WEEK_MINUTES));
    u32::try_from(of_week).unwrap_or_default()
}

/// First minutes of the week in which the hours begin, one for each of their days.
fn begins(hours: Hours) -> impl Iterator<Item = u32> {
    let days = (0..).zip(Weekday::ALL);
    let of_hours = days.filter(move |(_, day)| hours.days.has(*day));
    of_hours.map(move |(number, _)| number * DAY_MINUTES + u32::from(hours.from.get()))
}

fn holds_in(hours: Hours, minute: u32) -> bool {
    let length = u32::from(hours.minutes());
    begins(hours).any(|begin| (minute + WEEK_MINUTES - begin) % WEEK_MINUTES < length)
}

fn any_holds_in(hours: &[Hours], minute: u32) -> bool {
    hours.is_empty() || hours.iter().any(|hours| holds_in(*hours, minute))
}

fn price_in(tariff: &Tariff, minute: u32) -> UsdPerKwh {
    let special = tariff.hours.iter().find(|part| holds_in(part.hours, minute));
    special.map_or(tariff.price, |part| part.price)
}

/// Whether hours hold at a moment. No hours at all hold always.
#[must_use]
pub fn hours_hold(hours: &[Hours], moment: UnixMillis, zone: Zone) -> bool {
    any_holds_in(hours, week_minute(moment, zone.offset_at(moment)))
}

/// What electricity costs at a moment.
#[must_use]
pub fn tariff_price(tariff: &Tariff, moment: UnixMillis, zone: Zone) -> UsdPerKwh {
    price_in(tariff, week_minute(moment, zone.offset_at(moment)))
}

/// When [`hours_hold`] changes next after `moment`, the zone's known change of offset included.
#[must_use]
pub fn next_edge(hours: &[Hours], moment: UnixMillis, zone: Zone) -> Edge {
    edge(hours, |minute| any_holds_in(hours, minute), moment, zone)
}

/// When the price passes the ceiling next, in either direction.
pub(crate) fn next_tariff_edge(tariff: &Tariff, ceiling: UsdPerKwh, moment: UnixMillis, zone: Zone) -> Edge {
    let hours: Vec<Hours> = tariff.hours.iter().map(|part| part.hours).collect();
    edge(&hours, |minute| price_in(tariff, minute) <= ceiling, moment, zone)
}

/// The first moment after `moment` at which `value` of the local week's minute is another than at `moment`. It can
/// change only where one of the hours begins or ends, or where the offset does.
fn edge(hours: &[Hours], value: impl Fn(u32) -> bool, moment: UnixMillis, zone: Zone) -> Edge {
    let offset = zone.offset_at(moment);
    let before = value(week_minute(moment, offset));
    let regular = regular_edge(hours, &value, before, moment, offset);
    let Some(change) = zone.change.filter(|change| change.at > moment) else {
        return regular;
    };
    if let Edge::At(at) = regular
        && at < change.at
    {
        return regular;
    }
    if value(week_minute(change.at, change.to)) != before {
        return Edge::At(change.at);
    }
    regular_edge(hours, &value, before, change.at, change.to)
}

/// The same while the offset stays.
fn regular_edge(
    hours: &[Hours],
    value: &impl Fn(u32) -> bool,
    before: bool,
    moment: UnixMillis,
    offset: UtcOffset,
) -> Edge {
    let here = week_minute(moment, offset);
    let ends = hours.iter().flat_map(|hours| {
        let length = u32::from(hours.minutes());
        begins(*hours).flat_map(move |begin| [begin, (begin + length) % WEEK_MINUTES])
    });
    // A week later is where the week began, so an edge lies within it or nowhere.
    let ahead = |minute: u32| match (minute + WEEK_MINUTES - here) % WEEK_MINUTES {
        0 => WEEK_MINUTES,
        minutes => minutes,
    };
    let first = ends.filter(|minute| value(*minute) != before).map(ahead).min();
    let Some(minutes) = first else {
        return Edge::Never;
    };
    let into_minute = offset.local_seconds(moment).rem_euclid(60);
    let seconds = (u64::from(minutes) * 60).saturating_sub(u64::try_from(into_minute).unwrap_or_default());
    Edge::At(UnixMillis::from_seconds(moment.seconds().saturating_add(seconds)))
}
