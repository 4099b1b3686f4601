//! What nodes, renters, the coordinator and the runner say to each other.
//!
//! * [`coordinator`]: the bodies of HTTP requests, and [`request`]: how a request is signed.
//! * [`lease`]: the frames between renter and node over the mesh.
//! * [`runner`]: the frames between the sandbox and the runner in it.
//! * [`frame`]: how frames are cut from a byte stream, with a size limit.
//! * [`statement`]: ed25519 over quotes, vouchers and closes, as the on-chain program checks them.
//!
//! Messages carry a version; the crate knows neither axum nor reqwest nor a socket.

pub mod coordinator;
pub mod frame;
pub mod lease;
pub mod request;
pub mod runner;
pub mod statement;
