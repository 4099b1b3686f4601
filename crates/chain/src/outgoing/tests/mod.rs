//! The state machine against chains that fork and servers that lag, prune, glitch and lie.

mod cluster;
mod decision;
mod steps;
