//! What the engine is given at its start.

use std::{path::PathBuf, sync::Arc};

use hearth_types::{
    ipc::{BrowserAccess, IpcError},
    network::NetworkKind,
};

/// Where the network is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkConfig {
    /// Which network; a coordinator that says otherwise is refused.
    pub kind: NetworkKind,
    /// Solana RPC, HTTP; several addresses are separated by commas.
    pub rpc_url: String,
    /// Coordinator, HTTP.
    pub coordinator_url: String,
}

/// Everything an engine needs. One data folder, one engine.
#[derive(Clone)]
pub struct EngineConfig {
    /// Keys, history, settings. Locked while the engine lives.
    pub data_dir: PathBuf,
    /// The network.
    pub network: NetworkConfig,
    /// The `hearth-runner` program: probe, benchmark, workloads.
    pub runner: PathBuf,
    /// Whether the system's keychain may be used.
    pub keychain: bool,
    /// Who hosts the engine.
    pub host: Arc<dyn Host>,
}

/// What only the engine's host can do.
pub trait Host: Send + Sync {
    /// An address and one-time code for a browser; `None` where no browser interface runs.
    fn browser_access(&self) -> Option<BrowserAccess>;

    /// Starts the daemon with the user's session, or no more.
    ///
    /// # Errors
    /// Why the system refused.
    fn set_autostart(&self, on: bool) -> Result<(), IpcError>;

    /// Ends the process in good order.
    fn quit(&self);
}
