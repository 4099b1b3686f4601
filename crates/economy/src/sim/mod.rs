//! The simulator: providers, renters, a price and the real settlement, day by day, under every policy.
//!
//! A [`Scenario`] says who there is and what happens; [`run`] settles each day with [`crate::epoch::settle`], the same
//! code that closes real epochs, a day being one epoch. Agents decide in integers too, so a run is the same
//! everywhere. [`compare`] pits a trick against honest idling. Both are pure: a page can run them on every move of a
//! slider.

mod agents;
mod csv;
mod day;
mod gaming;
mod path;
mod price_path;
mod run;
mod scenario;
mod shipped;
mod state;
mod summary;
mod supply;
mod svg;

pub use csv::csv;
pub use day::Day;
pub use gaming::{Comparison, Side, Trick, compare};
pub use path::Path;
pub use price_path::PricePath;
pub use run::{Run, SimError, run};
pub use scenario::{Away, Cohort, Demand, Scenario, Vaults};
pub use shipped::{SHIPPED, shipped};
pub use summary::{Flag, Summary};
pub use supply::Supply;
pub use svg::svg;
