//! The sandbox on Linux: bubblewrap, a system call filter, control groups or a watchdog.

mod bubblewrap;
mod cgroup;
mod check;
mod devices;
mod filter;
mod processes;
mod running;
mod scope;
mod start;
mod supervise;
mod watchdog;

pub use check::SandboxHost;
pub use running::{Handle, Running};
pub use start::SandboxSpec;
