//! The provider's policy: from what is seen of the machine, its people and its GPUs to what each GPU may do for the
//! network, and why.
//!
//! [`Node`] takes an [`Event`] and the time and gives [`Effect`]s, in the order in which they are to be carried out:
//! what frees a GPU comes first. It also says when it wants to look again ([`Node::next_look`]), keeps the state of
//! each device with its reason, and a log of decisions for a timeline.
//!
//! Two kinds of time enter with every event ([`Now`]): monotonic milliseconds, by which everything lasts, and the
//! calendar with the place's offset, by which hours and tariffs hold and by which people read. Observations are whole
//! pictures ([`HostSight`], [`DeviceSight`]), so one that is lost or late is mended by the next.
//!
//! How a device is judged, in this order; the first that holds is the reason:
//!
//! 1. nobody lends, the device is not seen or not there, the machine goes to sleep, the owner paused or never lends;
//! 2. it is too hot, or a game is on it ([`GameSigns`](hearth_types::policy::GameSigns) says which signs count);
//! 3. battery, hours, tariff, idleness, the time after a game, and at last what the electricity costs.
//!
//! The crate does no IO and knows no clock and no randomness: the same events at the same times give the same effects.
//! It knows no market either. What runs is a lease's number; what a yield pays is the market's business, which is told
//! how long the workload ran.

mod cost;
mod deadline;
mod event;
mod game;
mod heat;
mod log;
mod node;
mod schedule;
mod sight;
mod time;
mod verdict;
mod work;

pub use cost::least_price;
pub use event::{Effect, Event, Pause, Scope};
pub use log::{LOG_DAYS, LOG_ENTRIES, Log};
pub use node::{BLIND_MILLIS, MAX_LOOK_MILLIS, Node};
pub use schedule::{Edge, hours_hold, next_edge, tariff_price};
pub use sight::{Battery, CapRange, DeviceSight, Foreign, HostSight, Program, Readings, percent};
pub use time::{Now, OffsetChange, Zone};
pub use work::KILL_AGAIN_MILLIS;
