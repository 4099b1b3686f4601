//! Starts, limits, meters and kills one workload through `hearth-runner`.
//!
//! On Linux the runner lives in a bubblewrap sandbox: namespaces of its own, no network, no capability, an almost
//! empty read-only file system, and the device nodes of its lease. Limits come from a control group where one can be
//! had and from resource limits with a watchdog where not; [`SandboxHost::check`] says which, and what is missing.
//!
//! The crate knows neither market nor chain, and no GPU driver ever loads through it.

mod error;
#[cfg(target_os = "linux")]
mod linux;
mod outcome;

pub use error::SandboxError;
pub use hearth_protocol::runner::{FailureCode, Stream, WorkEvent};
#[cfg(target_os = "linux")]
pub use linux::{Handle, Running, SandboxHost, SandboxSpec};
pub use outcome::{Ended, Outcome};
