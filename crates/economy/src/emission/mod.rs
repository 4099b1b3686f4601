//! The emission: 300 M IO over 240 months of 730.5 hours.
//!
//! Month `m` emits `500 M × (0.08 / 12) × (1 − 0.010150801)^(m − 1)` IO. Rounding, so that the total is exact: the
//! *cumulative* sum up to each month is rounded half up to the base unit (and capped at 300 M in month 240); a
//! month's scheduled amount is the difference of two such sums. So a month's fraction of a base unit is never lost,
//! it is carried to the next. Inside a month unlocking is linear by the second, rounded down.

mod schedule;
mod unlock;

pub use schedule::{EMISSION_TOTAL, MONTHS, Month, ScheduledMonth, cumulative, schedule};
pub use unlock::{FIRST_BLOCK, MONTH_SECONDS, unlocked, unlocked_after};
