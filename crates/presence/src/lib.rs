//! Who uses this machine, and for what: the outside world of the provider's policy.
//!
//! [`Presence::look`] reads everything that is cheap to read: how long nobody touched anything, whether the session is
//! locked, what fills the screen, who plays or has GameMode on, the battery, and which programs load which GPU,
//! whatever started them. What cannot be read on this machine is absent, and [`Look::sources`] names it with the
//! reason. Two things are worth more than a look now and then, and are waited for: a window that fills the screen
//! (`watch_fullscreen`) and the machine going to sleep (`watch_sleep`); each blocks a thread of its own and costs
//! nothing in between.
//!
//! A look takes a few hundred small reads at most. It opens no GPU and wakes none: programs' use is read from what the
//! kernel says about the programs.
//!
//! The crate decides nothing and knows no policy. It works on Linux; elsewhere every source is absent.

#[cfg(target_os = "linux")]
mod linux;
mod look;
#[cfg(not(target_os = "linux"))]
mod other;

#[cfg(target_os = "linux")]
pub use linux::{Display, Places, Presence, Sleep, SleepError, WatchError, watch_fullscreen, watch_sleep};
pub use look::{Battery, GpuUse, Look, Program, Source, SourceState};
#[cfg(not(target_os = "linux"))]
pub use other::{Places, Presence};
