//! Figures to steer by.
//!
//! [`Kpis`] are those of one epoch: sustainability ratio, reserve runway, vaults, burn. [`Series`] follows the three
//! variables on which the token's value rests. [`BurnGoal`] says how far burning has come and what revenue the rest
//! needs.

mod burn_goal;
mod figures;
mod series;

pub use burn_goal::{BurnGoal, GOAL_IN_ALL, GOAL_YEAR_ONE};
pub use figures::{Kpis, Runway};
pub use series::{Point, Series};
