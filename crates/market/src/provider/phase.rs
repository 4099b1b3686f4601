//! Where a lease stands at its provider, and when time moves it on.

use hearth_types::lease::EndReason;

use super::{START_MILLIS, USAGE_MILLIS, WAIT_MILLIS, WAIT_TOTAL_MILLIS};

/// A stage of the provider's side; moments are milliseconds of its clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Job or first voucher is missing.
    Waiting { since: u64 },
    /// The runner was told to start.
    Starting { since: u64 },
    /// Prepaid seconds count. What is used was last written down at `noted`.
    Running { since: u64, noted: u64 },
    /// Told to stop at `stopped_at`; killed at `kill_at`.
    Stopping {
        since: u64,
        stopped_at: u64,
        kill_at: u64,
        reason: EndReason,
    },
    /// Over.
    Ended,
}

impl Phase {
    /// When time changes something next; `None` once over. `opened_at`: the lease's first moment;
    /// `prepaid_seconds`: of the highest voucher.
    pub(super) fn next_tick(self, opened_at: u64, prepaid_seconds: u64) -> Option<u64> {
        match self {
            Self::Waiting { since } => Some(waits_until(opened_at, since)),
            Self::Starting { since } => Some(since.saturating_add(START_MILLIS)),
            Self::Running { since, noted } => {
                let note = noted.saturating_add(USAGE_MILLIS);
                Some(paid_until(since, prepaid_seconds).min(note))
            }
            Self::Stopping { kill_at, .. } => Some(kill_at),
            Self::Ended => None,
        }
    }

    /// For how long the workload has been running, or ran until it was told to stop, milliseconds.
    pub(super) fn used_millis(self, now: u64) -> u64 {
        match self {
            Self::Waiting { .. } | Self::Starting { .. } | Self::Ended => 0,
            Self::Running { since, .. } => now.saturating_sub(since),
            Self::Stopping {
                since, stopped_at, ..
            } => stopped_at.min(now).saturating_sub(since),
        }
    }
}

/// When the prepaid seconds of a workload that began at `since` are over.
pub(super) fn paid_until(since: u64, prepaid_seconds: u64) -> u64 {
    since.saturating_add(prepaid_seconds.saturating_mul(1_000))
}

/// When a lease in which nothing has happened since `since` is given up before its workload starts.
pub(super) fn waits_until(opened_at: u64, since: u64) -> u64 {
    let total = opened_at.saturating_add(WAIT_TOTAL_MILLIS);
    since.saturating_add(WAIT_MILLIS).min(total)
}
