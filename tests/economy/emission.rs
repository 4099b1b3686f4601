//! The emission as the formula writes it.

use hearth_economy::emission::{MONTH_SECONDS, MONTHS, cumulative, unlocked_after};
use num_bigint::BigInt;
use proptest::prelude::*;

use crate::plain::{fraction, to_u64, whole};

/// The cumulative sums of `500 M × (0.08 / 12) × (1 − 0.010150801)^(m − 1)` in base units, rounded half up and capped.
/// Exact: over the denominator 3 × 10^(9 (m − 1)) every sum is a whole number.
fn sums() -> Vec<BigInt> {
    let (billion, kept) = (
        BigInt::from(1_000_000_000),
        BigInt::from(1_000_000_000 - 10_150_801),
    );
    let (mut sum, mut month, mut under) = (
        BigInt::ZERO,
        BigInt::from(1_000_000_000_000_000_u64),
        BigInt::from(3),
    );
    let mut sums = vec![BigInt::ZERO];
    for _ in 1..=MONTHS {
        sum += &month;
        let half_up: BigInt = (&sum * 2 + &under) / (&under * 2);
        sums.push(half_up.min(BigInt::from(30_000_000_000_000_000_u64)));
        sum *= &billion;
        month *= &kept;
        under *= &billion;
    }
    sums
}

#[test]
fn every_month_is_the_exact_sum_rounded_half_up() {
    let exact = sums();
    assert_eq!(exact.len(), 241);
    for (month, sum) in (0..).zip(exact) {
        assert_eq!(BigInt::from(cumulative(month).0), sum, "month {month}");
    }
}

proptest! {
    #[test]
    fn between_months_unlocking_is_linear_and_floored(month in 0..240_u16, second in 0..MONTH_SECONDS) {
        let (before, after) = (whole(cumulative(month).0), whole(cumulative(month + 1).0));
        let linear = before.clone() + (after - before) * fraction(second, MONTH_SECONDS);
        prop_assert_eq!(unlocked_after(u64::from(month) * MONTH_SECONDS + second).0, to_u64(&linear.floor()));
    }
}
