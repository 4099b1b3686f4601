//! What must be staked, by model and count, and what a slash takes.

mod model;
mod required;
mod slash;
mod table;

pub use model::Model;
pub use required::{BASE_STAKE, MAX_PROCESSORS, Required, StakeError, required};
pub use slash::{Offence, SlashTake, Stakes, slash};
pub use table::{Multiplier, find, multipliers};
