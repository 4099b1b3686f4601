//! Bars stacked from two series, drawn as SVG.
//!
//! Places are percentages, so a chart follows its width without being measured and prints as it is shown. Each bar
//! lies in front of a button: one stop for the keyboard, arrows from bar to bar, what the bar says for a screen
//! reader. The same figures stand in a table behind the chart.

mod axis;
mod drawing;
mod told;

use leptos::{
    ev::{KeyboardEvent, PointerEvent},
    prelude::*,
};
use wasm_bindgen::JsCast as _;

use self::{
    axis::{Axis, percent},
    drawing::{drawn, middle},
    told::{Table, Tip},
};

/// A figure of a bar, as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Figure {
    /// The series that it belongs to, for its colour.
    pub(crate) series: Option<usize>,
    pub(crate) name: &'static str,
    pub(crate) value: String,
}

/// One bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// What it stands for, in full.
    pub(crate) title: String,
    /// Under the bar; empty for none.
    pub(crate) label: String,
    /// Whether the label is left out where room is short.
    pub(crate) minor: bool,
    /// From the bottom up, base units.
    pub(crate) parts: [u64; 2],
    /// What it says when asked; the same names in every bar.
    pub(crate) figures: Vec<Figure>,
}

impl Bar {
    fn spoken(&self) -> String {
        let figures = self
            .figures
            .iter()
            .map(|figure| format!("{}: {}", figure.name, figure.value));
        std::iter::once(self.title.clone())
            .chain(figures)
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// Where the keyboard goes from bar `n`.
fn next(key: &str, n: usize, count: usize) -> Option<usize> {
    match key {
        "ArrowLeft" => Some(n.saturating_sub(1)),
        "ArrowRight" => Some((n + 1).min(count.saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(count.saturating_sub(1)),
        _ => None,
    }
}

/// A chart of stacked bars. At least one bar.
#[component]
pub(crate) fn BarChart(
    bars: Vec<Bar>,
    /// What it shows, for a screen reader.
    name: String,
    /// What the vertical axis counts.
    unit: String,
    /// What a bar is, above the first column of the table.
    over: &'static str,
    /// Both series, from the bottom up.
    series: [&'static str; 2],
    /// A value beside the vertical axis.
    tick: impl Fn(u64) -> String,
    /// What pressing a bar does.
    #[prop(into)]
    pick: Callback<usize>,
) -> impl IntoView {
    let count = bars.len();
    let totals = bars.iter().map(|bar| bar.parts[0].saturating_add(bar.parts[1]));
    let axis = Axis::over(totals.max().unwrap_or(0));
    let ticks = axis
        .ticks()
        .map(|value| view! { <span style:bottom=percent(axis.height(value))>{tick(value)}</span> })
        .collect_view();
    // Holds the column as wide as its widest figure, which are placed and take no room.
    let widest = axis.ticks().map(tick).max_by_key(String::len);
    let labels = bars
        .iter()
        .enumerate()
        .filter(|(_, bar)| !bar.label.is_empty())
        .map(|(n, bar)| {
            view! { <span class:minor=bar.minor style:left=percent(middle(n, count))>{bar.label.clone()}</span> }
        })
        .collect_view();
    let legend = series
        .into_iter()
        .enumerate()
        .map(|(n, name)| view! { <li><i class=format!("swatch series-{n}")></i>{name}</li> })
        .collect_view();
    let drawing = drawn(&bars, axis);
    let stop = RwSignal::new(count.saturating_sub(1));
    let shown = RwSignal::new(None::<usize>);
    // A finger cannot hover: its first press shows what a bar says, the second one picks it.
    let (finger, seen) = (RwSignal::new(false), RwSignal::new(None::<usize>));
    let press = move |n: usize| {
        if finger.get_untracked() && seen.get_untracked() != Some(n) {
            seen.set(Some(n));
        } else {
            pick.run(n);
        }
    };
    let slots = NodeRef::<leptos::html::Div>::new();
    let moves = move |event: KeyboardEvent| {
        finger.set(false);
        if event.key() == "Escape" {
            shown.set(None);
        }
        let Some(to) = next(&event.key(), stop.get_untracked(), count) else {
            return;
        };
        event.prevent_default();
        stop.set(to);
        let button = slots.get_untracked().and_then(|slots| {
            slots
                .query_selector(&format!(":scope > :nth-child({})", to + 1))
                .ok()
                .flatten()
        });
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _not_focusable = button.focus();
        }
    };
    let buttons = bars
        .iter()
        .enumerate()
        .map(|(n, bar)| {
            view! {
                <button
                    type="button"
                    class="chart-slot"
                    class:on=move || shown.get() == Some(n)
                    tabindex=move || if stop.get() == n { "0" } else { "-1" }
                    aria-label=bar.spoken()
                    data-testid="chart-slot"
                    data-parts=format!("{},{}", bar.parts[0], bar.parts[1])
                    on:click=move |_| press(n)
                    on:focus=move |_| {
                        stop.set(n);
                        shown.set(Some(n));
                    }
                    on:blur=move |_| shown.set(None)
                    on:pointerenter=move |_| shown.set(Some(n))
                ></button>
            }
        })
        .collect_view();
    let all = StoredValue::new(bars.clone());
    let tip = move || {
        let n = shown.get()?;
        let bar = all.with_value(|bars| bars.get(n).cloned())?;
        Some(view! { <Tip bar n count /> })
    };
    view! {
        <figure class="chart">
            <div class="chart-head">
                <span class="chart-unit">{unit}</span>
                <ul class="legend">{legend}</ul>
            </div>
            <div class="chart-place">
                <div class="chart-y" aria-hidden="true"><b>{widest}</b>{ticks}</div>
                <div
                    class="chart-plot"
                    on:pointerdown=move |event: PointerEvent| finger.set(event.pointer_type() == "touch")
                    on:pointerleave=move |_| shown.set(None)
                >
                    <div class="chart-slots" role="group" aria-label=name node_ref=slots on:keydown=moves>{buttons}</div>
                    {drawing}
                    {tip}
                </div>
                <div class="chart-x" aria-hidden="true">{labels}</div>
            </div>
            <Table bars over />
        </figure>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keyboard_stays_within_the_bars() {
        assert_eq!(next("ArrowLeft", 0, 30), Some(0));
        assert_eq!(next("ArrowRight", 29, 30), Some(29));
        assert_eq!(next("ArrowRight", 3, 30), Some(4));
        assert_eq!((next("Home", 7, 30), next("End", 7, 30)), (Some(0), Some(29)));
        assert_eq!(next("Enter", 7, 30), None);
    }

    #[test]
    fn a_bar_says_all_its_figures() {
        let figure = |name, value: &str| Figure {
            series: None,
            name,
            value: value.into(),
        };
        let bar = Bar {
            title: "25 November 2026".into(),
            label: String::new(),
            minor: false,
            parts: [1, 2],
            figures: vec![figure("Lease pay", "1 IO"), figure("Rewards", "2 IO")],
        };
        assert_eq!(bar.spoken(), "25 November 2026, Lease pay: 1 IO, Rewards: 2 IO");
    }
}
