//! The wire to the daemon, kept up as long as the window is open.

use std::time::Duration;

use hearth_types::ipc::{Command, DaemonConnection, Event, IpcError, socket_path};
use serde_json::Value;
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, timeout_at},
};

use crate::{
    daemon::{self, unreachable},
    place::Place,
    session::{self, Ask},
};

/// Questions that may wait for a connection.
const WAITING_ASKS: usize = 64;
/// The pause before the second attempt; doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// The longest pause between attempts.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What the page should hear.
#[derive(Debug)]
pub(crate) enum Notice {
    /// The engine's event.
    Event(Event),
    /// The connection changed.
    Connection(DaemonConnection),
    /// The daemon was told to quit: the app is over.
    Quit,
}

/// A handle on the wire.
#[derive(Debug)]
pub(crate) struct Link {
    asks: mpsc::Sender<Ask>,
    connection: watch::Receiver<DaemonConnection>,
}

impl Link {
    /// Starts connecting in the background.
    pub(crate) fn start(place: Place, tell: impl Fn(Notice) + Send + Sync + 'static) -> Self {
        let (asks, to_answer) = mpsc::channel(WAITING_ASKS);
        let (state, connection) = watch::channel(DaemonConnection::Connecting);
        tauri::async_runtime::spawn(keep_up(place, to_answer, state, tell));
        Self { asks, connection }
    }

    /// Asks the engine. Waits while the daemon starts.
    ///
    /// # Errors
    /// The engine's, or `engine_unreachable`.
    pub(crate) async fn ask(&self, command: Command) -> Result<Value, IpcError> {
        let (answer, answered) = oneshot::channel();
        let gone = |_| unreachable("The window is closing.");
        self.asks
            .send(Ask { command, answer })
            .await
            .map_err(|_| gone(()))?;
        answered.await.map_err(|_| gone(()))?
    }

    /// How the connection stands.
    pub(crate) fn connection(&self) -> DaemonConnection {
        self.connection.borrow().clone()
    }
}

/// Connects, runs the session, and again.
async fn keep_up(
    place: Place,
    mut asks: mpsc::Receiver<Ask>,
    state: watch::Sender<DaemonConnection>,
    tell: impl Fn(Notice) + Send + Sync + 'static,
) {
    let change = |to: DaemonConnection| {
        state.send_replace(to.clone());
        tell(Notice::Connection(to));
    };
    let mut pause = FIRST_PAUSE;
    let mut first = true;
    loop {
        match daemon::reach(&place).await {
            Ok(socket) => {
                change(DaemonConnection::Connected);
                if !first {
                    // What happened meanwhile was not heard.
                    tell(Notice::Event(Event::Lagged));
                }
                (first, pause) = (false, FIRST_PAUSE);
                session::run(socket, &mut asks, |event| tell(Notice::Event(event))).await;
                if ended_in_order(&place) {
                    tell(Notice::Quit);
                    return;
                }
                tracing::warn!("the daemon is gone; it is started again");
            }
            Err(error) => {
                tracing::warn!(%error, detail = error.detail, "the daemon cannot be reached");
                change(DaemonConnection::Unreachable { error: error.clone() });
                refuse_for(pause, &mut asks, &error).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
        change(DaemonConnection::Connecting);
    }
}

/// A daemon that was told to quit takes its socket away; one that died leaves it. A pipe tells nothing.
fn ended_in_order(place: &Place) -> bool {
    cfg!(unix) && !socket_path(&place.data_dir).exists()
}

/// Answers every question with the error until the pause is over.
async fn refuse_for(pause: Duration, asks: &mut mpsc::Receiver<Ask>, error: &IpcError) {
    let end = Instant::now() + pause;
    while let Ok(Some(ask)) = timeout_at(end, asks.recv()).await {
        let _ = ask.answer.send(Err(error.clone()));
    }
}
