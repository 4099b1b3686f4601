//! The history as the owner reads it: pages by a filter, newest first, with what they add up to.
//!
//! Every filter has one condition that drives: the one whose index leaves the fewest entries to look at. Each driving
//! condition is a query of its own, checked when the program is built; the other conditions only sort out. (A plus
//! before `reverses` keeps SQLite from the index on it, which it would take for the best: almost every entry reverses
//! nothing.)

mod filter;
mod found;
mod newest;
mod page;
mod parts;
mod search;
mod totals;

pub use page::{entry_history, history, page};
pub use totals::totals;

pub(super) use filter::Wanted;
use found::Found;
pub(super) use found::kind_of;
