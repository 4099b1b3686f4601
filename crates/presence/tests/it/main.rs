//! Presence on a recorded machine and on a real display and bus.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests; a skipped one says so"
)]

mod bus;
mod display;
mod recorded;
mod support;
