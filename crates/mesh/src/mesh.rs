//! One endpoint of the mesh.

use hearth_protocol::coordinator::MeshAddress;
use hearth_types::id::NodeId;
use iroh::{
    Endpoint, RelayMode, SecretKey,
    endpoint::{QuicTransportConfig, VarInt, presets},
};
use tokio::time::timeout;

use crate::{
    Incoming, Limits, MeshConfig, MeshError, MeshStream,
    accept::Acceptor,
    address::{node_id, of_endpoint, parse_relay, to_iroh},
};

/// What a stream may send ahead of its reader, bytes. Frames longer than this arrive in parts.
const STREAM_WINDOW: u32 = 1024 * 1024;
/// The same for the whole connection. Wider than its one stream: a writer that waits for the connection's window
/// would not hear that its reader has gone.
const CONNECTION_WINDOW: u32 = 2 * STREAM_WINDOW;

/// One endpoint of the mesh. Bound from [`Mesh::bind`] to [`Mesh::shutdown`].
#[derive(Debug)]
pub struct Mesh {
    endpoint: Endpoint,
    acceptor: Acceptor,
    limits: Limits,
    loopback_only: bool,
}

impl Mesh {
    /// Binds a free UDP port and takes connections from now on; hand them out with [`Mesh::accept`].
    ///
    /// # Errors
    /// [`MeshError::Relay`] and [`MeshError::Bind`].
    pub async fn bind(config: MeshConfig) -> Result<Self, MeshError> {
        let MeshConfig {
            secret_key,
            alpns,
            relay,
            loopback_only,
            limits,
        } = config;
        let relay = relay.as_deref().map(parse_relay).transpose()?;
        let mut builder = Endpoint::builder(presets::Minimal)
            .secret_key(SecretKey::from_bytes(&secret_key))
            .alpns(alpns)
            .transport_config(transport(&limits)?)
            .relay_mode(relay.map_or(RelayMode::Disabled, |url| RelayMode::custom([url])));
        if loopback_only {
            builder = builder
                .clear_ip_transports()
                .bind_addr("127.0.0.1:0")
                .map_err(|e| MeshError::Bind(Box::new(e)))?;
        }
        let endpoint = builder.bind().await.map_err(|e| MeshError::Bind(Box::new(e)))?;
        let acceptor = Acceptor::start(endpoint.clone(), limits);
        Ok(Self {
            endpoint,
            acceptor,
            limits,
            loopback_only,
        })
    }

    /// This endpoint's id.
    #[must_use]
    pub fn id(&self) -> NodeId {
        node_id(self.endpoint.id())
    }

    /// Where this endpoint can be reached now. Changes with the machine's network; ask again before publishing.
    #[must_use]
    pub fn address(&self) -> MeshAddress {
        of_endpoint(&self.endpoint, self.loopback_only)
    }

    /// Connects and opens a stream. The peer sees it with its first frame, so the side that connects speaks first.
    ///
    /// # Errors
    /// [`MeshError::Timeout`] after [`Limits::handshake`], [`MeshError::Connect`], [`MeshError::Open`], and
    /// [`MeshError::PeerId`] or [`MeshError::Relay`] for an address that can never work.
    pub async fn connect(&self, address: &MeshAddress, alpn: &[u8]) -> Result<MeshStream, MeshError> {
        let to = to_iroh(address)?;
        let connecting = async {
            let connection = self
                .endpoint
                .connect(to, alpn)
                .await
                .map_err(|e| MeshError::Connect(Box::new(e)))?;
            let (send, receive) = connection
                .open_bi()
                .await
                .map_err(|e| MeshError::Open(Box::new(e)))?;
            Ok(MeshStream::new(
                self.endpoint.clone(),
                connection,
                send,
                receive,
                None,
            ))
        };
        timeout(self.limits.handshake, connecting)
            .await
            .map_err(|_| MeshError::Timeout)?
    }

    /// The next stream that a stranger opened; `None` after [`Mesh::shutdown`]. May be cancelled.
    pub async fn accept(&self) -> Option<Incoming> {
        self.acceptor.next().await
    }

    /// Ends every connection, tells the peers so, and frees the port. Streams outlive a `Mesh` that is only dropped.
    pub async fn shutdown(&self) {
        self.endpoint.close().await;
    }
}

/// How connections behave on the wire.
fn transport(limits: &Limits) -> Result<QuicTransportConfig, MeshError> {
    let idle = limits.idle.try_into().map_err(|e| MeshError::Bind(Box::new(e)))?;
    Ok(QuicTransportConfig::builder()
        .max_concurrent_bidi_streams(VarInt::from_u32(1))
        .max_concurrent_uni_streams(VarInt::from_u32(0))
        .datagram_receive_buffer_size(None)
        .stream_receive_window(VarInt::from_u32(STREAM_WINDOW))
        .receive_window(VarInt::from_u32(CONNECTION_WINDOW))
        .send_window(u64::from(CONNECTION_WINDOW))
        .max_idle_timeout(Some(idle))
        .keep_alive_interval(limits.keep_alive)
        .build())
}
