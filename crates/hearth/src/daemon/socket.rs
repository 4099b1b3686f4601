//! The local socket: window and command line. Only this user's processes may connect.

use std::path::{Path, PathBuf};

use futures::{SinkExt as _, StreamExt as _};
use hearth_engine::Engine;
use hearth_types::ipc::{
    ClientMessage, Code, Event, IpcError, MAX_MESSAGE_BYTES, ServerMessage, socket_path,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{broadcast, mpsc},
    task::JoinHandle,
};
use tokio_util::codec::{Framed, LinesCodec};

/// The listening socket.
pub(super) struct Server {
    task: JoinHandle<()>,
    path: PathBuf,
}

impl Server {
    /// Listens in the data folder. The engine holds the folder's lock, so a socket file found here is a dead one.
    ///
    /// # Errors
    /// [`Code::PortInUse`] when the socket cannot be made.
    #[cfg(unix)]
    pub(super) fn start(engine: Engine, data_dir: &Path) -> Result<Self, IpcError> {
        use std::os::unix::fs::PermissionsExt as _;
        let path = socket_path(data_dir);
        let _ = std::fs::remove_file(&path);
        let failed = |cause: std::io::Error| {
            IpcError::new(Code::PortInUse, "The local socket could not be opened.")
                .mend("Check that the data folder is writable and its path shorter than 100 characters.")
                .detail(cause)
        };
        let listener = tokio::net::UnixListener::bind(&path).map_err(failed)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
        let task = tokio::spawn(async move {
            loop {
                let Ok((stream, _)) = listener.accept().await else {
                    // Out of file descriptors, mostly: spinning would not make more.
                    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
                    continue;
                };
                let own = nix::unistd::geteuid().as_raw();
                match stream.peer_cred() {
                    Ok(peer) if peer.uid() == own || peer.uid() == 0 => {
                        tokio::spawn(serve(engine.clone(), stream));
                    }
                    Ok(_) | Err(_) => tracing::warn!("a local connection by another user was refused"),
                }
            }
        });
        Ok(Self { task, path })
    }

    /// Listens on a named pipe that only this user may open (the default of a pipe without remote clients).
    ///
    /// # Errors
    /// [`Code::PortInUse`] when the pipe exists already.
    #[cfg(windows)]
    pub(super) fn start(engine: Engine, data_dir: &Path) -> Result<Self, IpcError> {
        use tokio::net::windows::named_pipe::ServerOptions;
        let path = socket_path(data_dir);
        let mut options = ServerOptions::new();
        options.reject_remote_clients(true);
        let first = options.clone().first_pipe_instance(true).create(&path);
        let mut pipe = first.map_err(|cause| {
            IpcError::new(Code::PortInUse, "Another daemon runs in this data folder.").detail(cause)
        })?;
        let name = path.clone();
        let task = tokio::spawn(async move {
            loop {
                if pipe.connect().await.is_err() {
                    continue;
                }
                let Ok(next) = options.create(&name) else { return };
                tokio::spawn(serve(engine.clone(), std::mem::replace(&mut pipe, next)));
            }
        });
        Ok(Self { task, path })
    }

    /// Closes the door.
    pub(super) async fn stop(self) {
        self.task.abort();
        let _ = self.task.await;
        let _ = std::fs::remove_file(&self.path);
    }
}

/// One client: commands run side by side, so a long one does not hold up a short one.
async fn serve<S: AsyncRead + AsyncWrite + Send + 'static>(engine: Engine, stream: S) {
    let lines = Framed::new(stream, LinesCodec::new_with_max_length(MAX_MESSAGE_BYTES));
    let (mut sink, mut source) = lines.split();
    let (answers, mut to_send) = mpsc::channel::<ServerMessage>(64);
    let mut events = engine.events();
    let writer = tokio::spawn(async move {
        loop {
            let message = tokio::select! {
                answer = to_send.recv() => match answer {
                    Some(answer) => answer,
                    None => return,
                },
                event = events.recv() => match event {
                    Ok(event) => ServerMessage::Event(event),
                    Err(broadcast::error::RecvError::Lagged(_)) => ServerMessage::Event(Event::Lagged),
                    Err(broadcast::error::RecvError::Closed) => return,
                },
            };
            let Ok(line) = serde_json::to_string(&message) else {
                continue;
            };
            if sink.send(line).await.is_err() {
                return;
            }
        }
    });
    while let Some(Ok(line)) = source.next().await {
        let message = match serde_json::from_str::<ClientMessage>(&line) {
            Ok(message) => message,
            Err(cause) => {
                let error = super::no_command(cause);
                if answers.send(ServerMessage::Error { id: 0, error }).await.is_err() {
                    break;
                }
                continue;
            }
        };
        let (engine, answers) = (engine.clone(), answers.clone());
        tokio::spawn(async move {
            let id = message.id;
            let answer = match engine.handle(message.command).await {
                Ok(reply) => ServerMessage::Ok { id, reply },
                Err(error) => ServerMessage::Error { id, error },
            };
            let _ = answers.send(answer).await;
        });
    }
    drop(answers);
    writer.abort();
}
