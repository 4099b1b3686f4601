//! The command line's commands, one a file.

pub(crate) mod audit;
pub(crate) mod bench;
pub(crate) mod demo;
pub(crate) mod devices;
pub(crate) mod economy;
pub(crate) mod history;
pub(crate) mod lease;
pub(crate) mod practice;
mod review;
mod runner;
mod secret;
pub(crate) mod snapshot;
pub(crate) mod stake;
pub(crate) mod wallet;

/// Runs a command's asynchronous part on this thread.
fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(work)
}
