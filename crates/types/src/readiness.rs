//! The readiness checklist: each line says what is wrong and how to mend it.

use serde::{Deserialize, Serialize};

/// How a check came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Fine.
    Ok,
    /// Works, with a drawback worth knowing.
    Warning,
    /// Lending is impossible until this is mended.
    Blocked,
    /// Not known yet; waiting for something named in `found`.
    Pending,
}

/// What is checked, in the order shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    /// A GPU that can compute.
    Device,
    /// Workloads can be isolated (bubblewrap and namespaces on Linux).
    Isolation,
    /// A workload's memory can be limited.
    MemoryLimit,
    /// A workload's processes can be limited.
    ProcessLimit,
    /// A workload's share of the CPU can be limited.
    CpuLimit,
    /// A wallet exists and is unlocked where needed.
    Wallet,
    /// The quick benchmark has run.
    Benchmark,
    /// The device is staked.
    Stake,
    /// Chain and coordinator answer.
    Network,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// What was checked.
    pub kind: CheckKind,
    /// How it came out.
    pub state: CheckState,
    /// What was found, in English; screens use `kind` and `state` for other languages.
    pub found: String,
    /// What to do about it; absent when fine.
    pub mend: Option<String>,
}

impl Check {
    /// Whether every check allows lending.
    #[must_use]
    pub fn all_pass(checks: &[Self]) -> bool {
        checks
            .iter()
            .all(|c| matches!(c.state, CheckState::Ok | CheckState::Warning))
    }
}
