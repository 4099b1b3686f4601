//! Who gets the 800 M IO, and when it unlocks.

mod calendar;
mod table;
mod vesting;

pub use calendar::{CalendarMonth, calendar, locked_after};
pub use table::{ALLOCATION, Allocation, Category, SUPPLY_CAP};
pub use vesting::Vesting;
