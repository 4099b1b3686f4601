//! The sandbox with the real runner in it, told to misbehave.
//!
//! Under root every test runs twice: as root, where control groups limit, and again as a fresh ordinary user.

#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod command;
mod compute;
mod ending;
mod isolation;
mod limits;
mod ordinary_user;
mod support;
