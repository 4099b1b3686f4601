//! The economy's rules over random networks and price paths.

mod claims;
mod gaming;
mod invariants;
mod random;
mod reports;
