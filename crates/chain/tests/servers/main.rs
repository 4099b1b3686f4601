//! Chain servers that lag, prune, fork, refuse, are too busy, contradict each other or serve another chain: no payment
//! is lost, none is made twice, and what nobody can know is called so.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod fail_over;
mod fate;
mod script;
mod signing;
