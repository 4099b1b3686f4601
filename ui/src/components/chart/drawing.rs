//! The bars and the lines behind them.

use leptos::prelude::*;

use super::{
    Bar,
    axis::{Axis, percent},
};

/// Of a bar's place, the bar itself, percent.
const FILLED: u64 = 68;
/// The whole width, thousandths of a percent.
const WHOLE: u64 = 100_000;

/// Where the middle of bar `n` of `count` lies, thousandths of a percent.
pub(super) const fn middle(n: usize, count: usize) -> u64 {
    (2 * n as u64 + 1) * WHOLE / (2 * count as u64)
}

/// The drawing; it says nothing to a screen reader.
pub(super) fn drawn(bars: &[Bar], axis: Axis) -> impl IntoView + use<> {
    let count = bars.len();
    let width = WHOLE * FILLED / 100 / count.max(1) as u64;
    let part = |n: usize, series: usize, from: u64, height: u64| {
        let (x, y) = (middle(n, count) - width / 2, WHOLE.saturating_sub(from + height));
        view! {
            <rect
                class=format!("series-{series}")
                x=percent(x)
                y=percent(y)
                width=percent(width)
                height=percent(height)
                rx="2"
            />
        }
    };
    let parts = bars.iter().enumerate().flat_map(|(n, bar)| {
        let [low, high] = bar.parts.map(|amount| axis.height(amount));
        let low_part = (low > 0).then(|| part(n, 0, 0, low));
        let high_part = (high > 0).then(|| part(n, 1, low, high));
        low_part.into_iter().chain(high_part)
    });
    let parts = parts.collect_view();
    let lines = axis
        .ticks()
        .map(|tick| {
            let y = percent(WHOLE - axis.height(tick));
            view! { <line x1="0" x2="100%" y1=y.clone() y2=y /> }
        })
        .collect_view();
    view! { <svg class="chart-bars" aria-hidden="true"><g class="chart-grid">{lines}</g>{parts}</svg> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_lie_side_by_side_within_the_plot() {
        assert_eq!(middle(0, 1), 50_000);
        assert_eq!((middle(0, 4), middle(3, 4)), (12_500, 87_500));
    }
}
