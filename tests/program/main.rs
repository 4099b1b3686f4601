//! The on-chain program, as built, in the SVM with the real token program and the real ed25519 precompile.
//!
//! After every transaction, taken or refused, `harness::checks` looks at every account: no token came or went, each
//! vault and escrow holds what the accounts say, nothing is settled, claimed or drawn beyond its bound. Every
//! transaction is sent with compute budget instructions and must fit a packet; `budget` sends each instruction under
//! exactly the ceiling that clients ask for.
//!
//! `attacks` are refusals by name, `machine` is everything at random.
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
