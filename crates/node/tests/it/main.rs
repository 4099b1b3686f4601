//! The provider's policy, driven through its events in virtual time.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod heat;
mod properties;
mod reasons;
mod schedule;
mod support;
mod week;
mod yielding;
