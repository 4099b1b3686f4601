//! The words of Hearth: ids, quantities, states, and the messages between interface and engine ([`ipc`]).
//!
//! Everything above speaks in these types, so this crate builds for wasm32 and must never know IO, clocks,
//! tokio, wgpu, NVML, SQL or the Solana RPC. A value that exists is valid: parsing happens in the constructors
//! and in `Deserialize`.

pub mod device;
mod digits;
pub mod explorer;
pub mod history;
pub mod id;
pub mod ipc;
pub mod job;
pub mod lease;
pub mod market;
pub mod money;
pub mod network;
pub mod node;
pub mod pay_url;
pub mod policy;
pub mod readiness;
pub mod requirement;
pub mod staking;
pub mod time;
