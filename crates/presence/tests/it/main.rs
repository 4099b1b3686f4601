//! Presence on a recorded machine and on a real display and bus.
#![cfg(target_os = "linux")]

mod bus;
mod display;
mod recorded;
mod support;
