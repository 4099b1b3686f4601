//! Detection from folders as real machines show them.

#![expect(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "tests; figures are read, not computed"
)]

mod damage;
mod machines;
mod merging;
mod running;
mod snapshots;
mod support;
