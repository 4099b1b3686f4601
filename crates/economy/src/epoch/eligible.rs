//! Which of a device's seconds earn.
//!
//! A device is verified from a passed proof to the next due one, for the seconds in which it answered pings. A lease
//! suspends proofs, not pings: its seconds count only if the device was verified when it began and a proof passes
//! within ten minutes after it; a lease over a day pauses once a day for one. Otherwise a fake card leased to itself
//! would earn for ever. Of the verified seconds those are eligible that were leased, or offered at no more than the
//! class's ceiling.

use super::span::{Seconds, Span};
use crate::quantity::UsdPerHour;

/// How long after a lease its proof may pass, seconds.
pub const PROOF_GRACE_SECONDS: u64 = 600;
/// The longest stretch of a lease between two proofs, seconds.
pub const LEASE_PROOF_SECONDS: u64 = 86_400;

/// A proof that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProofTime {
    /// When it was answered or refused.
    pub at: u64,
    /// When the next is due.
    pub next_due: u64,
    /// Whether it passed.
    pub passed: bool,
}

/// What is known of a device up to a moment, seconds of chain time. Proofs in order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timeline {
    /// Proofs, from the last before the epoch on.
    pub proofs: Vec<ProofTime>,
    /// Time in which pings were answered.
    pub answered: Vec<Span>,
    /// Leases, each from its signed start; one that goes on ends at `u64::MAX`.
    pub leases: Vec<Span>,
    /// When it was offered, and for how much.
    pub offers: Vec<(Span, UsdPerHour)>,
}

/// A device's seconds in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Proven and answering.
    pub verified: u64,
    /// Of these, leased or offered at no more than the ceiling.
    pub eligible: u64,
    /// Leased, proven or not.
    pub leased: u64,
    /// Leased and answering, waiting for the proof after the lease. They become eligible, or void, in the epoch in
    /// which that is known.
    pub pending: u64,
}

/// What became of a stretch of a lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Proven,
    Pending,
    Void,
}

/// The tally of `epoch`, as known at `now`.
#[must_use]
pub fn tally(timeline: &Timeline, epoch: Span, ceiling: UsdPerHour, now: u64) -> Tally {
    let covered = covered(&timeline.proofs);
    let stretches: Vec<_> = timeline
        .leases
        .iter()
        .flat_map(|lease| stretches(*lease, &timeline.proofs, &covered, now))
        .collect();
    let of = |fate: Fate| {
        let spans = stretches
            .iter()
            .filter(|(_, f)| *f == fate)
            .map(|(span, _)| *span);
        Seconds::new(spans)
    };
    let leased = Seconds::new(timeline.leases.iter().copied());
    let inside = Seconds::new([epoch]);
    let answered = Seconds::new(timeline.answered.iter().copied()).and(&inside);
    let verified = covered.without(&leased).or(&of(Fate::Proven)).and(&answered);
    let offers = timeline.offers.iter().filter(|(_, rate)| *rate <= ceiling);
    let offered = Seconds::new(offers.map(|(span, _)| *span));
    Tally {
        verified: verified.count(),
        eligible: verified.and(&leased.or(&offered)).count(),
        leased: leased.and(&inside).count(),
        pending: of(Fate::Pending).and(&answered).count(),
    }
}

/// From each passed proof to the next due one; a failed proof ends it.
fn covered(proofs: &[ProofTime]) -> Seconds {
    let spans = proofs
        .iter()
        .enumerate()
        .filter(|(_, proof)| proof.passed)
        .map(|(index, proof)| {
            let failed = proofs.iter().skip(index + 1).find(|later| !later.passed);
            Span::new(
                proof.at,
                proof.next_due.min(failed.map_or(u64::MAX, |failed| failed.at)),
            )
        });
    Seconds::new(spans)
}

/// A lease cut at its proofs, each stretch with what became of it.
fn stretches(lease: Span, proofs: &[ProofTime], covered: &Seconds, now: u64) -> Vec<(Span, Fate)> {
    let end = lease.end.min(now);
    if end <= lease.start {
        return Vec::new();
    }
    let began_verified =
        covered.contains(lease.start) || proofs.iter().any(|p| p.passed && p.at == lease.start);
    if !began_verified {
        return vec![(Span::new(lease.start, end), Fate::Void)];
    }
    let mut cut = Vec::new();
    let mut from = lease.start;
    let timely = |from: u64, to: u64| to - from <= LEASE_PROOF_SECONDS;
    for proof in proofs.iter().filter(|p| p.at > lease.start && p.at < end) {
        let good = proof.passed && timely(from, proof.at);
        cut.push((
            Span::new(from, proof.at),
            if good { Fate::Proven } else { Fate::Void },
        ));
        from = proof.at;
    }
    let grace = lease.end.saturating_add(PROOF_GRACE_SECONDS);
    let after = proofs.iter().find(|p| p.at >= lease.end && p.at <= grace);
    let last = match after {
        _ if !timely(from, end) => Fate::Void,
        Some(proof) if proof.passed => Fate::Proven,
        Some(_) => Fate::Void,
        None if now <= grace => Fate::Pending,
        None => Fate::Void,
    };
    cut.push((Span::new(from, end), last));
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    const EPOCH: Span = Span::new(36_000, 39_600);
    const CEILING: UsdPerHour = UsdPerHour(500_000);

    fn proof(at: u64, passed: bool) -> ProofTime {
        ProofTime {
            at,
            next_due: at + 7_200,
            passed,
        }
    }

    /// Proven before the epoch, answering and offered all the time.
    fn idle() -> Timeline {
        Timeline {
            proofs: vec![proof(35_000, true)],
            answered: vec![Span::new(0, 1_000_000)],
            leases: vec![],
            offers: vec![(Span::new(0, u64::MAX), CEILING)],
        }
    }

    fn tally_of(timeline: &Timeline) -> Tally {
        tally(timeline, EPOCH, CEILING, EPOCH.end)
    }

    #[test]
    fn an_idle_device_earns_every_second_it_answers() {
        assert_eq!(tally_of(&idle()).eligible, 3_600);
        let mut silent = idle();
        silent.answered = vec![Span::new(0, 36_100), Span::new(36_101, 1_000_000)];
        assert_eq!(tally_of(&silent).eligible, 3_599);
    }

    #[test]
    fn it_is_verified_until_the_next_proof_is_due_or_fails() {
        let mut late = idle();
        late.proofs = vec![proof(30_000, true)];
        assert_eq!(tally_of(&late).verified, 1_200);
        late.proofs.push(proof(36_500, false));
        assert_eq!(tally_of(&late).verified, 500);
        late.proofs = vec![];
        assert_eq!(tally_of(&late).verified, 0);
    }

    #[test]
    fn an_offer_above_the_ceiling_earns_nothing() {
        let mut dear = idle();
        dear.offers = vec![(Span::new(0, u64::MAX), UsdPerHour(500_001))];
        let tally = tally_of(&dear);
        assert_eq!((tally.verified, tally.eligible), (3_600, 0));
    }

    #[test]
    fn leased_seconds_count_when_a_proof_passes_within_ten_minutes() {
        let lease = Span::new(36_600, 37_800);
        let after = |at: u64, passed: bool| {
            let mut timeline = idle();
            timeline.leases = vec![lease];
            timeline.proofs.push(proof(at, passed));
            tally(&timeline, EPOCH, CEILING, EPOCH.end)
        };
        assert_eq!(after(38_400, true).eligible, 3_600);
        let late = after(38_401, true);
        assert_eq!((late.eligible, late.leased), (2_400, 1_200));
        // The failed proof also ends what the one before had covered.
        assert_eq!(after(38_000, false).eligible, 600 + 200);
    }

    #[test]
    fn a_lease_that_began_unproven_earns_nothing() {
        let mut fake = idle();
        fake.proofs = vec![proof(39_000, true)];
        fake.leases = vec![Span::new(36_000, 38_900)];
        let tally = tally_of(&fake);
        assert_eq!((tally.eligible, tally.leased), (600, 2_900));
    }

    #[test]
    fn a_lease_waits_for_its_proof_and_then_counts_or_not() {
        let mut timeline = idle();
        timeline.leases = vec![Span::new(38_600, 40_000)];
        let then = tally_of(&timeline);
        assert_eq!((then.eligible, then.pending), (2_600, 1_000));
        timeline.proofs.push(proof(40_100, true));
        let later = tally(&timeline, EPOCH, CEILING, 43_200);
        assert_eq!((later.eligible, later.pending), (3_600, 0));
        timeline.proofs[1].passed = false;
        assert_eq!(tally(&timeline, EPOCH, CEILING, 43_200).eligible, 2_600);
    }

    #[test]
    fn a_long_lease_needs_a_proof_a_day() {
        let mut timeline = idle();
        timeline.proofs = vec![proof(30_000, true), proof(37_000 + 86_400, true)];
        timeline.leases = vec![Span::new(36_000, u64::MAX)];
        let now = 37_000 + 86_400 + 10;
        assert_eq!(
            tally(&timeline, EPOCH, CEILING, now).eligible,
            0,
            "87,400 s without a proof"
        );
        timeline.proofs[1].at = 36_000 + 86_400;
        assert_eq!(tally(&timeline, EPOCH, CEILING, now).eligible, 3_600);
    }
}
