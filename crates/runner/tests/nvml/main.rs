//! NVIDIA cards through the real wrapper and a scripted stand-in for NVIDIA's library, in the probe's own process.

#![cfg(target_os = "linux")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::float_cmp,
    reason = "tests; figures are read, not computed"
)]

mod cards;
mod changing;
mod machine;
