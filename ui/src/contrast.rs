//! Checks the colours of `style/tokens.css`: every text on every ground it is used on, in both themes.

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../style/tokens.css");
/// WCAG 2 AA for text.
const TEXT: f64 = 4.5;
/// WCAG 2 AA for parts of the interface and focus marks.
const PART: f64 = 3.0;

type Theme = BTreeMap<String, String>;

fn block(selector: &str) -> Theme {
    let start = TOKENS.find(&format!("{selector} {{")).expect("the theme's block");
    let body = TOKENS[start..].split_once('{').expect("an opening brace").1;
    let body = body.split_once('}').expect("a closing brace").0;
    body.lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("--")?
                .strip_suffix(';')?
                .split_once(": ")
        })
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

fn themes() -> [(&'static str, Theme); 2] {
    let dark = block(":root");
    let mut light = dark.clone();
    light.extend(block(":root[data-theme=\"light\"]"));
    [("dark", dark), ("light", light)]
}

fn luminance(colour: &str) -> f64 {
    let channel = |at: usize| {
        let value =
            f64::from(u8::from_str_radix(&colour[at..at + 2], 16).expect("a colour like #1c1916")) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(a: &str, b: &str) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn check(pairs: &[(&str, &str)], least: f64) {
    for (name, theme) in themes() {
        for (front, back) in pairs {
            let found = contrast(&theme[*front], &theme[*back]);
            assert!(
                found >= least,
                "{name}: {front} on {back} has {found:.2}, needs {least}"
            );
        }
    }
}

#[test]
fn black_on_white_is_twenty_one() {
    assert!((contrast("#000000", "#ffffff") - 21.0).abs() < 0.01);
}

#[test]
fn text_is_readable_on_every_ground() {
    let grounds = ["bg", "surface", "raised"];
    let quiet = [
        "accent-quiet",
        "success-quiet",
        "warning-quiet",
        "danger-quiet",
        "info-quiet",
        "practice-quiet",
    ];
    let mut pairs = vec![
        ("on-accent", "accent"),
        ("on-accent", "accent-hover"),
        ("on-danger", "danger-solid"),
    ];
    for ground in grounds {
        for front in [
            "text",
            "muted",
            "accent-text",
            "success",
            "warning",
            "danger",
            "info",
            "practice",
        ] {
            pairs.push((front, ground));
        }
    }
    for ground in quiet {
        pairs.extend([("text", ground), ("muted", ground), ("practice", ground)]);
    }
    for tone in ["success", "warning", "danger", "info", "practice"] {
        let ground = quiet.iter().find(|q| q.starts_with(tone)).expect("a quiet tone");
        pairs.push((tone, ground));
    }
    pairs.push(("accent-text", "accent-quiet"));
    check(&pairs, TEXT);
}

#[test]
fn focus_accent_edges_of_fields_and_charts_are_seen() {
    let grounds = ["bg", "surface", "raised"];
    let parts = ["focus", "accent", "edge", "series-0", "series-1"];
    let pairs: Vec<_> = grounds
        .iter()
        .flat_map(|ground| parts.map(|part| (part, *ground)))
        .collect();
    check(&pairs, PART);
}

#[test]
fn light_names_every_colour_that_dark_has() {
    let light = block(":root[data-theme=\"light\"]");
    for (name, value) in block(":root") {
        assert!(
            !value.starts_with('#') || light.contains_key(&name),
            "{name} is missing in light"
        );
    }
}
