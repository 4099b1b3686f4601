//! What the window tells its page.

use serde::{Deserialize, Serialize};

use super::IpcError;

/// How the window's connection to the daemon stands: `hearth-connection`, from the window to its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DaemonConnection {
    /// Looking for the daemon, or starting it.
    Connecting,
    /// It answers.
    Connected,
    /// It cannot be reached; the next attempt comes by itself.
    Unreachable {
        /// Why.
        error: IpcError,
    },
}

/// What became of a file that the page handed over: `hearth-saved`, from the window to its page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileSaved {
    /// Where it lies; `None` when it could not be written.
    pub path: Option<String>,
}
