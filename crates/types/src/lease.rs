//! Leases and deployments as shown.

use serde::{Deserialize, Serialize};

use crate::{
    id::{DeviceId, LeaseId, NodeId, TxSignature, WalletAddress},
    job::Blob,
    money::{Io, IoPerSecond},
    time::UnixMillis,
};

/// Which side of a lease this app is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Lends the devices.
    Provider,
    /// Pays for them.
    Renter,
}

/// Where a lease stands. Only forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaseStage {
    /// The escrow transaction is on its way.
    Opening,
    /// Escrow is on chain; the two sides are connecting.
    Connecting,
    /// The workload runs.
    Running,
    /// Over; the final amount is being paid on chain.
    Settling,
    /// Paid and refunded on chain.
    Closed,
    /// The escrow transaction never happened; nothing was paid.
    Abandoned,
}

/// Why a lease ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// The workload finished.
    Finished,
    /// The renter stopped it.
    StoppedByRenter,
    /// The owner took the device back. Paid to the second.
    YieldedToOwner,
    /// The prepaid time ran out: the renter fell silent.
    PrepaidTimeOver,
    /// The longest time was reached.
    MaximumTime,
    /// The workload failed.
    Failed,
    /// Provider and renter lost each other.
    Disconnected,
}

/// One lease, seen from either side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeaseView {
    /// Its id.
    pub id: LeaseId,
    /// Which side this app is on.
    pub side: Side,
    /// The node.
    pub node: NodeId,
    /// Who is paid.
    pub provider: WalletAddress,
    /// Who pays.
    pub renter: WalletAddress,
    /// Devices held.
    pub devices: Vec<DeviceId>,
    /// Name of the first device, for showing.
    pub device_name: String,
    /// Price.
    pub rate: IoPerSecond,
    /// In escrow at the start.
    pub escrow: Io,
    /// The longest time, seconds.
    pub max_seconds: u64,
    /// Where it stands.
    pub stage: LeaseStage,
    /// Why it ended, once it has.
    pub end: Option<EndReason>,
    /// A sentence about the end, such as the error of a failed workload.
    pub end_detail: Option<String>,
    /// Prepaid so far.
    pub prepaid: Io,
    /// Seconds prepaid so far.
    pub prepaid_seconds: u64,
    /// Paid in the end, once closed.
    pub paid: Option<Io>,
    /// Back to the renter, once closed.
    pub refunded: Option<Io>,
    /// Opened at.
    pub opened_at: UnixMillis,
    /// Closed at.
    pub closed_at: Option<UnixMillis>,
    /// The transaction that opened it.
    pub open_signature: Option<TxSignature>,
    /// The transaction that closed it.
    pub close_signature: Option<TxSignature>,
}

/// Which stream a piece of output came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// A piece of a workload's output, as text (invalid UTF-8 replaced).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputChunk {
    /// Position in the deployment's output: chunks count from 0 without gaps.
    pub sequence: u64,
    /// Which stream.
    pub stream: Stream,
    /// Text.
    pub text: String,
}

/// A file that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResultFile {
    /// Its name in the job.
    pub name: String,
    /// Length, bytes.
    pub bytes: u64,
}

/// What a renter asked for, its lease and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeploymentView {
    /// The lease, which also names the deployment (one node each, so far).
    pub lease: LeaseView,
    /// What it runs, one line.
    pub title: String,
    /// Work done of work to do, where the job counts it.
    pub progress: Option<(u64, u64)>,
    /// Exit code, once finished.
    pub exit_code: Option<i32>,
    /// Output so far (the latest part, when it is long).
    pub output: Vec<OutputChunk>,
    /// Files that came back.
    pub files: Vec<ResultFile>,
}

/// The content of a file that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileContent {
    /// Its name in the job.
    pub name: String,
    /// Content.
    pub content: Blob,
}
