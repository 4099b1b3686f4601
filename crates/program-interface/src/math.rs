//! Amounts, rounded the same way by the program and by its clients. Written without 128-bit arithmetic, which
//! the on-chain target lacks.

use crate::params::BPS;

/// 64 × 64 → 128 bits as (high, low).
#[must_use]
pub const fn wide_mul(a: u64, b: u64) -> (u64, u64) {
    const LOW: u64 = 0xffff_ffff;
    let (a_high, a_low, b_high, b_low) = (a >> 32, a & LOW, b >> 32, b & LOW);
    let (low_low, low_high) = (a_low.wrapping_mul(b_low), a_low.wrapping_mul(b_high));
    let (high_low, high_high) = (a_high.wrapping_mul(b_low), a_high.wrapping_mul(b_high));
    // At most 3 × (2³² − 1): no overflow; the products of two halves fit 64 bits as well.
    let middle = (low_low >> 32) + (low_high & LOW) + (high_low & LOW);
    let high = high_high + (low_high >> 32) + (high_low >> 32) + (middle >> 32);
    (high, (middle << 32) | (low_low & LOW))
}

/// floor(a × b / c); `None` if c is 0 or the result needs more than 64 bits. Knuth's division D in base 2³².
#[must_use]
pub fn mul_div(a: u64, b: u64, c: u64) -> Option<u64> {
    const LOW: u64 = 0xffff_ffff;
    let (high, low) = wide_mul(a, b);
    if high >= c {
        return None; // Also c = 0.
    }
    if high == 0 {
        return Some(low / c);
    }
    let shift = c.leading_zeros();
    let divisor = c << shift;
    let (upper, lower) = (divisor >> 32, divisor & LOW);
    let top = if shift == 0 {
        high
    } else {
        (high << shift) | (low >> (64 - shift))
    };
    let next = low << shift;
    // One digit of the quotient: the remainder so far and the next digit of the dividend, by the divisor.
    let digit = |rest: u64, next: u64| -> (u64, u64) {
        let (mut quotient, mut remainder) = (rest / upper, rest % upper);
        while quotient >> 32 != 0 || quotient.wrapping_mul(lower) > ((remainder << 32) | next) {
            quotient -= 1;
            remainder += upper;
            if remainder >> 32 != 0 {
                break;
            }
        }
        let rest = (rest << 32)
            .wrapping_add(next)
            .wrapping_sub(quotient.wrapping_mul(divisor));
        (quotient, rest)
    };
    let (first, rest) = digit(top, next >> 32);
    let (second, _) = digit(rest, next & LOW);
    Some((first << 32).wrapping_add(second))
}

/// floor(amount × bps / 10,000), for shares up to the whole; a share above counts as the whole.
#[must_use]
pub const fn share(amount: u64, bps: u16) -> u64 {
    provider_share(amount, BPS.saturating_sub(bps))
}

/// What a taker gets for USDC at a price in USDC base units a whole IO: floor(usdc × 10⁸ / price) base units of
/// IO. `None` at price 0 or beyond 64 bits.
#[must_use]
pub fn io_for_usdc(usdc: u64, price: u64) -> Option<u64> {
    mul_div(usdc, crate::params::IO_UNITS, price)
}

/// What a lease holds in escrow: rate × seconds; `None` beyond 64 bits.
#[must_use]
pub const fn escrow_amount(rate_per_second: u64, max_seconds: u64) -> Option<u64> {
    match wide_mul(rate_per_second, max_seconds) {
        (0, low) => Some(low),
        _ => None,
    }
}

/// Whether an amount is paid for by the seconds at this rate: amount ≤ rate × seconds.
#[must_use]
pub const fn covered(amount: u64, rate_per_second: u64, seconds: u64) -> bool {
    let (high, low) = wide_mul(rate_per_second, seconds);
    high != 0 || amount <= low
}

/// The provider's part of everything settled so far: floor(settled × (10,000 − margin) / 10,000). What is left
/// of `settled` is the network's. A margin above 10,000 counts as 10,000.
#[must_use]
pub const fn provider_share(settled: u64, margin_bps: u16) -> u64 {
    let whole = BPS as u64;
    let part = BPS.saturating_sub(margin_bps) as u64;
    // Exact: settled = q × 10,000 + r, and q × part ≤ settled, r × part < 10⁸: neither product overflows.
    (settled / whole).wrapping_mul(part) + (settled % whole).wrapping_mul(part) / whole
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edge values and a deterministic spread between them.
    fn samples() -> impl Iterator<Item = u64> {
        let mut state = 7_u64;
        let spread = (0..400).map(move |i: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            state >> (i % 64)
        });
        [
            0,
            1,
            9_999,
            10_000,
            10_001,
            u64::from(u32::MAX),
            1 << 32,
            u64::MAX - 1,
            u64::MAX,
        ]
        .into_iter()
        .chain(spread)
    }

    #[test]
    fn products_agree_with_128_bits() {
        for a in samples() {
            for b in samples() {
                let exact = u128::from(a) * u128::from(b);
                let (high, low) = wide_mul(a, b);
                assert_eq!((u128::from(high) << 64) | u128::from(low), exact);
                assert_eq!(escrow_amount(a, b), u64::try_from(exact).ok());
                assert_eq!(covered(a, b, 3), u128::from(a) <= u128::from(b) * 3);
            }
        }
    }

    #[test]
    fn quotients_agree_with_128_bits() {
        for a in samples() {
            for b in samples().step_by(7) {
                for c in samples().step_by(11) {
                    let exact = (u128::from(a) * u128::from(b)).checked_div(u128::from(c));
                    let exact = exact.and_then(|exact| u64::try_from(exact).ok());
                    assert_eq!(mul_div(a, b, c), exact, "{a} × {b} / {c}");
                }
            }
        }
    }

    #[test]
    fn what_usdc_buys_is_floored() {
        assert_eq!(io_for_usdc(1_000_000, 250_000), Some(400_000_000));
        assert_eq!(io_for_usdc(1, 3), Some(33_333_333));
        assert_eq!(io_for_usdc(1, 0), None);
        assert_eq!(io_for_usdc(u64::MAX, 1), None);
        assert_eq!(
            (share(10_001, 300), share(7, 10_000), share(7, u16::MAX)),
            (300, 7, 7)
        );
    }

    #[test]
    fn shares_are_floored_and_never_shrink() {
        for settled in samples() {
            for margin in [0, 1, 999, 1_000, 2_999, 3_000, 10_000, u16::MAX] {
                let part = u128::from(BPS.saturating_sub(margin));
                let share = provider_share(settled, margin);
                assert_eq!(u128::from(share), u128::from(settled) * part / 10_000);
                assert!(share >= provider_share(settled.saturating_sub(1), margin));
            }
        }
    }
}
