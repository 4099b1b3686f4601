//! Taking connections from strangers, each within its limits.

use std::sync::Arc;

use hearth_types::id::NodeId;
use iroh::{Endpoint, endpoint};
use tokio::{
    sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc},
    task::{JoinHandle, JoinSet},
    time::timeout,
};

use crate::{Limits, MeshStream, address::node_id};

/// A stream that a stranger opened.
#[derive(Debug)]
pub struct Incoming {
    /// Who: the handshake has proven it.
    pub remote: NodeId,
    /// Which of the configured protocols.
    pub alpn: Vec<u8>,
    /// The stream.
    pub stream: MeshStream,
}

/// Takes connections in the background.
#[derive(Debug)]
pub(crate) struct Acceptor {
    ready: Mutex<mpsc::Receiver<Incoming>>,
    task: JoinHandle<()>,
}

impl Acceptor {
    pub(crate) fn start(endpoint: Endpoint, limits: Limits) -> Self {
        let (found, ready) = mpsc::channel(1);
        Self {
            ready: Mutex::new(ready),
            task: tokio::spawn(run(endpoint, limits, found)),
        }
    }

    pub(crate) async fn next(&self) -> Option<Incoming> {
        self.ready.lock().await.recv().await
    }
}

impl Drop for Acceptor {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Runs until the endpoint closes. A handshake that takes its time holds up no other.
async fn run(endpoint: Endpoint, limits: Limits, found: mpsc::Sender<Incoming>) {
    let room = Arc::new(Semaphore::new(limits.connections));
    let mut handshakes = JoinSet::new();
    while let Some(incoming) = endpoint.accept().await {
        while handshakes.try_join_next().is_some() {}
        let Ok(permit) = Arc::clone(&room).try_acquire_owned() else {
            tracing::debug!("a mesh connection was refused: too many");
            incoming.refuse();
            continue;
        };
        let (endpoint, found) = (endpoint.clone(), found.clone());
        handshakes.spawn(async move {
            match timeout(limits.handshake, greet(endpoint, incoming, permit)).await {
                Ok(Some(incoming)) => {
                    let _ = found.send(incoming).await;
                }
                Ok(None) => {}
                Err(_) => tracing::debug!("a mesh connection was dropped: it opened no stream in time"),
            }
        });
    }
}

/// The connection and its stream; `None` when the stranger gives up or breaks the rules.
async fn greet(
    endpoint: Endpoint,
    incoming: endpoint::Incoming,
    permit: OwnedSemaphorePermit,
) -> Option<Incoming> {
    let connection = match incoming.await {
        Ok(connection) => connection,
        Err(error) => {
            tracing::debug!(%error, "a mesh handshake failed");
            return None;
        }
    };
    let (send, receive) = match connection.accept_bi().await {
        Ok(halves) => halves,
        Err(error) => {
            tracing::debug!(%error, "a mesh connection opened no stream");
            return None;
        }
    };
    Some(Incoming {
        remote: node_id(connection.remote_id()),
        alpn: connection.alpn().to_vec(),
        stream: MeshStream::new(endpoint, connection, send, receive, Some(permit)),
    })
}
