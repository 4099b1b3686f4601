//! What happens to a lease at its provider, and what is to be done about it.

use hearth_protocol::statement::SignedVoucher;
use hearth_types::{lease::EndReason, money::Io};

use crate::billing::VoucherRefusal;

/// How a workload ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkloadEnd {
    /// It ran to its end, whatever its exit code.
    Finished,
    /// It could not be started, or broke a limit.
    Failed,
}

/// What happens to a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderEvent {
    /// The renter greeted, for the first time or again.
    RenterConnected,
    /// The job is here and valid.
    JobReceived,
    /// A voucher came; its signature is checked here.
    VoucherReceived(SignedVoucher),
    /// The runner says the workload runs.
    WorkloadStarted,
    /// The workload's processes are gone.
    WorkloadEnded(WorkloadEnd),
    /// The renter wants to stop.
    StopRequested,
    /// The owner wants the device back.
    YieldRequested,
    /// The connection broke. The workload goes on while it is paid.
    Disconnected,
    /// Time passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderEffect {
    /// Store the voucher and the seconds used so far durably, then answer `VoucherTaken`. After a crash,
    /// [`crate::Billing::final_amount`] of these seconds and this voucher is what may be asked for.
    TakeVoucher {
        /// The highest voucher.
        voucher: SignedVoucher,
        /// Seconds used so far, rounded up.
        used_seconds: u64,
    },
    /// Answer `Refused`.
    RefuseVoucher(VoucherRefusal),
    /// Store durably what is used so far, as with a voucher.
    NoteUsage {
        /// Seconds used so far, rounded up.
        used_seconds: u64,
    },
    /// Start the workload.
    StartWorkload,
    /// Say `Running`.
    AnnounceRunning,
    /// Ask the workload to stop.
    StopWorkload,
    /// Kill the workload now.
    KillWorkload,
    /// The lease is over: sign the close, say `Ended`, settle.
    End(LeaseEnd),
}

/// How a lease came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseEnd {
    /// Why.
    pub reason: EndReason,
    /// What the provider asks for.
    pub amount: Io,
    /// For how many seconds.
    pub seconds: u64,
    /// The voucher that covers it; absent when nothing was prepaid.
    pub voucher: Option<SignedVoucher>,
}
