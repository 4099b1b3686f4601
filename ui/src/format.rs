//! Numbers, moments and sizes as people read them.

use hearth_types::{
    money::{Currency, format_decimal},
    time::UnixMillis,
};

use crate::words::w;

/// Signs between groups of digits and before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Signs {
    pub(crate) group: char,
    pub(crate) point: char,
}

thread_local! {
    static SIGNS: Signs = users_signs();
}

/// The user's own signs, as the browser writes 1234567.5.
fn users_signs() -> Signs {
    if !cfg!(target_arch = "wasm32") {
        return Signs {
            group: ',',
            point: '.',
        };
    }
    let sample = String::from(js_sys::Number::from(1_234_567.5).to_locale_string("default"));
    signs_in(&sample)
}

/// The signs of a written 1234567.5; a locale that does not group gets the sign that is no point.
fn signs_in(sample: &str) -> Signs {
    let signs: Vec<char> = sample.chars().filter(|c| !c.is_ascii_digit()).collect();
    let point = signs.last().copied().unwrap_or('.');
    let other = if point == ',' { '.' } else { ',' };
    let group = signs
        .first()
        .copied()
        .filter(|_| signs.len() > 1)
        .unwrap_or(other);
    Signs { group, point }
}

fn group(digits: &str, signs: Signs) -> String {
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(signs.group);
        }
        out.push(digit);
    }
    out
}

/// An amount for reading: grouped, at most four decimals, or as many as a small amount needs. Cut, never rounded up.
pub(crate) fn amount_with(base_units: u64, currency: Currency, signs: Signs) -> String {
    let exact = format_decimal(base_units, currency.decimals());
    let (whole, decimals) = exact.split_once('.').unwrap_or((&exact, ""));
    let keep = if whole == "0" {
        // Two figures after the zeros: 0.00012.
        decimals
            .len()
            .min(decimals.bytes().take_while(|b| *b == b'0').count().max(2) + 2)
    } else {
        decimals.len().min(4)
    };
    let decimals = decimals.get(..keep).unwrap_or_default().trim_end_matches('0');
    if decimals.is_empty() {
        group(whole, signs)
    } else {
        format!("{}{}{decimals}", group(whole, signs), signs.point)
    }
}

/// A price rounded to four decimals, for reading: what is billed is the price a second, exactly.
pub(crate) const fn rounded_price(base_units: u64) -> u64 {
    const STEP: u64 = 10_000;
    if base_units < 100 * STEP {
        return base_units;
    }
    base_units.saturating_add(STEP / 2) / STEP * STEP
}

/// [`amount_with`] the user's signs.
pub(crate) fn amount(base_units: u64, currency: Currency) -> String {
    SIGNS.with(|signs| amount_with(base_units, currency, *signs))
}

/// US dollars for reading: cents, or as many decimals as a small amount needs. Cut, never rounded up.
pub(crate) fn usd_with(micros: u64, signs: Signs) -> String {
    if micros < 1_000_000 {
        return amount_with(micros, Currency::Usdc, signs);
    }
    let (dollars, cents) = (micros / 1_000_000, micros / 10_000 % 100);
    format!("{}{}{cents:02}", group(&dollars.to_string(), signs), signs.point)
}

/// [`usd_with`] the user's signs.
pub(crate) fn usd(micros: u64) -> String {
    SIGNS.with(|signs| usd_with(micros, *signs))
}

/// A whole number, grouped.
pub(crate) fn whole(n: u64) -> String {
    SIGNS.with(|signs| group(&n.to_string(), *signs))
}

/// A measured figure: three significant places are enough to compare devices.
pub(crate) fn measured(value: f64) -> String {
    let places = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.places$}");
    SIGNS.with(|signs| match text.split_once('.') {
        Some((whole, decimals)) if decimals.bytes().any(|b| b != b'0') => {
            format!(
                "{}{}{}",
                group(whole, *signs),
                signs.point,
                decimals.trim_end_matches('0')
            )
        }
        Some((whole, _)) => group(whole, *signs),
        None => group(&text, *signs),
    })
}

/// A length of time.
pub(crate) fn duration(seconds: u64) -> String {
    let (d, h, m, s) = (
        seconds / 86_400,
        seconds / 3600 % 24,
        seconds / 60 % 60,
        seconds % 60,
    );
    if d > 0 && h > 0 {
        w!(time.days_hours, d, h).to_string()
    } else if d > 0 {
        w!(time.days, d).to_string()
    } else if h > 0 && m > 0 {
        w!(time.hours_minutes, h, m).to_string()
    } else if h > 0 {
        w!(time.hours, h).to_string()
    } else if m >= 10 || (m > 0 && s == 0) {
        w!(time.minutes, m).to_string()
    } else if m > 0 {
        w!(time.minutes_seconds, m, s).to_string()
    } else {
        w!(time.seconds, s).to_string()
    }
}

/// How long ago a moment was; coarse, so that lists do not tick every second.
pub(crate) fn ago(at: UnixMillis, now_millis: u64) -> String {
    let seconds = now_millis.saturating_sub(at.0) / 1000;
    match seconds {
        0..=9 => w!(time.now).to_owned(),
        10..=59 => w!(time.ago, time = duration(seconds / 10 * 10)).to_string(),
        60..=3599 => w!(time.ago, time = w!(time.minutes, m = seconds / 60).to_string()).to_string(),
        3600..=86_399 => w!(time.ago, time = w!(time.hours, h = seconds / 3600).to_string()).to_string(),
        _ => w!(time.ago, time = w!(time.days, d = seconds / 86_400).to_string()).to_string(),
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "milliseconds of this era are far below 2^53"
)]
fn date(at: UnixMillis) -> js_sys::Date {
    js_sys::Date::new(&wasm_bindgen::JsValue::from_f64(at.0 as f64))
}

/// Date and time in the user's way.
pub(crate) fn absolute(at: UnixMillis) -> String {
    date(at)
        .to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED)
        .into()
}

/// A day in UTC in the user's way, with the parts that are named.
fn in_utc(at: UnixMillis, parts: &[(&str, &str)]) -> String {
    let options = js_sys::Object::new();
    for (name, style) in parts.iter().chain(&[("timeZone", "UTC")]) {
        // A plain object takes any property.
        let _always = js_sys::Reflect::set(&options, &(*name).into(), &(*style).into());
    }
    date(at).to_locale_date_string("default", &options).into()
}

/// A day in full: 25 November 2026.
pub(crate) fn day(at: UnixMillis) -> String {
    in_utc(at, &[("day", "numeric"), ("month", "long"), ("year", "numeric")])
}

/// A day beside its neighbours: 25 Nov.
pub(crate) fn short_day(at: UnixMillis) -> String {
    in_utc(at, &[("day", "numeric"), ("month", "short")])
}

/// A month in full: November 2026.
pub(crate) fn month(at: UnixMillis) -> String {
    in_utc(at, &[("month", "long"), ("year", "numeric")])
}

/// A month beside its neighbours: Nov.
pub(crate) fn short_month(at: UnixMillis) -> String {
    in_utc(at, &[("month", "short")])
}

/// Time of day in the user's way.
pub(crate) fn clock(at: UnixMillis) -> String {
    date(at).to_locale_time_string("default").into()
}

/// A size in bytes.
#[expect(clippy::cast_precision_loss, reason = "shown with three places")]
pub(crate) fn bytes(n: u64) -> String {
    let value = n as f64;
    match n {
        0..1024 => w!(unit.bytes, value = n).to_string(),
        1024..0x10_0000 => w!(unit.kib, value = measured(value / 1024.0)).to_string(),
        0x10_0000..0x4000_0000 => w!(unit.mib, value = measured(value / 1_048_576.0)).to_string(),
        _ => w!(unit.gib, value = measured(value / 1_073_741_824.0)).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GERMAN: Signs = Signs {
        group: '.',
        point: ',',
    };

    fn io(base_units: u64) -> String {
        amount_with(
            base_units,
            Currency::Io,
            Signs {
                group: ',',
                point: '.',
            },
        )
    }

    #[test]
    fn a_locale_without_groups_keeps_point_and_group_apart() {
        for (sample, group, point) in [
            ("1234567.5", ',', '.'),
            ("1234567,5", '.', ','),
            ("1.234.567,5", '.', ','),
        ] {
            let signs = signs_in(sample);
            assert_eq!((signs.group, signs.point), (group, point), "{sample}");
        }
    }

    #[test]
    fn amounts_are_grouped_and_cut() {
        assert_eq!(io(0), "0");
        assert_eq!(io(123_456_789_012_345), "1,234,567.8901");
        assert_eq!(io(20_000_000_000), "200");
        assert_eq!(
            amount_with(123_456_789_012_345, Currency::Io, GERMAN),
            "1.234.567,8901"
        );
    }

    #[test]
    fn small_amounts_never_read_as_nothing() {
        assert_eq!(io(1), "0.00000001");
        assert_eq!(io(12_345), "0.00012");
        assert_eq!(io(50_000_000), "0.5");
        assert_eq!(amount_with(5000, Currency::Sol, GERMAN), "0,000005");
    }

    #[test]
    fn a_price_by_the_second_reads_as_the_hourly_one_it_came_from() {
        assert_eq!(io(rounded_price(33_333 * 3600)), "1.2");
        assert_eq!(rounded_price(12_345), 12_345);
    }

    #[test]
    fn dollars_have_cents_and_small_ones_never_read_as_nothing() {
        let usd = |micros| usd_with(micros, GERMAN);
        assert_eq!(usd(0), "0");
        assert_eq!(usd(1_234_567_899_999), "1.234.567,89");
        assert_eq!(usd(3_000_000), "3,00");
        assert_eq!(usd(450_000), "0,45");
        assert_eq!(usd(1_240), "0,0012");
    }

    #[test]
    fn the_largest_amount_has_a_text() {
        assert_eq!(io(u64::MAX), "184,467,440,737.0955");
    }

    #[test]
    fn durations_use_two_units_at_most() {
        assert_eq!(duration(0), "0 s");
        assert_eq!(duration(75), "1 min 15 s");
        assert_eq!(duration(8040), "2 h 14 min");
        assert_eq!(duration(1_209_600), "14 d");
    }

    #[test]
    fn sizes_choose_their_unit() {
        assert_eq!(bytes(512), "512 B");
        assert_eq!(bytes(16 << 30), "16 GiB");
    }
}
