//! A vertical axis: round steps from zero to above the largest value. Integers all the way; only places on screen
//! are rounded.

/// The most steps from zero to the top.
const MOST_STEPS: u64 = 4;
/// What lies at the top of the plot, in thousandths of a percent.
const WHOLE: u128 = 100_000;
/// A value above zero is seen at least this high, thousandths of a percent.
const LEAST: u64 = 600;

/// A vertical axis in base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Axis {
    step: u64,
    steps: u64,
}

impl Axis {
    /// For values up to `max`: the smallest step of the kind 1, 2, 5, 10, … that needs few enough steps.
    pub(super) fn over(max: u64) -> Self {
        let max = max.max(1);
        let mut round = (0..19).flat_map(|power| [1, 2, 5].map(|lead| lead * 10_u64.pow(power)));
        let few = |step: &u64| max.div_ceil(*step) <= MOST_STEPS;
        // The last round step is 5 × 10¹⁸, of which four are more than 64 bits hold.
        let step = round.find(few).unwrap_or(u64::MAX);
        Self {
            step,
            steps: max.div_ceil(step),
        }
    }

    /// The values that are written beside it, from zero up.
    pub(super) fn ticks(self) -> impl DoubleEndedIterator<Item = u64> {
        (0..=self.steps).map(move |n| self.step.saturating_mul(n))
    }

    /// How high a value reaches, thousandths of a percent of the plot.
    pub(super) fn height(self, value: u64) -> u64 {
        let top = u128::from(self.step) * u128::from(self.steps);
        let share = u128::from(value) * WHOLE / top;
        let share = u64::try_from(share.min(WHOLE)).unwrap_or(u64::MAX);
        if value > 0 { share.max(LEAST) } else { share }
    }
}

/// Thousandths of a percent as SVG and CSS write them.
pub(super) fn percent(thousandths: u64) -> String {
    format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for (max, ticks) in [
            (0, vec![0, 1]),
            (1, vec![0, 1]),
            (4, vec![0, 1, 2, 3, 4]),
            (7, vec![0, 2, 4, 6, 8]),
            (
                1_840_000_000,
                vec![0, 500_000_000, 1_000_000_000, 1_500_000_000, 2_000_000_000],
            ),
        ] {
            assert_eq!(Axis::over(max).ticks().collect::<Vec<_>>(), ticks, "{max}");
        }
    }

    #[test]
    fn the_largest_amount_has_an_axis() {
        let axis = Axis::over(u64::MAX);
        assert_eq!(axis.ticks().count(), 5);
        assert!(axis.height(u64::MAX) <= 100_000);
    }

    #[test]
    fn heights_are_shares_of_the_top_and_nothing_vanishes() {
        let axis = Axis::over(8);
        assert_eq!(axis.height(8), 100_000);
        assert_eq!(axis.height(2), 25_000);
        assert_eq!(axis.height(0), 0);
        assert_eq!(Axis::over(1_000_000_000).height(1), LEAST);
        assert_eq!(percent(25_070), "25.070%");
    }
}
