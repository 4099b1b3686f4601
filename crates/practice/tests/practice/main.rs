//! The practice network from outside: by Solana's own client, by plain HTTP, as a process.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod client;
mod common;
mod disk;
mod garbage;
#[cfg(unix)]
mod kill;
mod network;
mod replay;
mod subscriptions;
mod versions;
