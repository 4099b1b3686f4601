//! Hours of the week against a plain reading of them, minute by minute.

use hearth_node::{Edge, OffsetChange, Zone, hours_hold, next_edge};
use hearth_types::{
    policy::{Days, Hours, MinuteOfDay, Weekday},
    time::{UnixMillis, UtcOffset},
};
use proptest::prelude::*;

use crate::support::NOON;

const MINUTE: u64 = 60_000;
const DAY: u64 = 1_440;

/// As a person would read it: today's hours, and yesterday's that have not ended.
fn plain(hours: &[Hours], moment: UnixMillis, zone: Zone) -> bool {
    let offset = i64::from(zone.offset_at(moment).0);
    let local = i64::try_from(moment.0 / 1_000).unwrap() + offset;
    let (day, minute) = (local.div_euclid(86_400), local.rem_euclid(86_400) / 60);
    let minute = u16::try_from(minute).unwrap();
    // 1970-01-01 was a Thursday.
    let weekday = |day: i64| Weekday::ALL[usize::try_from((day + 3).rem_euclid(7)).unwrap()];
    hours.is_empty()
        || hours.iter().any(|hours| {
            let (from, until) = (hours.from.get(), hours.until.get());
            let wraps = until <= from;
            let today = hours.days.has(weekday(day)) && minute >= from && (wraps || minute < until);
            let yesterday = wraps && hours.days.has(weekday(day - 1)) && minute < until;
            today || yesterday
        })
}

fn hours() -> impl Strategy<Value = Hours> {
    // Few different minutes, so that hours meet and overlap.
    let minute = prop_oneof![
        (0_u16..24).prop_map(|hour| hour * 60),
        Just(0),
        Just(1_439),
        0_u16..1_440
    ];
    (1_u8..128, minute.clone(), minute).prop_map(|(days, from, until)| Hours {
        days: Days::try_from(days).unwrap(),
        from: MinuteOfDay::try_from(from).unwrap(),
        until: MinuteOfDay::try_from(until).unwrap(),
    })
}

fn offset() -> impl Strategy<Value = UtcOffset> {
    (-48_i32..=56).prop_map(|quarters| UtcOffset(quarters * 900))
}

prop_compose! {
    fn zone()(offset in offset(), to in offset(), after in 1_u64..(9 * DAY), known in any::<bool>()) -> Zone {
        let at = UnixMillis(NOON.0 + after * MINUTE);
        Zone { offset, change: known.then_some(OffsetChange { at, to }) }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn edges_are_where_a_plain_reading_has_them(
        hours in proptest::collection::vec(hours(), 0..5),
        zone in zone(),
        start in 0_u64..(8 * DAY * MINUTE),
    ) {
        let start = UnixMillis(NOON.0 + start);
        let now = plain(&hours, start, zone);
        prop_assert_eq!(hours_hold(&hours, start, zone), now);
        let first = start.0 / MINUTE + 1;
        // A week after the last change of offset.
        let mut minutes = (first..first + 18 * DAY).map(|minute| UnixMillis(minute * MINUTE));
        let expected = minutes.find(|moment| plain(&hours, *moment, zone) != now);
        let expected = expected.map_or(Edge::Never, Edge::At);
        prop_assert_eq!(next_edge(&hours, start, zone), expected);
    }
}

fn daily(from: (u16, u16), until: (u16, u16), days: &[Weekday]) -> Vec<Hours> {
    vec![Hours {
        days: Days::of(days).unwrap(),
        from: MinuteOfDay::at(from.0, from.1).unwrap(),
        until: MinuteOfDay::at(until.0, until.1).unwrap(),
    }]
}

#[test]
fn sunday_night_reaches_into_monday() {
    let hours = daily((22, 0), (6, 0), &[Weekday::Sunday]);
    // Sunday, 2026-11-29 21:00 UTC.
    let sunday = UnixMillis(NOON.0 + (4 * DAY + 9 * 60) * MINUTE);
    let utc = Zone::default();
    assert_eq!(
        next_edge(&hours, sunday, utc),
        Edge::At(UnixMillis(sunday.0 + 60 * MINUTE))
    );
    let midnight = UnixMillis(sunday.0 + 3 * 60 * MINUTE);
    assert!(hours_hold(&hours, midnight, utc));
    let end = UnixMillis(sunday.0 + 9 * 60 * MINUTE);
    assert_eq!(next_edge(&hours, midnight, utc), Edge::At(end));
    assert!(!hours_hold(&hours, end, utc));
    let next = UnixMillis(sunday.0 + (7 * DAY + 60) * MINUTE);
    assert_eq!(next_edge(&hours, end, utc), Edge::At(next));
}

#[test]
fn summer_time_ends_and_begins() {
    // Berlin: clocks go back at 01:00 UTC on 2026-10-25, and forward at 01:00 UTC on 2027-03-28.
    let back = UnixMillis::from_seconds(1_792_890_000);
    let autumn = Zone {
        offset: UtcOffset(7_200),
        change: Some(OffsetChange {
            at: back,
            to: UtcOffset(3_600),
        }),
    };
    let half_past_two = daily((2, 30), (4, 0), &Weekday::ALL);
    let minutes =
        |base: UnixMillis, minutes: i64| UnixMillis(base.0.checked_add_signed(minutes * 60_000).unwrap());
    // 02:30 comes twice: the hours hold from the first, end when the clock is set back, and begin again.
    let before = minutes(back, -60);
    assert_eq!(
        next_edge(&half_past_two, before, autumn),
        Edge::At(minutes(back, -30))
    );
    assert_eq!(
        next_edge(&half_past_two, minutes(back, -30), autumn),
        Edge::At(back)
    );
    assert_eq!(
        next_edge(&half_past_two, back, autumn),
        Edge::At(minutes(back, 30))
    );
    assert_eq!(
        next_edge(&half_past_two, minutes(back, 30), autumn),
        Edge::At(minutes(back, 120))
    );
    let forward = UnixMillis::from_seconds(1_806_195_600);
    let spring = Zone {
        offset: UtcOffset(3_600),
        change: Some(OffsetChange {
            at: forward,
            to: UtcOffset(7_200),
        }),
    };
    // 02:30 does not come: the hours begin with the jump.
    assert_eq!(
        next_edge(&half_past_two, minutes(forward, -60), spring),
        Edge::At(forward)
    );
    // 02:00 to 03:00 does not come at all.
    let skipped = daily((2, 0), (3, 0), &[Weekday::Sunday]);
    let next_week = minutes(forward, 7 * 1_440 - 60);
    assert_eq!(
        next_edge(&skipped, minutes(forward, -60), spring),
        Edge::At(next_week)
    );
}
