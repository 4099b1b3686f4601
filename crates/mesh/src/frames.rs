//! Frames over a stream; the two halves can live in different tasks.

use std::{marker::PhantomData, sync::Arc, time::Duration};

use hearth_protocol::frame::{self, MAX_FRAME};
use hearth_types::id::NodeId;
use iroh::endpoint::{RecvStream, SendStream, VarInt};
use serde::{Serialize, de::DeserializeOwned};
use tokio::time::timeout;

use crate::{StreamError, address::node_id, stream::Link};

/// Bytes before each frame.
const PREFIX: usize = 4;
/// The most that is read at once, bytes.
const READ_AT_ONCE: usize = 64 * 1024;
/// How long a closing stream waits for the peer to take what was sent.
const DELIVERY_TIME: Duration = Duration::from_secs(5);

/// Frames both ways.
#[derive(Debug)]
pub struct FrameStream<Out, In> {
    pub(crate) sender: FrameSender<Out>,
    pub(crate) receiver: FrameReceiver<In>,
}

impl<Out: Serialize, In: DeserializeOwned> FrameStream<Out, In> {
    /// Who is on the other side, proven by the handshake.
    #[must_use]
    pub fn remote(&self) -> NodeId {
        node_id(self.sender.link.connection.remote_id())
    }

    /// Sends a frame of at most [`MAX_FRAME`] bytes; see [`FrameSender::send_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn send(&mut self, message: &Out) -> Result<(), StreamError> {
        self.sender.send(message).await
    }

    /// Sends a frame of at most `limit` bytes; see [`FrameSender::send_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn send_within(&mut self, message: &Out, limit: usize) -> Result<(), StreamError> {
        self.sender.send_within(message, limit).await
    }

    /// The next frame; see [`FrameReceiver::recv_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn recv(&mut self) -> Result<Option<In>, StreamError> {
        self.receiver.recv().await
    }

    /// The next frame; see [`FrameReceiver::recv_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn recv_within(&mut self, limit: usize) -> Result<Option<In>, StreamError> {
        self.receiver.recv_within(limit).await
    }

    /// The two halves, for two tasks. The connection ends when both are gone.
    #[must_use]
    pub fn split(self) -> (FrameSender<Out>, FrameReceiver<In>) {
        (self.sender, self.receiver)
    }

    /// Waits until the peer has what was sent (at most five seconds), then ends the connection.
    pub async fn close(self) {
        self.sender.finish().await;
    }
}

/// The sending half.
#[derive(Debug)]
pub struct FrameSender<Message> {
    link: Arc<Link>,
    stream: SendStream,
    message: PhantomData<fn(Message)>,
}

impl<Message: Serialize> FrameSender<Message> {
    pub(crate) fn new(link: Arc<Link>, stream: SendStream) -> Self {
        Self {
            link,
            stream,
            message: PhantomData,
        }
    }

    /// Sends a frame of at most [`MAX_FRAME`] bytes; see [`FrameSender::send_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn send(&mut self, message: &Message) -> Result<(), StreamError> {
        self.send_within(message, MAX_FRAME).await
    }

    /// Sends a frame; waits while the peer reads slowly. A cancelled send may leave half a frame on the stream:
    /// drop the sender then.
    ///
    /// # Errors
    /// [`StreamError::Frame`] for a frame longer than `limit` bytes (nothing is sent), [`StreamError::Send`].
    pub async fn send_within(&mut self, message: &Message, limit: usize) -> Result<(), StreamError> {
        let bytes = frame::encode(message, limit)?;
        self.stream
            .write_all(&bytes)
            .await
            .map_err(|error| StreamError::Send(error.into()))
    }

    /// Ends this direction and waits until the peer has all of it, at most five seconds.
    pub async fn finish(mut self) {
        if self.stream.finish().is_ok() {
            let _ = timeout(DELIVERY_TIME, self.stream.stopped()).await;
        }
    }
}

/// The receiving half.
#[derive(Debug)]
pub struct FrameReceiver<Message> {
    _link: Arc<Link>,
    stream: RecvStream,
    /// Bytes that have come and are no whole frame yet. Grows with what arrives, never by what a prefix promises.
    pending: Vec<u8>,
    message: PhantomData<fn() -> Message>,
}

impl<Message: DeserializeOwned> FrameReceiver<Message> {
    pub(crate) fn new(link: Arc<Link>, stream: RecvStream) -> Self {
        Self {
            _link: link,
            stream,
            pending: Vec::new(),
            message: PhantomData,
        }
    }

    /// The next frame of at most [`MAX_FRAME`] bytes; see [`FrameReceiver::recv_within`].
    ///
    /// # Errors
    /// [`StreamError`].
    pub async fn recv(&mut self) -> Result<Option<Message>, StreamError> {
        self.recv_within(MAX_FRAME).await
    }

    /// The next frame; `None` when the peer has ended the stream after a whole frame. May be cancelled: what has
    /// come stays for the next call.
    ///
    /// # Errors
    /// [`StreamError::Frame`] for a frame longer than `limit` bytes or one that does not parse,
    /// [`StreamError::CutShort`], [`StreamError::Receive`].
    pub async fn recv_within(&mut self, limit: usize) -> Result<Option<Message>, StreamError> {
        let received = self.read_frame(limit).await;
        if received.is_err() {
            // Nobody reads on: the peer's sends fail instead of waiting for room.
            let _ = self.stream.stop(VarInt::from_u32(1));
        }
        received
    }

    async fn read_frame(&mut self, limit: usize) -> Result<Option<Message>, StreamError> {
        loop {
            let missing = match self.pending.first_chunk::<PREFIX>() {
                None => PREFIX - self.pending.len(),
                Some(prefix) => {
                    let end = PREFIX + frame::length(*prefix, limit)?;
                    if let Some(body) = self.pending.get(PREFIX..end) {
                        let message = frame::decode(body)?;
                        // Never read past a frame's end, so nothing is left over; a long one gives its memory back.
                        self.pending = Vec::new();
                        return Ok(Some(message));
                    }
                    end - self.pending.len()
                }
            };
            match self.stream.read_chunk(missing.min(READ_AT_ONCE)).await {
                Ok(Some(bytes)) => self.pending.extend_from_slice(&bytes),
                Ok(None) if self.pending.is_empty() => return Ok(None),
                Ok(None) => return Err(StreamError::CutShort),
                Err(error) => return Err(StreamError::Receive(error.into())),
            }
        }
    }
}
