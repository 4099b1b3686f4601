//! A client of a running daemon over its local socket.

use std::path::Path;

use futures::{SinkExt as _, StreamExt as _};
use hearth_types::ipc::{ClientMessage, Code, Event, IpcError, MAX_MESSAGE_BYTES, Request, ServerMessage};
use tokio_util::codec::{Framed, LinesCodec};

#[cfg(unix)]
type Socket = tokio::net::UnixStream;
#[cfg(windows)]
type Socket = tokio::net::windows::named_pipe::NamedPipeClient;

/// One connection; requests are answered one after the other.
pub(crate) struct Client {
    lines: Framed<Socket, LinesCodec>,
    next_id: u64,
    events: std::collections::VecDeque<Event>,
}

fn unreachable(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::EngineUnreachable, "The Hearth daemon does not answer.")
        .mend("Start it with “hearth daemon”.")
        .detail(cause)
}

impl Client {
    /// Connects to the daemon of a data folder.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`].
    pub(crate) async fn connect(data_dir: &Path) -> Result<Self, IpcError> {
        let path = hearth_types::ipc::socket_path(data_dir);
        #[cfg(unix)]
        let socket = Socket::connect(&path).await.map_err(unreachable)?;
        #[cfg(windows)]
        let socket = tokio::net::windows::named_pipe::ClientOptions::new()
            .open(&path)
            .map_err(unreachable)?;
        let lines = Framed::new(socket, LinesCodec::new_with_max_length(MAX_MESSAGE_BYTES));
        Ok(Self {
            lines,
            next_id: 0,
            events: std::collections::VecDeque::new(),
        })
    }

    /// Asks and waits for the answer; events that come meanwhile are kept for [`Self::event`].
    ///
    /// # Errors
    /// The engine's error, or [`Code::EngineUnreachable`] when the connection breaks.
    pub(crate) async fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, IpcError> {
        self.next_id += 1;
        let message = ClientMessage {
            id: self.next_id,
            command: request.into(),
        };
        self.lines
            .send(serde_json::to_string(&message).map_err(unreachable)?)
            .await
            .map_err(unreachable)?;
        loop {
            match self.read().await? {
                ServerMessage::Ok { id, reply } if id == self.next_id => {
                    return serde_json::from_value(reply).map_err(unreachable);
                }
                ServerMessage::Error { id, error } if id == self.next_id => return Err(error),
                ServerMessage::Event(event) => self.events.push_back(event),
                ServerMessage::Ok { .. } | ServerMessage::Error { .. } => {}
            }
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`] when the connection breaks.
    pub(crate) async fn event(&mut self) -> Result<Event, IpcError> {
        loop {
            if let Some(event) = self.events.pop_front() {
                return Ok(event);
            }
            if let ServerMessage::Event(event) = self.read().await? {
                self.events.push_back(event);
            }
        }
    }

    async fn read(&mut self) -> Result<ServerMessage, IpcError> {
        match self.lines.next().await {
            Some(Ok(line)) => serde_json::from_str(&line).map_err(unreachable),
            Some(Err(error)) => Err(unreachable(error)),
            None => Err(unreachable("the connection was closed")),
        }
    }
}
