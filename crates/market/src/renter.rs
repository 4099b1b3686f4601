//! A lease as the renter lives it: events and the time go in, effects come out.
//!
//! The renter pays by its own clock, never ahead of one unacknowledged voucher, never while disconnected and never
//! past its budget. [`RenterEffect::End`] comes exactly once and is the last effect. Times are milliseconds of one
//! monotonic clock.

use hearth_protocol::statement::{SignedClose, SignedVoucher};
use hearth_types::{id::NodeId, lease::EndReason};

use crate::{
    billing::{CloseFault, Prepaid},
    terms::LeaseTerms,
};

/// How long a node may be unreachable, or silent after a stop or the end of the paid time, before the renter gives
/// the lease up, milliseconds.
pub const LOST_MILLIS: u64 = 120_000;
/// How long a node that is not reached is tried for its results once the chain shows the lease closed, milliseconds.
pub const CLOSED_MILLIS: u64 = 20_000;
/// How long handing over the results of a closed lease may take in all, milliseconds: 64 MiB by a slow line.
pub const HANDOVER_MILLIS: u64 = 600_000;

/// What happens to a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenterEvent {
    /// The node welcomed us.
    Connected {
        /// It has the job.
        started: bool,
        /// The highest voucher it has.
        voucher: Option<SignedVoucher>,
    },
    /// The node took a voucher of this amount, base units.
    VoucherTaken {
        /// Its amount.
        amount: u64,
    },
    /// The workload runs.
    Running,
    /// What the node counts so far. Used only when this side does not know when the workload began.
    Usage {
        /// Seconds.
        seconds: u64,
    },
    /// The node says the lease is over.
    Ended {
        /// Why.
        reason: EndReason,
        /// What it asks for; checked here, signature included.
        close: SignedClose,
    },
    /// The person wants to stop.
    StopRequested,
    /// The connection broke.
    Disconnected,
    /// The chain shows the lease closed, or past the time from which it can be closed without the node: nothing more
    /// is to be paid, but the node may still have the results.
    ClosedOnChain,
    /// Time passed.
    Tick,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RenterEffect {
    /// Send `Start` with the job.
    SendJob,
    /// Sign this voucher, store it durably, then send it. The same one may come again after a reconnection.
    SendVoucher(Prepaid),
    /// Send `Stop`.
    SendStop,
    /// The lease is over: settle.
    End(RenterEnd),
}

/// How a lease came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RenterEnd {
    /// Why.
    pub reason: EndReason,
    /// The highest voucher handed out.
    pub prepaid: Prepaid,
    /// The node's close, when it gave a good one: what is paid in the end.
    pub close: Option<SignedClose>,
    /// What was wrong with the close it gave.
    pub fault: Option<CloseFault>,
}

/// One lease at its renter.
#[derive(Clone, Debug)]
pub struct RenterLease {
    terms: LeaseTerms,
    node: NodeId,
    connected: bool,
    /// The last moment at which waiting made sense: opened, connected, disconnected, stop sent.
    since: u64,
    prepaid: Prepaid,
    acknowledged: bool,
    running_since: Option<u64>,
    stopping: bool,
    /// When the chain was first seen to have closed the lease.
    closed_at: Option<u64>,
    ended: bool,
}

impl RenterLease {
    /// A lease that has just opened on chain. The budget is the escrow of `terms.billing`
    /// ([`crate::Billing::within`]).
    #[must_use]
    pub fn new(terms: LeaseTerms, node: NodeId, now: u64) -> Self {
        Self::resume(terms, node, Prepaid::default(), now)
    }

    /// A lease found open after a restart. `prepaid`: the highest voucher stored, whether or not it was sent.
    #[must_use]
    pub fn resume(terms: LeaseTerms, node: NodeId, prepaid: Prepaid, now: u64) -> Self {
        Self {
            terms,
            node,
            connected: false,
            since: now,
            prepaid,
            acknowledged: false,
            running_since: None,
            stopping: false,
            closed_at: None,
            ended: false,
        }
    }

    /// The highest voucher handed out.
    #[must_use]
    pub fn prepaid(&self) -> Prepaid {
        self.prepaid
    }

    /// Whether [`RenterEffect::End`] came.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// Whether the chain may have closed the lease without this side hearing of it: nobody is connected, or the
    /// node is paid for nothing that it could be doing.
    #[must_use]
    pub fn asks_the_chain(&self, now: u64) -> bool {
        let idle = !self.connected || self.stopping || now >= self.paid_until();
        idle && self.closed_at.is_none() && !self.ended
    }

    /// When a [`RenterEvent::Tick`] is due at the latest; `None` once over.
    #[must_use]
    pub fn next_tick(&self) -> Option<u64> {
        if self.ended {
            return None;
        }
        let sooner = self.voucher_due_at().into_iter().chain(self.limit_at());
        sooner.chain([self.lost_at()]).min()
    }

    /// Takes an event at `now`; what is to be done, in order.
    pub fn handle(&mut self, event: RenterEvent, now: u64) -> Vec<RenterEffect> {
        let mut effects = Vec::new();
        if self.ended {
            return effects;
        }
        match event {
            RenterEvent::Connected { started, voucher } => self.connect(started, voucher, now, &mut effects),
            RenterEvent::VoucherTaken { amount } => {
                self.acknowledged |= amount >= self.prepaid.amount.0;
            }
            RenterEvent::Running => {
                self.running_since.get_or_insert(now);
            }
            RenterEvent::Usage { seconds } => {
                // Never more than was paid: a node cannot hurry the next voucher by more than one interval.
                let used = seconds.min(self.prepaid.seconds).saturating_mul(1_000);
                self.running_since.get_or_insert(now.saturating_sub(used));
            }
            RenterEvent::Ended { reason, close } => self.node_ended(reason, close, &mut effects),
            RenterEvent::StopRequested => self.stop(now, &mut effects),
            RenterEvent::Disconnected => {
                self.connected = false;
                self.since = now;
            }
            RenterEvent::ClosedOnChain => {
                self.closed_at.get_or_insert(now);
            }
            RenterEvent::Tick => {}
        }
        self.pass_time(now, &mut effects);
        effects
    }

    fn connect(
        &mut self,
        started: bool,
        voucher: Option<SignedVoucher>,
        now: u64,
        effects: &mut Vec<RenterEffect>,
    ) {
        self.connected = true;
        self.since = now;
        if self.closed_at.is_some() {
            // What the node has kept comes unasked.
            return;
        }
        if self.stopping {
            effects.push(RenterEffect::SendStop);
            return;
        }
        if !started {
            effects.push(RenterEffect::SendJob);
        }
        let there = voucher.as_ref().map(Prepaid::from).unwrap_or_default();
        self.acknowledged = there.amount >= self.prepaid.amount && self.prepaid.seconds > 0;
        if self.prepaid.seconds > 0 && !self.acknowledged {
            effects.push(RenterEffect::SendVoucher(self.prepaid));
        }
    }

    fn used_millis(&self, now: u64) -> u64 {
        self.running_since.map_or(0, |since| now.saturating_sub(since))
    }

    /// Whether another voucher may go out at all.
    fn may_pay(&self) -> bool {
        let first = self.prepaid.seconds == 0;
        let open = self.connected && !self.stopping && self.closed_at.is_none();
        open && (first || (self.acknowledged && self.running_since.is_some()))
    }

    fn voucher_due_at(&self) -> Option<u64> {
        let since = self.running_since?;
        // With the time used up, a voucher is due if any may follow.
        let all_used = self.prepaid.seconds.saturating_mul(1_000);
        let more = self.terms.billing.next_voucher(all_used, self.prepaid).is_some();
        let due = all_used.saturating_sub(crate::billing::RENEW_AT_MILLIS);
        (self.may_pay() && more).then(|| since.saturating_add(due))
    }

    /// When everything that may be paid for is used, and the node is to be told to stop.
    fn limit_at(&self) -> Option<u64> {
        let limit = self.terms.billing.limit_seconds().saturating_mul(1_000);
        let told = self.stopping || !self.connected || self.closed_at.is_some();
        let since = self.running_since.filter(|_| !told);
        since.map(|since| since.saturating_add(limit))
    }

    /// When the time that is paid for is over.
    fn paid_until(&self) -> u64 {
        self.running_since.map_or(0, |since| {
            since.saturating_add(self.prepaid.seconds.saturating_mul(1_000))
        })
    }

    /// When a silent node counts as lost. While connected and running within paid time, never; on a closed lease,
    /// once its results had time enough.
    fn lost_at(&self) -> u64 {
        let Some(closed_at) = self.closed_at else {
            return self.since.max(self.paid_until()).saturating_add(LOST_MILLIS);
        };
        let handed_over = closed_at.saturating_add(HANDOVER_MILLIS);
        let unreached = self.since.max(closed_at).saturating_add(CLOSED_MILLIS);
        if self.connected {
            handed_over
        } else {
            handed_over.min(unreached)
        }
    }

    fn pass_time(&mut self, now: u64, effects: &mut Vec<RenterEffect>) {
        if self.ended {
            return;
        }
        if now >= self.lost_at() {
            self.end(EndReason::Disconnected, None, None, effects);
            return;
        }
        if self.limit_at().is_some_and(|at| now >= at) {
            self.stop(now, effects);
        }
        if self.may_pay()
            && let Some(next) = self
                .terms
                .billing
                .next_voucher(self.used_millis(now), self.prepaid)
        {
            self.prepaid = next;
            self.acknowledged = false;
            effects.push(RenterEffect::SendVoucher(next));
        }
    }

    fn stop(&mut self, now: u64, effects: &mut Vec<RenterEffect>) {
        if !self.stopping {
            self.stopping = true;
            self.since = now;
            if self.connected {
                effects.push(RenterEffect::SendStop);
            }
        }
    }

    fn node_ended(&mut self, reason: EndReason, close: SignedClose, effects: &mut Vec<RenterEffect>) {
        let LeaseTerms {
            scope,
            lease,
            billing,
            ..
        } = self.terms;
        let verdict = if scope.close_is_genuine(self.node, lease, &close) {
            billing.check_close(&close, self.prepaid)
        } else {
            Err(CloseFault::NotGenuine)
        };
        match verdict {
            Ok(()) => self.end(reason, Some(close), None, effects),
            Err(fault) => self.end(reason, None, Some(fault), effects),
        }
    }

    fn end(
        &mut self,
        reason: EndReason,
        close: Option<SignedClose>,
        fault: Option<CloseFault>,
        effects: &mut Vec<RenterEffect>,
    ) {
        self.ended = true;
        effects.push(RenterEffect::End(RenterEnd {
            reason,
            prepaid: self.prepaid,
            close,
            fault,
        }));
    }
}

#[cfg(test)]
mod tests;
