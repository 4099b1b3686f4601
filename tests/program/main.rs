//! The on-chain program, as built, in the SVM with the real token program and the real ed25519 precompile.
//!
//! After every transaction, taken or refused, `harness::World` checks that no IO came or went, that the stake
//! vault holds what the devices say, and that each escrow holds what its lease says. Every transaction is sent
//! with compute budget instructions, under the ceilings that clients ask for, and must fit a packet.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod accounts;
mod budget;
mod close;
mod harness;
mod network;
mod open;
mod settle;
mod stake;
mod statements;
