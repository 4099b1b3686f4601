//! Words for the states and kinds that the engine names by code.

use hearth_types::{
    device::DeviceKind,
    history::{EntryKind, EntryState},
    ipc::{Code, Fate},
    lease::{EndReason, LeaseStage},
    network::NetworkKind,
    node::{NodeStatus, Reason},
    readiness::{CheckKind, CheckState},
};

use crate::{format, words::w};

/// What the node does.
pub(crate) fn status(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Down => w!(status.down),
        NodeStatus::Starting => w!(status.starting),
        NodeStatus::Idle => w!(status.idle),
        NodeStatus::Hired => w!(status.hired),
        NodeStatus::Paused => w!(status.paused),
        NodeStatus::Blocked => w!(status.blocked),
    }
}
/// The network's name.
pub(crate) fn network(kind: NetworkKind) -> &'static str {
    match kind {
        NetworkKind::Practice => w!(strip.network_practice),
        NetworkKind::Devnet => w!(strip.network_devnet),
        NetworkKind::Mainnet => w!(strip.network_mainnet),
        NetworkKind::Custom => w!(strip.network_custom),
    }
}
/// How a device sits in its machine.
pub(crate) fn device_kind(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::Discrete => w!(devices.kind_discrete),
        DeviceKind::Integrated => w!(devices.kind_integrated),
        DeviceKind::Software => w!(devices.kind_software),
        DeviceKind::Unknown => w!(devices.kind_unknown),
    }
}
/// What is checked.
pub(crate) fn check_kind(kind: CheckKind) -> &'static str {
    match kind {
        CheckKind::Device => w!(check.device),
        CheckKind::Isolation => w!(check.isolation),
        CheckKind::MemoryLimit => w!(check.memory_limit),
        CheckKind::ProcessLimit => w!(check.process_limit),
        CheckKind::CpuLimit => w!(check.cpu_limit),
        CheckKind::Wallet => w!(check.wallet),
        CheckKind::Benchmark => w!(check.benchmark),
        CheckKind::Stake => w!(check.stake),
        CheckKind::Network => w!(check.network),
    }
}
/// How it came out.
pub(crate) fn check_state(state: CheckState) -> &'static str {
    match state {
        CheckState::Ok => w!(check.ok),
        CheckState::Warning => w!(check.warning),
        CheckState::Blocked => w!(check.blocked),
        CheckState::Pending => w!(check.pending),
    }
}
/// What moved money.
pub(crate) fn entry_kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::Faucet => w!(kind.faucet),
        EntryKind::Stake => w!(kind.stake),
        EntryKind::UnstakeRequest => w!(kind.unstake_request),
        EntryKind::Withdraw => w!(kind.withdraw),
        EntryKind::LeaseEscrow => w!(kind.lease_escrow),
        EntryKind::LeasePayment => w!(kind.lease_payment),
        EntryKind::LeaseIncome => w!(kind.lease_income),
        EntryKind::Refund => w!(kind.refund),
        EntryKind::NetworkFee => w!(kind.network_fee),
        EntryKind::RentReturned => w!(kind.rent_returned),
        EntryKind::Sent => w!(kind.sent),
        EntryKind::Reward => w!(kind.reward),
        EntryKind::Received => w!(kind.received),
        EntryKind::Slash => w!(kind.slash),
        EntryKind::SlashRestored => w!(kind.slash_restored),
        EntryKind::Adjustment => w!(kind.adjustment),
    }
}
/// How sure a movement is.
pub(crate) fn entry_state(state: EntryState) -> &'static str {
    match state {
        EntryState::Pending => w!(entry.pending),
        EntryState::Submitted => w!(entry.submitted),
        EntryState::Confirmed => w!(entry.confirmed),
        EntryState::Final => w!(entry.settled),
        EntryState::Void => w!(entry.void),
    }
}
/// Where a lease stands.
pub(crate) fn stage(stage: LeaseStage) -> &'static str {
    match stage {
        LeaseStage::Opening => w!(stage.opening),
        LeaseStage::Connecting => w!(stage.connecting),
        LeaseStage::Running => w!(stage.running),
        LeaseStage::Settling => w!(stage.settling),
        LeaseStage::Closed => w!(stage.closed),
        LeaseStage::Abandoned => w!(stage.abandoned),
    }
}
/// The same, as a sentence.
pub(crate) fn stage_about(stage: LeaseStage) -> &'static str {
    match stage {
        LeaseStage::Opening => w!(stage.opening_about),
        LeaseStage::Connecting => w!(stage.connecting_about),
        LeaseStage::Running => w!(stage.running_about),
        LeaseStage::Settling => w!(stage.settling_about),
        LeaseStage::Closed => w!(stage.closed_about),
        LeaseStage::Abandoned => w!(stage.abandoned_about),
    }
}
/// Why a lease ended.
pub(crate) fn end(end: EndReason) -> &'static str {
    match end {
        EndReason::Finished => w!(end.finished),
        EndReason::StoppedByRenter => w!(end.stopped_by_renter),
        EndReason::YieldedToOwner => w!(end.yielded_to_owner),
        EndReason::PrepaidTimeOver => w!(end.prepaid_time_over),
        EndReason::MaximumTime => w!(end.maximum_time),
        EndReason::Failed => w!(end.failed),
        EndReason::Disconnected => w!(end.disconnected),
    }
}
/// What went wrong, in a few words.
pub(crate) fn error(code: Code) -> &'static str {
    match code {
        Code::BadRequest => w!(error.bad_request),
        Code::NotFound => w!(error.not_found),
        Code::NoWallet => w!(error.no_wallet),
        Code::WalletExists => w!(error.wallet_exists),
        Code::WalletLocked => w!(error.wallet_locked),
        Code::WrongPassphrase => w!(error.wrong_passphrase),
        Code::BadSeedPhrase => w!(error.bad_seed_phrase),
        Code::BadKeyFile => w!(error.bad_key_file),
        Code::WalletInUse => w!(error.wallet_in_use),
        Code::KeyStorage => w!(error.key_storage),
        Code::WrongNetwork => w!(error.wrong_network),
        Code::InsufficientIo => w!(error.insufficient_io),
        Code::InsufficientSol => w!(error.insufficient_sol),
        Code::Faucet => w!(error.faucet),
        Code::ChainUnreachable => w!(error.chain_unreachable),
        Code::TransactionRefused => w!(error.transaction_refused),
        Code::TransactionExpired => w!(error.transaction_expired),
        Code::TransactionUndecided => w!(error.transaction_undecided),
        Code::CoordinatorUnreachable => w!(error.coordinator_unreachable),
        Code::CoordinatorRefused => w!(error.coordinator_refused),
        Code::NoQuote => w!(error.no_quote),
        Code::QuoteExpired => w!(error.quote_expired),
        Code::DeviceBusy => w!(error.device_busy),
        Code::NoDevice => w!(error.no_device),
        Code::NotReady => w!(error.not_ready),
        Code::SandboxUnavailable => w!(error.sandbox_unavailable),
        Code::RunnerFailed => w!(error.runner_failed),
        Code::BadJob => w!(error.bad_job),
        Code::LeaseRunning => w!(error.lease_running),
        Code::TooEarly => w!(error.too_early),
        Code::AlreadyRunning => w!(error.already_running),
        Code::Cancelled => w!(error.cancelled),
        Code::PortInUse => w!(error.port_in_use),
        Code::Storage => w!(error.storage),
        Code::HistoryDiffers => w!(error.history_differs),
        Code::Forbidden => w!(error.forbidden),
        Code::EngineUnreachable => w!(error.engine_unreachable),
        Code::Internal => w!(error.internal),
    }
}
/// A state's reason, what ends it and what to do.
pub(crate) struct Explanation {
    pub(crate) text: &'static str,
    pub(crate) ends: String,
    pub(crate) mend: &'static str,
}

/// Explains why the node is in its state.
pub(crate) fn explain(reason: &Reason) -> Explanation {
    match reason {
        Reason::NotLending => Explanation {
            text: w!(reason.not_lending.text),
            ends: w!(reason.not_lending.ends).to_owned(),
            mend: w!(reason.not_lending.mend),
        },
        Reason::Registering => Explanation {
            text: w!(reason.registering.text),
            ends: w!(reason.registering.ends).to_owned(),
            mend: w!(reason.registering.mend),
        },
        Reason::WaitingForRenter => Explanation {
            text: w!(reason.waiting_for_renter.text),
            ends: w!(reason.waiting_for_renter.ends).to_owned(),
            mend: w!(reason.waiting_for_renter.mend),
        },
        Reason::RunningLease { .. } => Explanation {
            text: w!(reason.running_lease.text),
            ends: w!(reason.running_lease.ends).to_owned(),
            mend: w!(reason.running_lease.mend),
        },
        Reason::Settling { .. } => Explanation {
            text: w!(reason.settling.text),
            ends: w!(reason.settling.ends).to_owned(),
            mend: w!(reason.settling.mend),
        },
        Reason::PausedByOwner { until } => Explanation {
            text: w!(reason.paused_by_owner.text),
            ends: w!(reason.paused_by_owner.ends, until = format::clock(*until)).to_string(),
            mend: w!(reason.paused_by_owner.mend),
        },
        Reason::CoordinatorUnreachable => Explanation {
            text: w!(reason.coordinator_unreachable.text),
            ends: w!(reason.coordinator_unreachable.ends).to_owned(),
            mend: w!(reason.coordinator_unreachable.mend),
        },
        Reason::ChainUnreachable => Explanation {
            text: w!(reason.chain_unreachable.text),
            ends: w!(reason.chain_unreachable.ends).to_owned(),
            mend: w!(reason.chain_unreachable.mend),
        },
        Reason::NotReady => Explanation {
            text: w!(reason.not_ready.text),
            ends: w!(reason.not_ready.ends).to_owned(),
            mend: w!(reason.not_ready.mend),
        },
        Reason::StakeMissing => Explanation {
            text: w!(reason.stake_missing.text),
            ends: w!(reason.stake_missing.ends).to_owned(),
            mend: w!(reason.stake_missing.mend),
        },
        Reason::RunnerFailed => Explanation {
            text: w!(reason.runner_failed.text),
            ends: w!(reason.runner_failed.ends).to_owned(),
            mend: w!(reason.runner_failed.mend),
        },
    }
}

/// What becomes of an amount in the review step.
pub(crate) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Spent => w!(review.spent),
        Fate::ComesBack => w!(review.returns),
        Fate::Arrives => w!(review.arrives),
        Fate::CoolsDown => w!(review.cools_down),
    }
}

/// A line of the review step; what this version does not know is shown as the engine names it.
pub(crate) fn review_line(what: &str) -> String {
    match what {
        "escrow" => w!(review.line_escrow).to_owned(),
        "stake" => w!(review.line_stake).to_owned(),
        "unstaked_at_once" => w!(review.line_unstaked_at_once).to_owned(),
        "unstaked_cooling" => w!(review.line_unstaked_cooling).to_owned(),
        "unstaked_with_co_stake" => w!(review.line_unstaked_with_co_stake).to_owned(),
        "co_stake" => w!(review.line_co_stake).to_owned(),
        "co_stake_leaving" => w!(review.line_co_stake_leaving).to_owned(),
        "offers_account" => w!(review.line_offers_account).to_owned(),
        "reward" => w!(review.line_reward).to_owned(),
        "claims_account" => w!(review.line_claims_account).to_owned(),
        "withdrawn" => w!(review.line_withdrawn).to_owned(),
        "sent" => w!(review.line_sent).to_owned(),
        "recipient_account" => w!(review.line_recipient_account).to_owned(),
        "network_fee" => w!(review.line_network_fee).to_owned(),
        "device_account" => w!(review.line_device_account).to_owned(),
        "lease_account" => w!(review.line_lease_account).to_owned(),
        "escrow_account" => w!(review.line_escrow_account).to_owned(),
        other => plain(other),
    }
}

/// An account of the comparison between history and chain.
pub(crate) fn account(name: &str) -> String {
    match name {
        "wallet" => w!(account.wallet).to_owned(),
        "stake" => w!(account.stake).to_owned(),
        "cooling" => w!(account.cooling).to_owned(),
        "escrow" => w!(account.escrow).to_owned(),
        other => plain(other),
    }
}

/// A step of the benchmark.
pub(crate) fn step(name: &str) -> String {
    match name {
        "start" | "starting" => w!(step.start).to_owned(),
        "warmup" | "warm_up" | "warm-up" => w!(step.warmup).to_owned(),
        "compute" | "f32" => w!(step.compute).to_owned(),
        "memory" => w!(step.memory).to_owned(),
        "finish" | "done" => w!(step.finish).to_owned(),
        other => plain(other),
    }
}

/// A code as a person would write it.
fn plain(code: &str) -> String {
    let text = code.replace('_', " ");
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The status's stable name, for tests and styles.
pub(crate) const fn status_code(status: NodeStatus) -> &'static str {
    match status {
        NodeStatus::Down => "down",
        NodeStatus::Starting => "starting",
        NodeStatus::Idle => "idle",
        NodeStatus::Hired => "hired",
        NodeStatus::Paused => "paused",
        NodeStatus::Blocked => "blocked",
    }
}
