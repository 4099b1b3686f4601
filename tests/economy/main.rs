//! The economy against a second implementation: plain, slow, in exact fractions of unbounded size.
//!
//! It follows the rules as they are written, one after the other, and rounds only where they say so. Everything that
//! `hearth-economy` settles must come out the same to the base unit.
#![expect(clippy::unwrap_used, reason = "tests")]

mod emission;
mod merkle;
mod plain;
// The networks are the economy's own tests'.
#[path = "../../crates/economy/tests/it/random.rs"]
mod random;
mod settlement;
