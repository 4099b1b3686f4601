//! Runs as a picture: income, reserves and burn by day, a line a policy.

use std::fmt::Write as _;

use super::{day::Day, run::Run, scenario::Scenario};

const WIDTH: u64 = 900;
const PANEL: u64 = 190;
const LEFT: u64 = 90;
const TOP: u64 = 70;
/// A colour a policy, told apart by people who see few colours too.
const COLOURS: [&str; 5] = ["#0072b2", "#56b4e9", "#d55e00", "#e69f00", "#666666"];
/// No more points than pixels.
const POINTS: usize = 400;

/// A panel: its title, and what it shows of a day with how many base units its unit has.
type Panel = (&'static str, fn(&Day) -> u64, u64);

const PANELS: [Panel; 3] = [
    (
        "Lowest income of any device, USD an hour",
        lowest_income,
        1_000_000,
    ),
    ("Vaults that can pay, USD", reserves, 1_000_000),
    ("Burned in all, IO", burned, 100_000_000),
];

fn lowest_income(day: &Day) -> u64 {
    day.income.iter().flatten().map(|rate| rate.0).min().unwrap_or(0)
}

fn reserves(day: &Day) -> u64 {
    day.reserves().0
}

fn burned(day: &Day) -> u64 {
    day.kpis.total_burn.0
}

/// The picture as SVG text. The same bytes for the same runs.
#[must_use]
pub fn svg(scenario: &Scenario, runs: &[Run]) -> String {
    let height = TOP + PANEL * (PANELS.len() as u64) + 40;
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" font-family=\"sans-serif\" \
         font-size=\"12\" fill=\"#888\">\n<title>{}</title>\n",
        escaped(&scenario.about)
    );
    label(
        &mut text,
        LEFT,
        24,
        "start",
        &escaped(&format!("{}: {}", scenario.name, scenario.about)),
    );
    for (number, run) in (0..).zip(runs) {
        let x = LEFT + number * 160;
        let colour = colour(number);
        let _ = writeln!(
            text,
            "<rect x=\"{x}\" y=\"38\" width=\"12\" height=\"4\" fill=\"{colour}\"/>"
        );
        label(&mut text, x + 18, 45, "start", run.policy);
    }
    for (row, panel) in (0..).zip(&PANELS) {
        draw(&mut text, TOP + row * PANEL, panel, runs);
    }
    let days = runs.iter().map(|run| run.days.len()).max().unwrap_or(0);
    label(&mut text, LEFT, height - 16, "start", "day 0");
    label(&mut text, WIDTH - 20, height - 16, "end", &format!("day {days}"));
    text.push_str("</svg>\n");
    text
}

fn draw(text: &mut String, top: u64, (title, of, unit): &Panel, runs: &[Run]) {
    let (bottom, right) = (top + PANEL - 40, WIDTH - 20);
    let most = runs
        .iter()
        .flat_map(|run| &run.days)
        .map(of)
        .max()
        .unwrap_or(0)
        .max(1);
    label(text, LEFT, top + 12, "start", title);
    for part in 0..=2_u64 {
        let value = most / 2 * part;
        let y = bottom - (bottom - top - 24) * part / 2;
        let _ = writeln!(
            text,
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{right}\" y2=\"{y}\" stroke=\"#888\" stroke-opacity=\"0.25\"/>"
        );
        let (whole, thousandths) = (value / unit, value % unit * 1_000 / unit);
        let shown = if most / unit < 100 {
            format!("{whole}.{thousandths:03}")
        } else {
            grouped(whole)
        };
        label(text, LEFT - 8, y + 4, "end", &shown);
    }
    for (number, run) in (0..).zip(runs) {
        let days = run.days.len().max(2) - 1;
        let every = run.days.len().div_ceil(POINTS).max(1);
        let mut points = String::new();
        for (index, day) in run.days.iter().enumerate().step_by(every) {
            // Tenths of a pixel, in integers.
            let x = LEFT * 10 + (right - LEFT) * 10 * (index as u64) / (days as u64);
            let part = u128::from(of(day)) * u128::from((bottom - top - 24) * 10) / u128::from(most);
            let y = bottom * 10 - u64::try_from(part).unwrap_or(0);
            let _ = write!(points, "{}.{},{}.{} ", x / 10, x % 10, y / 10, y % 10);
        }
        let colour = colour(number);
        let points = points.trim_end();
        // Policies often coincide: every other line is dashed, so that the one below shows.
        let dashes = if number % 2 == 1 {
            " stroke-dasharray=\"6 6\""
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "<polyline fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.5\"{dashes} points=\"{points}\"/>"
        );
    }
}

fn label(text: &mut String, x: u64, y: u64, anchor: &str, words: &str) {
    let _ = writeln!(
        text,
        "<text x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{words}</text>"
    );
}

fn colour(number: u64) -> &'static str {
    let index = usize::try_from(number).unwrap_or(0) % COLOURS.len();
    COLOURS.get(index).copied().unwrap_or("#000")
}

/// A number with thin groups of three: `1,234,567`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        params::Policy,
        sim::{run, shipped},
    };

    #[test]
    fn a_picture_has_a_line_for_each_policy_in_each_panel() {
        let scenario = Scenario {
            days: 20,
            about: "a < b & c".into(),
            ..shipped("steady").unwrap()
        };
        let runs: Vec<_> = [Policy::DEFAULT, Policy::Legacy]
            .map(|policy| run(&scenario, policy).unwrap())
            .into();
        let picture = svg(&scenario, &runs);
        assert_eq!(picture.matches("<polyline").count(), 6);
        assert!(picture.contains("a &lt; b &amp; c") && picture.ends_with("</svg>\n"));
        assert_eq!(grouped(1_234_567), "1,234,567");
    }
}
