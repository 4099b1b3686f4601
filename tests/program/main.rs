//! The on-chain program, as built, in the SVM with the real token program and the real ed25519 precompile.
//!
//! After every transaction, taken or refused, `harness::World` checks that no IO came or went, that the stake
//! vault holds what the devices say, and that each escrow holds what its lease says. Every transaction is sent
//! with compute budget instructions, under the ceilings that clients ask for, and must fit a packet.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod accounts;
mod attacks;
mod authority;
mod budget;
mod close;
mod co_stake;
mod devices;
mod harness;
mod machine;
mod network;
mod open;
mod rewards;
mod settle;
mod slash;
mod slash_end;
mod stake;
mod statements;
mod top_up;
mod usdc;
