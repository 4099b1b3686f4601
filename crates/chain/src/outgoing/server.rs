//! What is remembered of one server while a transaction is on its way.

use std::time::Duration;

use super::{Level, Policy, Reason, evidence::Finding, policy::SEEN_BY_NOW};
use crate::client::TxError;

/// What came of sending to one server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took the bytes, or had run them before.
    Taken,
    /// It would not take them.
    Refused(TxError),
    /// Their blockhash is unknown to it: it lags, or they are too old.
    TooOld,
    /// No answer: it may have taken them.
    Unclear,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Server {
    pub(super) looked_at: Option<Duration>,
    pub(super) sent_at: Option<Duration>,
    pub(super) answer: Option<Answer>,
    /// The last look failed.
    pub(super) silent: bool,
    pub(super) last: Option<Finding>,
    /// Proofs of death in a row, each at a later finalized block than the one before.
    proofs: u32,
    proof: Option<Proof>,
    /// Looks in a row that miss a transaction which was confirmed.
    misses: u32,
    missed_at: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
struct Proof {
    at: Duration,
    root_slot: u64,
}

impl Server {
    /// Takes a finding in; `confirmed_slot` where somebody has confirmed the transaction.
    pub(super) fn learn(
        &mut self,
        finding: Finding,
        now: Duration,
        policy: &Policy,
        confirmed_slot: Option<u64>,
    ) {
        self.silent = false;
        match &finding {
            Finding::Found { .. } => {
                self.forget_proofs();
                self.misses = 0;
            }
            Finding::Dead { root_slot } => {
                let further = self.proof.is_none_or(|before| {
                    *root_slot > before.root_slot && now.saturating_sub(before.at) >= policy.spacing
                });
                if further {
                    self.proofs = self.proofs.saturating_add(1);
                    self.proof = Some(Proof {
                        at: now,
                        root_slot: *root_slot,
                    });
                }
            }
            Finding::Young { status_slot } => {
                self.forget_proofs();
                let spaced = self
                    .missed_at
                    .is_none_or(|before| now.saturating_sub(before) >= policy.spacing);
                let due = confirmed_slot.is_some_and(|slot| *status_slot >= slot.saturating_add(SEEN_BY_NOW));
                if due && spaced {
                    self.misses = self.misses.saturating_add(1);
                    self.missed_at = Some(now);
                }
            }
            // A history that has been pruned meanwhile does not speak against what it proved while it was there.
            Finding::Blind(Reason::Pruned | Reason::Unnoted) if self.proves_death(policy) => {}
            Finding::Blind(_) => self.forget_proofs(),
        }
        self.last = Some(finding);
    }

    const fn forget_proofs(&mut self) {
        self.proofs = 0;
        self.proof = None;
    }

    /// Says that it is dead, often enough.
    pub(super) fn proves_death(&self, policy: &Policy) -> bool {
        self.proofs >= policy.looks
    }

    /// Says that it is dead, at least once.
    pub(super) const fn doubts(&self) -> bool {
        self.proofs > 0
    }

    /// By its last answer the time is over, or it failed for good.
    pub(super) const fn is_over(&self) -> bool {
        matches!(
            self.last,
            Some(
                Finding::Dead { .. }
                    | Finding::Blind(_)
                    | Finding::Found {
                        level: Level::Final,
                        error: Some(_),
                        ..
                    }
            )
        )
    }

    /// Has lost it, often enough.
    pub(super) fn misses(&self, policy: &Policy) -> bool {
        self.misses >= policy.looks
    }

    pub(super) fn forget_misses(&mut self) {
        self.misses = 0;
        self.missed_at = None;
    }

    /// Shows it in a block.
    pub(super) const fn shows(&self) -> bool {
        matches!(self.last, Some(Finding::Found { .. }))
    }

    /// The slot where it shows it confirmed or final, and without an error.
    pub(super) fn confirms(&self) -> Option<u64> {
        match &self.last {
            Some(Finding::Found {
                level,
                slot,
                error: None,
            }) if *level >= Level::Confirmed => Some(*slot),
            Some(
                Finding::Found { .. } | Finding::Young { .. } | Finding::Dead { .. } | Finding::Blind(_),
            )
            | None => None,
        }
    }

    /// How it ended for good, by this server.
    pub(super) const fn end(&self) -> Option<&Option<TxError>> {
        match &self.last {
            Some(Finding::Found {
                level: Level::Final,
                error,
                ..
            }) => Some(error),
            Some(
                Finding::Found { .. } | Finding::Young { .. } | Finding::Dead { .. } | Finding::Blind(_),
            )
            | None => None,
        }
    }
}
