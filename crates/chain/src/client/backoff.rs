//! When a server may be asked again, and how fast: pure arithmetic over a monotonic clock.

use std::time::Duration;

/// The first pause after a failure, milliseconds; it doubles with each further one.
const FIRST_PAUSE_MS: u64 = 250;
/// The longest pause after failures.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// The longest pause for a server on this machine: it is back as soon as its process is.
const LONGEST_LOCAL_PAUSE: Duration = Duration::from_millis(500);
/// The longest that a server may tell us to stay away.
const LONGEST_ORDER: Duration = Duration::from_secs(120);
/// Requests at once before the pace counts.
const BURST: u64 = 40;
/// Between two requests at a steady pace, milliseconds: 8 a second, below what public servers allow.
const PACE_MS: u64 = 125;

/// What went wrong at a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It says that we ask too much, and perhaps for how long to stay away.
    Busy(Option<Duration>),
    /// No answer, or none of use.
    Down,
}

/// How a server fares.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Health {
    failures: u32,
    resume_at: Duration,
    /// It asked for the pause; otherwise the pause is our own guess.
    ordered: bool,
}

impl Health {
    /// Nothing speaks against asking it.
    pub(super) fn is_ready(&self, now: Duration) -> bool {
        now >= self.resume_at
    }

    /// It asked to be left alone for now.
    pub(super) fn must_wait(&self, now: Duration) -> bool {
        self.ordered && !self.is_ready(now)
    }

    /// When it may be asked again.
    pub(super) const fn resume_at(&self) -> Duration {
        self.resume_at
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub(super) fn failed(&mut self, trouble: Trouble, now: Duration, local: bool) {
        let doubled = FIRST_PAUSE_MS.saturating_mul(1 << self.failures.min(10));
        let longest = if local { LONGEST_LOCAL_PAUSE } else { LONGEST_PAUSE };
        let own = Duration::from_millis(doubled).min(longest);
        let (pause, ordered) = match trouble {
            Trouble::Busy(Some(asked)) => (asked.min(LONGEST_ORDER).max(own), true),
            // A second at least: the common limits count by seconds.
            Trouble::Busy(None) => (own.max(Duration::from_secs(1)), true),
            Trouble::Down => (own, false),
        };
        self.failures = self.failures.saturating_add(1);
        self.resume_at = self.resume_at.max(now.saturating_add(pause));
        self.ordered = ordered;
    }
}

/// Spreads requests to one server.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace {
    /// When every request so far would have been due at a steady pace.
    due: Duration,
}

impl Pace {
    /// Takes a place in the queue; gives how long to wait for it.
    pub(super) fn take(&mut self, now: Duration) -> Duration {
        let step = Duration::from_millis(PACE_MS);
        let burst = Duration::from_millis(PACE_MS * BURST);
        let wait = self.due.saturating_sub(now.saturating_add(burst));
        self.due = self.due.max(now).saturating_add(step);
        wait
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn pauses_double_and_end_with_a_success() {
        let mut health = Health::default();
        let pauses: Vec<_> = (0..9)
            .map(|_| {
                let now = health.resume_at();
                health.failed(Trouble::Down, now, false);
                (health.resume_at() - now).as_millis()
            })
            .collect();
        assert_eq!(
            pauses,
            [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        );
        health.succeeded();
        assert!(health.is_ready(Duration::ZERO));
    }

    #[test]
    fn an_order_to_wait_is_obeyed_and_a_guess_may_be_tried() {
        let mut health = Health::default();
        health.failed(Trouble::Busy(Some(7 * SECOND)), SECOND, false);
        assert!(health.must_wait(7 * SECOND));
        assert!(health.is_ready(8 * SECOND));
        let mut health = Health::default();
        health.failed(
            Trouble::Busy(Some(Duration::from_secs(9_999))),
            Duration::ZERO,
            false,
        );
        assert!(health.is_ready(LONGEST_ORDER));
        let mut health = Health::default();
        health.failed(Trouble::Down, Duration::ZERO, true);
        assert!(!health.is_ready(Duration::ZERO) && !health.must_wait(Duration::ZERO));
        assert!(health.is_ready(LONGEST_LOCAL_PAUSE));
    }

    proptest! {
        #[test]
        fn no_ten_seconds_see_more_than_burst_and_pace(gaps in prop::collection::vec(0_u64..400, 1..600)) {
            let mut pace = Pace::default();
            let mut now = Duration::ZERO;
            let mut asked = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                now += pace.take(now);
                asked.push(now);
            }
            for (first, start) in asked.iter().enumerate() {
                let within = asked[first..].iter().filter(|at| **at - *start < 10 * SECOND).count();
                prop_assert!(within as u64 <= BURST + 10 * 1_000 / PACE_MS + 1, "{within}");
            }
        }
    }
}
