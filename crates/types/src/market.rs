//! What the market lists and what a quote promises, as shown.

use serde::{Deserialize, Serialize};

use crate::{
    device::{Benchmark, DeviceKind, Vendor},
    id::{DeviceId, LeaseId, NodeId, SessionKey, WalletAddress},
    money::{Io, IoPerSecond},
    time::UnixMillis,
};

/// A device as renters see it: nothing that would identify the owner's machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfferedDevice {
    /// The device.
    pub id: DeviceId,
    /// Name as sold.
    pub name: String,
    /// Maker.
    pub vendor: Vendor,
    /// Discrete, integrated or software.
    pub kind: DeviceKind,
    /// Video memory, bytes.
    pub vram_bytes: Option<u64>,
    /// The node's own measurement.
    pub benchmark: Option<Benchmark>,
}

/// What a node lists.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The node.
    pub node: NodeId,
    /// The wallet that is paid.
    pub provider: WalletAddress,
    /// Devices hired together.
    pub devices: Vec<OfferedDevice>,
    /// Price for all of them, the network's margin included.
    pub rate: IoPerSecond,
    /// The longest lease the node quotes, seconds.
    pub max_seconds: u64,
    /// Seconds of warning before the owner takes the GPU back; 0 = none.
    pub notice_seconds: u64,
}

/// An offer in the market with what the coordinator knows of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ListedOffer {
    /// The offer.
    pub offer: Offer,
    /// Free to be hired now.
    pub available: bool,
    /// Coordinator's time of the last heartbeat.
    pub seen_at: UnixMillis,
}

/// A node's signed consent, as the renter sees it before paying.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// The lease it would open.
    pub lease: LeaseId,
    /// The node that signed.
    pub node: NodeId,
    /// The wallet that is paid.
    pub provider: WalletAddress,
    /// The wallet that may open it.
    pub renter: WalletAddress,
    /// The renter's key for this lease.
    pub session: SessionKey,
    /// The devices, in the order of the on-chain accounts.
    pub devices: Vec<DeviceId>,
    /// Price a second for all of them.
    pub rate: IoPerSecond,
    /// The longest time it can be paid for.
    pub max_seconds: u64,
    /// Goes into escrow: rate × longest time.
    pub escrow: Io,
    /// After this it cannot be opened.
    pub expires_at: UnixMillis,
}
