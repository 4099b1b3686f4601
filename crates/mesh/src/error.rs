//! What can go wrong between two endpoints.

use std::io;

use hearth_protocol::frame::FrameError;

/// Binding or connecting failed.
#[derive(Debug, thiserror::Error)]
pub enum MeshError {
    /// The configured relay address is no URL.
    #[error("the relay address {url} is not valid")]
    Relay {
        /// What was configured.
        url: String,
        /// Why.
        #[source]
        source: Cause,
    },
    /// The endpoint could not be bound.
    #[error("binding the mesh endpoint")]
    Bind(#[source] Cause),
    /// The peer's id is no ed25519 key.
    #[error("the peer's id is not a valid key")]
    PeerId(#[source] Cause),
    /// Nobody with that id answers there.
    #[error("connecting to the peer")]
    Connect(#[source] Cause),
    /// The peer did not answer in time.
    #[error("the peer did not answer in time")]
    Timeout,
    /// The connection stands but no stream could be opened on it.
    #[error("opening a stream to the peer")]
    Open(#[source] Cause),
}

/// A cause from the transport.
pub(crate) type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Sending or receiving a frame failed. After any of these the stream is of no further use.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The frame is too long or does not parse.
    #[error("a bad frame")]
    Frame(#[from] FrameError),
    /// The connection broke, or the peer takes no more.
    #[error("sending to the peer")]
    Send(#[source] io::Error),
    /// The connection broke.
    #[error("receiving from the peer")]
    Receive(#[source] io::Error),
    /// The peer ended the stream inside a frame.
    #[error("the stream ended inside a frame")]
    CutShort,
}
