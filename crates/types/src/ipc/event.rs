//! What the engine says unasked.

use serde::{Deserialize, Serialize};

use super::{Status, TaskId};
use crate::{
    device::Benchmark,
    id::{DeviceId, LeaseId},
    lease::OutputChunk,
};

/// What to fetch again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// Devices, readiness, benchmarks, stake positions.
    Devices,
    /// Wallet and balances.
    Wallet,
    /// Leases and deployments.
    Leases,
    /// History.
    History,
    /// Settings.
    Settings,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The state on every screen's top strip.
    Status {
        /// The new state.
        status: Box<Status>,
    },
    /// Something listed elsewhere changed.
    Changed {
        /// What to fetch again.
        topic: Topic,
    },
    /// A benchmark goes on.
    BenchmarkProgress {
        /// The task.
        task: TaskId,
        /// The device.
        device: DeviceId,
        /// Word for what it does, such as `memory`.
        step: String,
        /// 0 to 1.
        fraction: f64,
    },
    /// A benchmark is over.
    BenchmarkDone {
        /// The task.
        task: TaskId,
        /// The device.
        device: DeviceId,
        /// The figures, or why there are none.
        result: Result<Benchmark, super::IpcError>,
    },
    /// A deployment wrote output.
    Output {
        /// The lease.
        lease: LeaseId,
        /// What it wrote.
        chunk: OutputChunk,
    },
    /// Events were dropped because this client is slow: fetch everything again.
    Lagged,
}
