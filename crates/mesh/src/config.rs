//! What an endpoint is told at its start.

use std::{fmt, time::Duration};

/// What an endpoint is told at its start.
#[derive(Clone)]
pub struct MeshConfig {
    /// The endpoint's ed25519 key. A node uses its identity key, a renter a key of its own.
    pub secret_key: [u8; 32],
    /// The protocols that strangers may speak; empty: nobody can connect to this endpoint.
    pub alpns: Vec<Vec<u8>>,
    /// Address of a relay for peers behind NAT (`https://…`); `None`: direct connections only.
    pub relay: Option<String>,
    /// Binds 127.0.0.1 alone: both sides are on this machine.
    pub loopback_only: bool,
    /// What strangers can use up.
    pub limits: Limits,
}

impl fmt::Debug for MeshConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            secret_key: _,
            alpns,
            relay,
            loopback_only,
            limits,
        } = self;
        f.debug_struct("MeshConfig")
            .field("alpns", &alpns.len())
            .field("relay", relay)
            .field("loopback_only", loopback_only)
            .field("limits", limits)
            .finish_non_exhaustive()
    }
}

/// What strangers can use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at a time, those in a handshake included; more are refused.
    pub connections: usize,
    /// A connection must stand and have opened its stream within this time; the same bounds [`connect`].
    ///
    /// [`connect`]: crate::Mesh::connect
    pub handshake: Duration,
    /// A connection without a sign of life for this long is dead.
    pub idle: Duration,
    /// A sign of life is sent this often; well below `idle`.
    pub keep_alive: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 32,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(15),
            keep_alive: Duration::from_secs(4),
        }
    }
}
