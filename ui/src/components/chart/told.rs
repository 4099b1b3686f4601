//! What a bar says: beside it when asked, and in the table behind the chart.

use leptos::prelude::*;

use super::{Bar, axis::percent, drawing::middle};
use crate::words::w;

/// Which way the words about bar `n` open, so that they stay inside.
const fn side(n: usize, count: usize) -> &'static str {
    match 3 * n / count {
        0 => "chart-tip first",
        1 => "chart-tip",
        _ => "chart-tip last",
    }
}

/// The words about bar `n`.
#[component]
pub(super) fn Tip(bar: Bar, n: usize, count: usize) -> impl IntoView {
    let figures = bar
        .figures
        .into_iter()
        .map(|figure| {
            view! {
                <dt>{figure.series.map(|series| view! { <i class=format!("swatch series-{series}")></i> })}{figure.name}</dt>
                <dd>{figure.value}</dd>
            }
        })
        .collect_view();
    view! {
        <div class=side(n, count) style:left=percent(middle(n, count)) aria-hidden="true" data-testid="chart-tip">
            <strong>{bar.title}</strong>
            <dl>{figures}</dl>
        </div>
    }
}

/// The same figures as a table, newest first.
#[component]
pub(super) fn Table(bars: Vec<Bar>, over: &'static str) -> impl IntoView {
    let head = bars.first().map(|bar| {
        bar.figures
            .iter()
            .map(|figure| view! { <th scope="col" class="number">{figure.name}</th> })
            .collect_view()
    });
    let rows = bars
        .into_iter()
        .rev()
        .map(|bar| {
            let figures = bar
                .figures
                .into_iter()
                .map(|figure| view! { <td class="number">{figure.value}</td> });
            view! { <tr><th scope="row">{bar.title}</th>{figures.collect_view()}</tr> }
        })
        .collect_view();
    view! {
        <details class="fold chart-table" data-testid="chart-table">
            <summary>{w!(chart.as_table)}</summary>
            <div class="chart-table-place">
                <table class="plain">
                    <thead><tr><th scope="col">{over}</th>{head}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_open_towards_the_middle() {
        assert_eq!(
            [0, 15, 29].map(|n| side(n, 30)),
            ["chart-tip first", "chart-tip", "chart-tip last"]
        );
    }
}
