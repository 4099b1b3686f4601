//! How often something may come: a bucket that time fills.

/// So many at once, and one in so many milliseconds in the long run. The bucket is the moment at which it will be
/// full again. Times are milliseconds of one monotonic clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    burst: u64,
    every_millis: u64,
    full_at: u64,
}

impl Pace {
    /// A full bucket of `burst`, filled again by one every `every_millis`.
    #[must_use]
    pub const fn new(burst: u64, every_millis: u64) -> Self {
        Self {
            burst,
            every_millis,
            full_at: 0,
        }
    }

    /// Takes one out at `now`; `false` (and nothing taken) when it is empty.
    pub fn take(&mut self, now: u64) -> bool {
        let full_at = self.full_at.max(now).saturating_add(self.every_millis);
        if full_at > now.saturating_add(self.every_millis.saturating_mul(self.burst)) {
            return false;
        }
        self.full_at = full_at;
        true
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_again() {
        let mut pace = Pace::new(3, 1_000);
        let taken = [0, 0, 0, 0, 900, 1_000, 1_100, 9_000].map(|now| pace.take(now));
        assert_eq!(taken, [true, true, true, false, false, true, false, true]);
    }

    proptest! {
        #[test]
        fn no_rhythm_gets_more_than_its_share(
            burst in 1..20_u64, every in 1..5_000_u64, steps in prop::collection::vec(0..3_000_u64, 1..200),
        ) {
            let mut pace = Pace::new(burst, every);
            let (mut now, mut taken) = (0, 0);
            for step in steps {
                now += step;
                taken += u64::from(pace.take(now));
                prop_assert!(taken <= burst + now / every);
            }
        }
    }
}
