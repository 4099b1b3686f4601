//! The provider's state and the reason for it. The user always sees both.

use serde::{Deserialize, Serialize};

use crate::{id::LeaseId, time::UnixMillis};

/// What the node does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeStatus {
    /// Not lending; nothing bound, nothing announced.
    #[default]
    Down,
    /// Wants to lend and is getting there (or getting back).
    Starting,
    /// Online and hireable, GPU asleep: standby.
    Idle,
    /// A lease is running.
    Hired,
    /// Not lending for a while.
    Paused,
    /// Wants to lend and cannot.
    Blocked,
}

/// Why the node is in its state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Lending was never started, or the owner stopped it.
    #[default]
    NotLending,
    /// Registering with the coordinator and putting up the offer.
    Registering,
    /// Listed in the market, waiting for a renter.
    WaitingForRenter,
    /// Running a workload.
    RunningLease {
        /// The lease.
        lease: LeaseId,
    },
    /// Closing a lease's accounts.
    Settling {
        /// The lease.
        lease: LeaseId,
    },
    /// The owner paused.
    PausedByOwner {
        /// When lending resumes.
        until: UnixMillis,
    },
    /// The coordinator does not answer; the node keeps trying.
    CoordinatorUnreachable,
    /// The chain does not answer.
    ChainUnreachable,
    /// A readiness check fails; see the checklist.
    NotReady,
    /// No device carries enough stake.
    StakeMissing,
    /// The runner could not be started.
    RunnerFailed,
}

impl Reason {
    /// Stable name, which also keys the translation.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotLending => "not_lending",
            Self::Registering => "registering",
            Self::WaitingForRenter => "waiting_for_renter",
            Self::RunningLease { .. } => "running_lease",
            Self::Settling { .. } => "settling",
            Self::PausedByOwner { .. } => "paused_by_owner",
            Self::CoordinatorUnreachable => "coordinator_unreachable",
            Self::ChainUnreachable => "chain_unreachable",
            Self::NotReady => "not_ready",
            Self::StakeMissing => "stake_missing",
            Self::RunnerFailed => "runner_failed",
        }
    }

    /// English sentence, for command line, tray and logs.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Self::NotLending => "Not lending.",
            Self::Registering => "Getting listed in the market.",
            Self::WaitingForRenter => "Listed in the market, waiting for a renter. The GPU may sleep.",
            Self::RunningLease { .. } => "A renter's job is running.",
            Self::Settling { .. } => "The job is over; its payment is being settled.",
            Self::PausedByOwner { .. } => "Paused by you.",
            Self::CoordinatorUnreachable => "The coordinator does not answer. Trying again by itself.",
            Self::ChainUnreachable => "The chain does not answer. Trying again by itself.",
            Self::NotReady => "A readiness check fails. See the checklist on the Devices page.",
            Self::StakeMissing => "No device carries enough stake. Stake on the Wallet page.",
            Self::RunnerFailed => "The job runner could not be started. See the checklist.",
        }
    }
}

/// State, reason and since when.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodeState {
    /// What the node does.
    pub status: NodeStatus,
    /// Why.
    pub reason: Reason,
    /// Since when.
    pub since: UnixMillis,
}
