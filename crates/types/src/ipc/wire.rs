//! Lines of the local socket.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Command, Event, IpcError};

/// The longest line of the local socket and the largest HTTP body, bytes: a job as base64, with slack.
pub const MAX_MESSAGE_BYTES: usize = 96 * 1024 * 1024;

/// Client to engine, one line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ClientMessage {
    /// Chosen by the client; the answer repeats it.
    pub id: u64,
    /// What to do.
    pub command: Command,
}

/// Engine to client, one line. Events come to every client that has sent at least one message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServerMessage {
    /// The command worked; the value is its reply type as JSON.
    Ok {
        /// The message's id.
        id: u64,
        /// The reply.
        reply: Value,
    },
    /// It did not.
    Error {
        /// The message's id.
        id: u64,
        /// Why.
        error: IpcError,
    },
    /// Something happened.
    Event(Event),
}

/// Where the daemon of a data folder listens: a Unix socket in it, on Windows a named pipe named after it.
#[must_use]
pub fn socket_path(data_dir: &std::path::Path) -> std::path::PathBuf {
    if cfg!(windows) {
        // Pipe names are flat: spell the folder out, so that each profile has its own pipe.
        let text = data_dir.to_string_lossy();
        let name: String = text
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '-' })
            .collect();
        std::path::PathBuf::from(format!(r"\\.\pipe\hearth-{name}"))
    } else {
        data_dir.join("hearth.sock")
    }
}
