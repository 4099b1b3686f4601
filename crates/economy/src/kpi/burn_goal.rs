//! The burn goals, and the revenue they would need.

use hearth_types::money::{IO_UNITS, Io};
use serde::{Deserialize, Serialize};

use crate::{
    arith::ceil_mul_div,
    params::NetworkParams,
    quantity::{Bps, IoPrice, Ppm, UsdMicros},
};

/// The published goal: at least 115 M of the 231 M that were not emitted, in the end.
pub const GOAL_IN_ALL: Io = Io(115_000_000 * IO_UNITS);
/// The published goal of the first year: at least 12 M.
pub const GOAL_YEAR_ONE: Io = Io(12_000_000 * IO_UNITS);

/// How far a goal has been reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BurnGoal {
    /// To burn.
    pub goal: Io,
    /// Burned.
    pub burned: Io,
    /// Burned of the goal.
    pub reached: Ppm,
    /// What renters would have to pay in the goal's time to burn all of it at today's price, when so much is owed to
    /// the idle and only the margin is burned from: `(goal × price / burn share + owed) / margin`. Absent when it
    /// does not fit, or without a margin.
    pub revenue_needed: Option<UsdMicros>,
}

impl BurnGoal {
    /// Of a goal, at a price, with what is owed in the goal's time.
    #[must_use]
    pub fn new(goal: Io, burned: Io, params: &NetworkParams, price: IoPrice, owed: UsdMicros) -> Self {
        let part = |usd: UsdMicros, of: Bps| {
            ceil_mul_div(usd.0, u64::from(Bps::WHOLE.get()), u64::from(of.get())).map(UsdMicros)
        };
        let surplus = price
            .value_ceil(goal)
            .and_then(|worth| part(worth, params.burn_share));
        let margin = surplus.and_then(|surplus| surplus.checked_add(owed));
        Self {
            goal,
            burned,
            reached: Ppm::ratio(burned.0, goal.0).unwrap_or(Ppm::ONE),
            revenue_needed: margin.and_then(|margin| part(margin, params.margin)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twelve_million_at_twenty_cents_need_forty_eight_million_dollars_of_rent() {
        let params = NetworkParams::default();
        let price = IoPrice::from_micros(200_000);
        let goal = BurnGoal::new(GOAL_YEAR_ONE, Io(0), &params, price, UsdMicros(0));
        assert_eq!(goal.revenue_needed, Some(UsdMicros(48_000_000_000_000)));
        let owed = BurnGoal::new(GOAL_YEAR_ONE, GOAL_YEAR_ONE, &params, price, UsdMicros(1_000_000));
        assert_eq!(owed.revenue_needed, Some(UsdMicros(48_000_010_000_000)));
        assert_eq!(owed.reached, Ppm::ONE);
        let free = NetworkParams {
            margin: Bps::clamped(0),
            ..params
        };
        assert_eq!(
            BurnGoal::new(GOAL_IN_ALL, Io(0), &free, price, UsdMicros(0)).revenue_needed,
            None
        );
    }
}
