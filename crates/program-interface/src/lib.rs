//! The on-chain program as bytes: what an instruction, an account, an error, an event and a signed message
//! look like, and the arithmetic that both sides must agree on.
//!
//! The program and its clients share this crate, so a layout is written down once. It is `no_std`, has no
//! dependency and knows nothing else of ours; addresses are plain `[u8; 32]`. It never assumes which address
//! the program has: messages carry it, the program uses the one it runs under.
//!
//! Integers are little-endian. Times are Unix seconds of the chain's clock, amounts are base units (10⁻⁸ IO).
//!
//! Growing: a new instruction, account, event or error takes the next free number; a number is never reused. A
//! changed account gets a new version byte.
#![no_std]

mod layout;

pub mod account;
pub mod compute_units;
pub mod emission;
pub mod error;
pub mod event;
pub mod instruction;
pub mod math;
pub mod merkle;
pub mod message;
pub mod params;
pub mod precompile;
pub mod seeds;

pub use message::{Bytes32, NetworkTag};

/// Secret half of the practice network's program address. Public on purpose: whoever starts a practice network
/// signs its [`instruction::InitNetwork`] with it, at genesis. Never use it for a program on a shared network.
pub const PRACTICE_PROGRAM_SECRET: [u8; 32] = *b"hearth practice network program.";

/// Address of the program on practice networks: the ed25519 public key of [`PRACTICE_PROGRAM_SECRET`].
pub const PRACTICE_PROGRAM_ID: Bytes32 = [
    208, 154, 122, 142, 203, 89, 191, 212, 247, 47, 12, 42, 88, 122, 115, 113, 66, 103, 62, 142, 116, 103,
    88, 234, 32, 103, 180, 45, 116, 64, 255, 109,
];
