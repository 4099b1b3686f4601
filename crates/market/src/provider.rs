//! A lease as the provider lives it: events and the time go in, effects come out.
//!
//! The workload starts after job and first voucher, is stopped when the prepaid time ends and killed
//! [`STOP_GRACE_MILLIS`] later. A lease that never gets that far ends unpaid. [`ProviderEffect::End`] comes exactly
//! once and is the last effect. Times are milliseconds of one monotonic clock.

mod event;
mod phase;

use hearth_protocol::statement::SignedVoucher;
use hearth_types::lease::EndReason;

use crate::{
    billing::{Prepaid, VoucherRefusal},
    pace::Pace,
    terms::LeaseTerms,
};
use phase::{Phase, paid_until, waits_until};

pub use event::{LeaseEnd, ProviderEffect, ProviderEvent, WorkloadEnd};

/// Between stopping and killing a workload, milliseconds.
pub const STOP_GRACE_MILLIS: u64 = 2_000;
/// How long nothing may happen before the workload starts, milliseconds.
pub const WAIT_MILLIS: u64 = 120_000;
/// How long all of that may take, milliseconds: a slow upload is fine, reconnecting for ever is not.
pub const WAIT_TOTAL_MILLIS: u64 = 600_000;
/// How long starting the workload may take, milliseconds.
pub const START_MILLIS: u64 = 60_000;
/// How often what is used is written down while the workload runs, milliseconds: what a crash can cost the provider.
pub const USAGE_MILLIS: u64 = 5_000;
/// Vouchers that may come at once, such as after a reconnection.
pub const VOUCHER_BURST: u64 = 8;
/// Between two vouchers in the long run, milliseconds; a renter in good order sends one in ten seconds.
pub const VOUCHER_EVERY_MILLIS: u64 = 1_000;

/// One lease at its provider.
#[derive(Clone, Debug)]
pub struct ProviderLease {
    terms: LeaseTerms,
    opened_at: u64,
    connected: bool,
    has_job: bool,
    voucher: Option<SignedVoucher>,
    pace: Pace,
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
            pace: Pace::new(VOUCHER_BURST, VOUCHER_EVERY_MILLIS),
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
        self.phase.used_millis(now).div_ceil(1_000)
    }

    /// When a [`ProviderEvent::Tick`] is due at the latest; `None` once over.
    #[must_use]
    pub fn next_tick(&self) -> Option<u64> {
        self.phase.next_tick(self.opened_at, self.prepaid().seconds)
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
                    self.phase = Phase::Running {
                        since: now,
                        noted: now,
                    };
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

    fn wait_anew(&mut self, now: u64) {
        if let Phase::Waiting { since } = &mut self.phase {
            *since = now;
        }
    }

    fn take_voucher(&mut self, voucher: SignedVoucher, now: u64, effects: &mut Vec<ProviderEffect>) {
        match self.judge(&voucher, now) {
            Ok(()) => {
                self.voucher = Some(voucher);
                let used_seconds = self.note(now);
                effects.push(ProviderEffect::TakeVoucher {
                    voucher,
                    used_seconds,
                });
            }
            Err(refusal) => effects.push(ProviderEffect::RefuseVoucher(refusal)),
        }
    }

    /// The pace first: what comes too fast is worth neither a signature's check nor a write.
    fn judge(&mut self, voucher: &SignedVoucher, now: u64) -> Result<(), VoucherRefusal> {
        if !self.pace.take(now) {
            return Err(VoucherRefusal::TooFast);
        }
        let terms = &self.terms;
        let session = terms.session.as_bytes();
        if !terms.scope.voucher_is_genuine(session, terms.lease, voucher) {
            return Err(VoucherRefusal::NotGenuine);
        }
        terms
            .billing
            .accept_voucher(self.prepaid(), Prepaid::from(voucher))
    }

    /// What is used by now, seconds, which the caller has written down.
    fn note(&mut self, now: u64) -> u64 {
        if let Phase::Running { noted, .. } = &mut self.phase {
            *noted = now;
        }
        self.used_seconds(now)
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
                if now >= waits_until(self.opened_at, since) {
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
            Phase::Running { since, noted } => {
                let paid_until = paid_until(since, self.prepaid().seconds);
                if now >= paid_until {
                    self.prepaid_time_is_over(since, paid_until, effects);
                    self.kill_when_due(now, effects);
                } else if now >= noted.saturating_add(USAGE_MILLIS) {
                    let used_seconds = self.note(now);
                    effects.push(ProviderEffect::NoteUsage { used_seconds });
                }
            }
            Phase::Stopping { .. } => self.kill_when_due(now, effects),
            Phase::Ended => {}
        }
    }

    fn prepaid_time_is_over(&mut self, since: u64, paid_until: u64, effects: &mut Vec<ProviderEffect>) {
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
            Phase::Running { since, .. } => {
                let latest = paid_until(since, self.prepaid().seconds).saturating_add(STOP_GRACE_MILLIS);
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
        let used = self.phase.used_millis(now);
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
