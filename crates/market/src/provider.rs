//! A lease as the provider lives it: events and the time go in, effects come out.
//!
//! The workload starts after job and first voucher, is stopped when the prepaid time ends and killed
//! [`STOP_GRACE_MILLIS`] later. A lease that never gets that far ends unpaid. [`ProviderEffect::End`] comes exactly
//! once and is the last effect. Times are milliseconds of one monotonic clock.

use hearth_protocol::statement::SignedVoucher;
use hearth_types::{lease::EndReason, money::Io};

use crate::{
    billing::{Prepaid, VoucherRefusal},
    terms::LeaseTerms,
};

/// Between stopping and killing a workload, milliseconds.
pub const STOP_GRACE_MILLIS: u64 = 2_000;
/// How long nothing may happen before the workload starts, milliseconds.
pub const WAIT_MILLIS: u64 = 120_000;
/// How long all of that may take, milliseconds: a slow upload is fine, reconnecting for ever is not.
pub const WAIT_TOTAL_MILLIS: u64 = 600_000;
/// How long starting the workload may take, milliseconds.
pub const START_MILLIS: u64 = 60_000;

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
    /// Answer `Refused` with `BadVoucher`.
    RefuseVoucher(VoucherRefusal),
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Job or first voucher is missing.
    Waiting { since: u64 },
    /// The runner was told to start.
    Starting { since: u64 },
    /// Prepaid seconds count.
    Running { since: u64 },
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

/// One lease at its provider.
#[derive(Clone, Debug)]
pub struct ProviderLease {
    terms: LeaseTerms,
    opened_at: u64,
    connected: bool,
    has_job: bool,
    voucher: Option<SignedVoucher>,
    phase: Phase,
}

impl ProviderLease {
    /// A lease that has just opened on chain.
    #[must_use]
    pub fn new(terms: LeaseTerms, now: u64) -> Self {
        Self {
            terms,
            opened_at: now,
            connected: false,
            has_job: false,
            voucher: None,
            phase: Phase::Waiting { since: now },
        }
    }

    /// The highest voucher.
    #[must_use]
    pub fn voucher(&self) -> Option<SignedVoucher> {
        self.voucher
    }

    /// Whether the job is here.
    #[must_use]
    pub fn has_job(&self) -> bool {
        self.has_job
    }

    /// Whether [`ProviderEffect::End`] came.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Seconds since the workload started, rounded up, as `Usage` says them.
    #[must_use]
    pub fn used_seconds(&self, now: u64) -> u64 {
        self.used_millis(now).div_ceil(1_000)
    }

    /// When a [`ProviderEvent::Tick`] is due at the latest; `None` once over.
    #[must_use]
    pub fn next_tick(&self) -> Option<u64> {
        match self.phase {
            Phase::Waiting { since } => Some(self.waits_until(since)),
            Phase::Starting { since } => Some(since.saturating_add(START_MILLIS)),
            Phase::Running { since } => Some(self.paid_until(since)),
            Phase::Stopping { kill_at, .. } => Some(kill_at),
            Phase::Ended => None,
        }
    }

    /// Takes an event at `now`; what is to be done, in order.
    pub fn handle(&mut self, event: ProviderEvent, now: u64) -> Vec<ProviderEffect> {
        let mut effects = Vec::new();
        // Deadlines first: an event that comes late cannot save what time has ended.
        self.pass_time(now, &mut effects);
        if self.has_ended() {
            if let ProviderEvent::VoucherReceived(_) = event {
                effects.push(ProviderEffect::RefuseVoucher(VoucherRefusal::Over));
            }
            return effects;
        }
        match event {
            ProviderEvent::RenterConnected => {
                self.connected = true;
                self.wait_anew(now);
            }
            ProviderEvent::Disconnected => self.connected = false,
            ProviderEvent::JobReceived => {
                self.has_job = true;
                self.wait_anew(now);
            }
            ProviderEvent::VoucherReceived(voucher) => self.take_voucher(voucher, now, &mut effects),
            ProviderEvent::WorkloadStarted => {
                if let Phase::Starting { .. } = self.phase {
                    self.phase = Phase::Running { since: now };
                    effects.push(ProviderEffect::AnnounceRunning);
                }
            }
            ProviderEvent::WorkloadEnded(end) => self.workload_ended(end, now, &mut effects),
            ProviderEvent::StopRequested => {
                self.stop(EndReason::StoppedByRenter, STOP_GRACE_MILLIS, now, &mut effects);
            }
            ProviderEvent::YieldRequested => {
                let notice = self.terms.notice_seconds.saturating_mul(1_000);
                self.stop(EndReason::YieldedToOwner, notice, now, &mut effects);
            }
            ProviderEvent::Tick => {}
        }
        self.start_when_paid(now, &mut effects);
        effects
    }

    fn prepaid(&self) -> Prepaid {
        self.voucher.as_ref().map(Prepaid::from).unwrap_or_default()
    }

    fn paid_until(&self, since: u64) -> u64 {
        since.saturating_add(self.prepaid().seconds.saturating_mul(1_000))
    }

    fn waits_until(&self, since: u64) -> u64 {
        let total = self.opened_at.saturating_add(WAIT_TOTAL_MILLIS);
        since.saturating_add(WAIT_MILLIS).min(total)
    }

    fn used_millis(&self, now: u64) -> u64 {
        match self.phase {
            Phase::Waiting { .. } | Phase::Starting { .. } | Phase::Ended => 0,
            Phase::Running { since } => now.saturating_sub(since),
            Phase::Stopping {
                since, stopped_at, ..
            } => stopped_at.min(now).saturating_sub(since),
        }
    }

    fn wait_anew(&mut self, now: u64) {
        if let Phase::Waiting { since } = &mut self.phase {
            *since = now;
        }
    }

    fn take_voucher(&mut self, voucher: SignedVoucher, now: u64, effects: &mut Vec<ProviderEffect>) {
        let terms = &self.terms;
        let verdict = if terms
            .scope
            .voucher_is_genuine(terms.session.as_bytes(), terms.lease, &voucher)
        {
            terms
                .billing
                .accept_voucher(self.prepaid(), Prepaid::from(&voucher))
        } else {
            Err(VoucherRefusal::NotGenuine)
        };
        match verdict {
            Ok(()) => {
                self.voucher = Some(voucher);
                let used_seconds = self.used_seconds(now);
                effects.push(ProviderEffect::TakeVoucher {
                    voucher,
                    used_seconds,
                });
            }
            Err(refusal) => effects.push(ProviderEffect::RefuseVoucher(refusal)),
        }
    }

    fn start_when_paid(&mut self, now: u64, effects: &mut Vec<ProviderEffect>) {
        if let Phase::Waiting { .. } = self.phase
            && self.has_job
            && self.prepaid().seconds > 0
        {
            self.phase = Phase::Starting { since: now };
            effects.push(ProviderEffect::StartWorkload);
        }
    }

    fn pass_time(&mut self, now: u64, effects: &mut Vec<ProviderEffect>) {
        match self.phase {
            Phase::Waiting { since } => {
                if now >= self.waits_until(since) {
                    let reason = self.silence();
                    self.end(reason, now, effects);
                }
            }
            Phase::Starting { since } => {
                if now >= since.saturating_add(START_MILLIS) {
                    effects.push(ProviderEffect::KillWorkload);
                    self.end(EndReason::Failed, now, effects);
                }
            }
            Phase::Running { since } => {
                let paid_until = self.paid_until(since);
                if now >= paid_until {
                    let complete = self.prepaid().seconds >= self.terms.billing.limit_seconds();
                    let reason = if complete {
                        EndReason::MaximumTime
                    } else {
                        self.silence()
                    };
                    effects.push(ProviderEffect::StopWorkload);
                    self.phase = Phase::Stopping {
                        since,
                        stopped_at: paid_until,
                        kill_at: paid_until.saturating_add(STOP_GRACE_MILLIS),
                        reason,
                    };
                    self.kill_when_due(now, effects);
                }
            }
            Phase::Stopping { .. } => self.kill_when_due(now, effects),
            Phase::Ended => {}
        }
    }

    /// Why a renter that pays nothing more is gone.
    fn silence(&self) -> EndReason {
        if self.connected {
            EndReason::PrepaidTimeOver
        } else {
            EndReason::Disconnected
        }
    }

    fn kill_when_due(&mut self, now: u64, effects: &mut Vec<ProviderEffect>) {
        if let Phase::Stopping { kill_at, reason, .. } = self.phase
            && now >= kill_at
        {
            effects.push(ProviderEffect::KillWorkload);
            self.end(reason, now, effects);
        }
    }

    fn stop(&mut self, reason: EndReason, grace: u64, now: u64, effects: &mut Vec<ProviderEffect>) {
        match self.phase {
            Phase::Waiting { .. } => self.end(reason, now, effects),
            Phase::Starting { .. } => {
                effects.push(ProviderEffect::KillWorkload);
                self.end(reason, now, effects);
            }
            Phase::Running { since } => {
                let latest = self.paid_until(since).saturating_add(STOP_GRACE_MILLIS);
                let kill_at = now.saturating_add(grace).min(latest);
                if kill_at > now {
                    effects.push(ProviderEffect::StopWorkload);
                }
                self.phase = Phase::Stopping {
                    since,
                    stopped_at: now,
                    kill_at,
                    reason,
                };
                self.kill_when_due(now, effects);
            }
            Phase::Stopping {
                since,
                stopped_at,
                kill_at,
                reason: first,
            } => {
                // The owner may shorten a stop that is under way; nobody may lengthen it.
                let kill_at = kill_at.min(now.saturating_add(grace));
                self.phase = Phase::Stopping {
                    since,
                    stopped_at,
                    kill_at,
                    reason: first,
                };
                self.kill_when_due(now, effects);
            }
            Phase::Ended => {}
        }
    }

    fn workload_ended(&mut self, end: WorkloadEnd, now: u64, effects: &mut Vec<ProviderEffect>) {
        let own = match end {
            WorkloadEnd::Finished => EndReason::Finished,
            WorkloadEnd::Failed => EndReason::Failed,
        };
        match self.phase {
            // Nothing was started yet: a stale event of the runner.
            Phase::Waiting { .. } | Phase::Ended => {}
            Phase::Starting { .. } | Phase::Running { .. } => self.end(own, now, effects),
            Phase::Stopping { reason, .. } => self.end(reason, now, effects),
        }
    }

    fn end(&mut self, reason: EndReason, now: u64, effects: &mut Vec<ProviderEffect>) {
        let used = self.used_millis(now);
        let Prepaid { amount, seconds } = self.terms.billing.final_amount(used, self.prepaid());
        self.phase = Phase::Ended;
        effects.push(ProviderEffect::End(LeaseEnd {
            reason,
            amount,
            seconds,
            voucher: self.voucher,
        }));
    }
}

#[cfg(test)]
mod tests;
