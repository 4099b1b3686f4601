//! One stream between two endpoints, before it is known what is spoken on it.

use std::sync::Arc;

use hearth_types::id::NodeId;
use iroh::{
    Endpoint,
    endpoint::{Connection, RecvStream, SendStream},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::sync::OwnedSemaphorePermit;

use crate::{FrameReceiver, FrameSender, FrameStream, address::node_id};

/// One stream and the connection it has for itself. Dropped, the connection ends without delivering what is still
/// under way; [`FrameStream::close`] delivers first.
#[derive(Debug)]
pub struct MeshStream {
    link: Arc<Link>,
    send: SendStream,
    receive: RecvStream,
}

/// What both halves of a stream keep alive: the connection and its place among the allowed ones.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) connection: Connection,
    /// Without its endpoint a connection would neither move nor fail.
    _endpoint: Endpoint,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Link {
    fn drop(&mut self) {
        self.connection.close(0_u32.into(), b"");
    }
}

impl MeshStream {
    pub(crate) fn new(
        endpoint: Endpoint,
        connection: Connection,
        send: SendStream,
        receive: RecvStream,
        permit: Option<OwnedSemaphorePermit>,
    ) -> Self {
        Self {
            link: Arc::new(Link {
                connection,
                _endpoint: endpoint,
                _permit: permit,
            }),
            send,
            receive,
        }
    }

    /// Who is on the other side, proven by the handshake.
    #[must_use]
    pub fn remote(&self) -> NodeId {
        node_id(self.link.connection.remote_id())
    }

    /// Speaks frames on it: `Out` to the peer, `In` from it.
    #[must_use]
    pub fn frames<Out: Serialize, In: DeserializeOwned>(self) -> FrameStream<Out, In> {
        let Self { link, send, receive } = self;
        FrameStream {
            sender: FrameSender::new(Arc::clone(&link), send),
            receiver: FrameReceiver::new(link, receive),
        }
    }
}
