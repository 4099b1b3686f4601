//! Reaching the daemon: its local socket, and starting it when nobody listens there.

use std::{fs, path::Path, process::Stdio, time::Duration};

use hearth_types::ipc::{Code, IpcError, socket_path};
use tokio::{
    process::{Child, Command},
    time::{Instant, sleep},
};

use crate::place::Place;

/// The local socket.
#[cfg(unix)]
pub(crate) type Socket = tokio::net::UnixStream;
/// The local socket.
#[cfg(windows)]
pub(crate) type Socket = tokio::net::windows::named_pipe::NamedPipeClient;

/// How long a starting daemon may take; the practice network starts with it.
const START_TIME: Duration = Duration::from_secs(90);
/// How often a starting daemon is looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// What a daemon that fails to start says last, bytes.
const LAST_WORDS: usize = 4096;

/// Connects; starts the daemon first when nobody listens.
///
/// # Errors
/// [`Code::EngineUnreachable`], with what the daemon said when it could not start.
pub(crate) async fn reach(place: &Place) -> Result<Socket, IpcError> {
    if let Ok(socket) = connect(&place.data_dir).await {
        return Ok(socket);
    }
    let log = place.data_dir.join("daemon-start.log");
    let mut daemon = start(place, &log)?;
    let deadline = Instant::now() + START_TIME;
    loop {
        if let Ok(socket) = connect(&place.data_dir).await {
            return Ok(socket);
        }
        if let Ok(Some(status)) = daemon.try_wait() {
            // It may have found that another one was faster.
            if let Ok(socket) = connect(&place.data_dir).await {
                return Ok(socket);
            }
            let error = unreachable("The Hearth daemon could not start.");
            return Err(error.detail(format!("{status}\n{}", last_words(&log))));
        }
        if Instant::now() > deadline {
            return Err(
                unreachable("The Hearth daemon started but does not answer.").detail(last_words(&log))
            );
        }
        sleep(LOOK_EVERY).await;
    }
}

/// An error that says what to do.
pub(crate) fn unreachable(message: &str) -> IpcError {
    IpcError::new(Code::EngineUnreachable, message)
        .mend("Nothing is lost: keys, money and history are on disk. Close this window and open it again.")
}

async fn connect(data_dir: &Path) -> std::io::Result<Socket> {
    let path = socket_path(data_dir);
    #[cfg(unix)]
    return Socket::connect(path).await;
    #[cfg(windows)]
    return tokio::net::windows::named_pipe::ClientOptions::new().open(path);
}

/// Starts the daemon as a process of its own, which goes on when this one ends.
fn start(place: &Place, log: &Path) -> Result<Child, IpcError> {
    let failed = |cause: std::io::Error| {
        IpcError::new(Code::EngineUnreachable, "The Hearth daemon cannot be started.")
            .mend("Check that the installation is complete and the data folder can be written to.")
            .detail(format!("{}: {cause}", place.daemon.display()))
    };
    private_folder(&place.data_dir).map_err(failed)?;
    let log = fs::File::create(log).map_err(failed)?;
    let mut command = Command::new(&place.daemon);
    command.arg("--data-dir").arg(&place.data_dir).arg("daemon");
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    // A terminal's Ctrl+C is for this window only.
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(windows)]
    command.creation_flags(0x0000_0008 | 0x0000_0200);
    command.spawn().map_err(failed)
}

/// The data folder holds keys: nobody else looks in.
fn private_folder(path: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// The end of what the daemon printed.
fn last_words(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let tail = text
        .get(text.len().saturating_sub(LAST_WORDS)..)
        .unwrap_or_default();
    String::from_utf8_lossy(tail).trim().to_owned()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[expect(clippy::unwrap_used, reason = "tests fail by panicking")]
    fn place(folder: &Path, script: &str) -> Place {
        let daemon = folder.join("hearth");
        fs::write(&daemon, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&daemon, fs::Permissions::from_mode(0o755)).unwrap();
        Place::of(folder.join("data"), daemon)
    }

    #[tokio::test]
    async fn a_daemon_that_fails_to_start_is_quoted() {
        let folder = tempfile::tempdir().unwrap();
        let error = reach(&place(folder.path(), "echo the port is taken >&2; exit 3"))
            .await
            .unwrap_err();
        assert_eq!(error.code, Code::EngineUnreachable);
        assert!(error.detail.unwrap().contains("the port is taken"));
    }

    #[tokio::test]
    async fn a_missing_daemon_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::of(folder.path().join("data"), folder.path().join("nothing"));
        let error = reach(&place).await.unwrap_err();
        assert!(error.detail.unwrap().contains("nothing"));
    }

    #[tokio::test]
    async fn a_running_daemon_is_not_started_again() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(folder.path(), "touch \"$2/started\"");
        private_folder(&place.data_dir).unwrap();
        let _listener = tokio::net::UnixListener::bind(socket_path(&place.data_dir)).unwrap();
        reach(&place).await.unwrap();
        assert!(!place.data_dir.join("started").exists());
    }
}
