//! The provider's policy, driven through its events in virtual time.

mod heat;
mod properties;
mod reasons;
mod schedule;
mod support;
mod week;
mod yielding;
