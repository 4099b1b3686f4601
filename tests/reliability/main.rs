//! What survives: SIGKILL of each process at each place where money moves, and input that nobody should send.
//!
//! Real processes, a real network of its own for each test. After every death and restart the same is checked
//! ([`rig::Rig::check`]): each lease is settled, both histories agree with the chain, and every IO that the faucet
//! gave is where it should be, once. Needs the programs built with the features `hearth/failpoints` and
//! `hearth-coordinator/failpoints`; `cargo xtask test` sees to that.
#![cfg(target_os = "linux")]

mod authority;
mod bad_input;
mod chain_dies;
mod closing;
mod co_stake;
mod coordinator_dies;
mod pausing;
mod provider_dies;
mod random_deaths;
mod renter_away;
mod renter_dies;
mod rig;
mod second_profile;
mod wallets;
