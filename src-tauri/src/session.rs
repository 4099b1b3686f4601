//! One connection to the daemon: questions out, answers and events in.

use std::collections::HashMap;

use futures::{SinkExt as _, StreamExt as _};
use hearth_types::ipc::{ClientMessage, Command, Event, IpcError, MAX_MESSAGE_BYTES, ServerMessage};
use serde_json::Value;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{mpsc, oneshot},
};
use tokio_util::codec::{Framed, LinesCodec};

use crate::daemon::unreachable;

/// A question of the page.
#[derive(Debug)]
pub(crate) struct Ask {
    /// What.
    pub(crate) command: Command,
    /// Where the answer goes.
    pub(crate) answer: oneshot::Sender<Result<Value, IpcError>>,
}

/// Runs until the connection breaks. Questions without an answer by then get an error.
pub(crate) async fn run<S: AsyncRead + AsyncWrite + Unpin>(
    socket: S,
    asks: &mut mpsc::Receiver<Ask>,
    on_event: impl Fn(Event),
) {
    let mut lines = Framed::new(socket, LinesCodec::new_with_max_length(MAX_MESSAGE_BYTES));
    let mut waiting: HashMap<u64, oneshot::Sender<Result<Value, IpcError>>> = HashMap::new();
    let mut id = 0;
    loop {
        tokio::select! {
            ask = asks.recv() => {
                let Some(Ask { command, answer }) = ask else { break };
                id += 1;
                waiting.insert(id, answer);
                let Ok(line) = serde_json::to_string(&ClientMessage { id, command }) else { break };
                if lines.send(line).await.is_err() {
                    break;
                }
            }
            line = lines.next() => {
                let Some(Ok(line)) = line else { break };
                match serde_json::from_str(&line) {
                    Ok(ServerMessage::Ok { id, reply }) => answer(&mut waiting, id, Ok(reply)),
                    Ok(ServerMessage::Error { id, error }) => answer(&mut waiting, id, Err(error)),
                    Ok(ServerMessage::Event(event)) => on_event(event),
                    Err(error) => tracing::warn!(%error, "a message of the daemon does not parse"),
                }
            }
        }
    }
    for (_, answer) in waiting {
        let _ = answer.send(Err(unreachable("The connection to the Hearth daemon broke.")));
    }
}

fn answer(
    waiting: &mut HashMap<u64, oneshot::Sender<Result<Value, IpcError>>>,
    id: u64,
    result: Result<Value, IpcError>,
) {
    if let Some(answer) = waiting.remove(&id) {
        // A page that was reloaded no longer waits.
        let _ = answer.send(result);
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::ipc::{Code, GetStatus, ListOffers};
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    use super::*;

    fn ask(command: impl Into<Command>) -> (Ask, oneshot::Receiver<Result<Value, IpcError>>) {
        let (answer, answered) = oneshot::channel();
        (
            Ask {
                command: command.into(),
                answer,
            },
            answered,
        )
    }

    #[tokio::test]
    async fn answers_find_their_questions_in_any_order_and_events_pass() {
        let (here, there) = tokio::io::duplex(4096);
        let (send, mut asks) = mpsc::channel(8);
        let (events, mut seen) = mpsc::unbounded_channel();
        let session = tokio::spawn(async move {
            run(here, &mut asks, |event| events.send(event).unwrap()).await;
        });
        let (first, first_answer) = ask(GetStatus {});
        let (second, second_answer) = ask(ListOffers {
            need: hearth_types::requirement::Requirement::default(),
        });
        send.send(first).await.unwrap();
        send.send(second).await.unwrap();

        let mut daemon = BufReader::new(there);
        for expected in ["get_status", "list_offers"] {
            let mut line = String::new();
            daemon.read_line(&mut line).await.unwrap();
            assert!(line.contains(expected), "{line}");
        }
        let lines = [
            r#"{"event":{"event":"lagged"}}"#,
            "no json",
            r#"{"ok":{"id":2,"reply":[]}}"#,
            r#"{"error":{"id":1,"error":{"code":"internal","message":"m","mend":null,"detail":null}}}"#,
        ];
        daemon
            .write_all(format!("{}\n", lines.join("\n")).as_bytes())
            .await
            .unwrap();
        assert_eq!(second_answer.await.unwrap(), Ok(Value::Array(Vec::new())));
        assert_eq!(first_answer.await.unwrap().unwrap_err().code, Code::Internal);
        assert_eq!(seen.recv().await, Some(Event::Lagged));

        let (third, third_answer) = ask(GetStatus {});
        send.send(third).await.unwrap();
        daemon.read_line(&mut String::new()).await.unwrap();
        drop(daemon);
        assert_eq!(
            third_answer.await.unwrap().unwrap_err().code,
            Code::EngineUnreachable
        );
        session.await.unwrap();
    }
}
