//! The GPUs of this machine: which there are, how fast they are, and how a kernel runs on one.
//!
//! Three sources each see a part of the truth: NVIDIA's management library, the kernel's `/sys/class/drm` and the
//! adapters of wgpu. [`detect()`] merges them into one list without duplicates, and [`snapshot`] records what the kernel
//! shows as a folder that can be looked at elsewhere. [`benchmark`] and [`compute`] open one adapter of that list.
//!
//! GPU drivers load into the process that calls this crate and may crash or hang it, so only `hearth-runner` does.
//! The crate knows neither the user interface nor the store nor policy.

mod adapter;
pub mod benchmark;
pub mod compute;
pub mod detect;
mod gpu;
pub mod snapshot;

pub use detect::detect;
