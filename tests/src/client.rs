//! A client of a daemon's local socket, one JSON value a line.

use std::{collections::VecDeque, path::Path};

use hearth_types::ipc::{ClientMessage, Code, Command, Event, IpcError, Request, ServerMessage, socket_path};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::{
        UnixStream,
        unix::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::process::PATIENCE;

/// One connection.
#[derive(Debug)]
pub struct Client {
    lines: Lines<BufReader<OwnedReadHalf>>,
    sink: OwnedWriteHalf,
    next_id: u64,
    events: VecDeque<Event>,
}

fn unreachable(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::EngineUnreachable, "The daemon does not answer.").detail(cause)
}

impl Client {
    /// Connects to the daemon of a data folder.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`].
    pub async fn connect(data_dir: &Path) -> Result<Self, IpcError> {
        let socket = UnixStream::connect(socket_path(data_dir)).await;
        let (source, sink) = socket.map_err(unreachable)?.into_split();
        Ok(Self {
            lines: BufReader::new(source).lines(),
            sink,
            next_id: 0,
            events: VecDeque::new(),
        })
    }

    /// Asks and waits for the answer; events that come meanwhile are kept for [`Self::event`].
    ///
    /// # Errors
    /// The engine's error, or [`Code::EngineUnreachable`] when the connection breaks or nothing comes in time.
    pub async fn ask<R: Request>(&mut self, request: R) -> Result<R::Reply, IpcError> {
        let id = self.send(request.into()).await?;
        let answer = tokio::time::timeout(PATIENCE, self.answer(id)).await;
        serde_json::from_value(answer.map_err(unreachable)??).map_err(unreachable)
    }

    /// Sends a command without waiting for its answer.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`].
    pub async fn send(&mut self, command: Command) -> Result<u64, IpcError> {
        self.next_id += 1;
        let id = self.next_id;
        let line = serde_json::to_string(&ClientMessage { id, command }).map_err(unreachable)?;
        self.send_bytes(format!("{line}\n").as_bytes()).await?;
        Ok(id)
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`].
    pub async fn send_bytes(&mut self, bytes: &[u8]) -> Result<(), IpcError> {
        self.sink.write_all(bytes).await.map_err(unreachable)
    }

    async fn answer(&mut self, id: u64) -> Result<serde_json::Value, IpcError> {
        loop {
            match self.message().await? {
                ServerMessage::Ok { id: of, reply } if of == id => return Ok(reply),
                ServerMessage::Error { id: of, error } if of == id => return Err(error),
                ServerMessage::Event(event) => self.events.push_back(event),
                ServerMessage::Ok { .. } | ServerMessage::Error { .. } => {}
            }
        }
    }

    /// The next event.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`] when the connection breaks or nothing comes in time.
    pub async fn event(&mut self) -> Result<Event, IpcError> {
        if let Some(event) = self.events.pop_front() {
            return Ok(event);
        }
        let next = async {
            loop {
                if let ServerMessage::Event(event) = self.message().await? {
                    return Ok(event);
                }
            }
        };
        tokio::time::timeout(PATIENCE, next).await.map_err(unreachable)?
    }

    /// The next message, whatever it is.
    ///
    /// # Errors
    /// [`Code::EngineUnreachable`] when the connection breaks.
    pub async fn message(&mut self) -> Result<ServerMessage, IpcError> {
        match self.lines.next_line().await {
            Ok(Some(line)) => serde_json::from_str(&line).map_err(unreachable),
            Ok(None) => Err(unreachable("the connection was closed")),
            Err(cause) => Err(unreachable(cause)),
        }
    }
}
