//! The economy's rules over random networks and price paths.
#![expect(clippy::unwrap_used, reason = "tests")]

mod claims;
mod gaming;
mod invariants;
mod random;
mod reports;
