//! The coordinator over real HTTP on a real database, with a scripted chain and clock.

mod garbage;
mod market;
mod rig;
mod scripted_chain;
mod settlement;
mod signatures;

pub(crate) use scripted_chain::lease_account;
