//! The mesh: encrypted QUIC streams straight between renter and node.
//!
//! [`Mesh`] is one endpoint, named by its ed25519 key; [`Mesh::connect`] reaches another one at a [`MeshAddress`]
//! and [`Mesh::accept`] gives what comes in. Both yield a [`MeshStream`], which becomes a [`FrameStream`] of the
//! frames that its two sides speak. Who is on the other side is proven by the handshake ([`MeshStream::remote`]).
//!
//! Everything a stranger can do is bounded: connections, streams, handshake time, silence, frame sizes. No outside
//! service is asked: addresses come from the coordinator, a relay is used only when the configuration names one.
//!
//! This crate must never know what a lease is or costs.
//!
//! [`MeshAddress`]: hearth_protocol::coordinator::MeshAddress

mod accept;
mod address;
mod config;
mod error;
mod frames;
mod mesh;
mod stream;

pub use accept::Incoming;
pub use config::{Limits, MeshConfig};
pub use error::{MeshError, StreamError};
pub use frames::{FrameReceiver, FrameSender, FrameStream};
pub use mesh::Mesh;
pub use stream::MeshStream;
