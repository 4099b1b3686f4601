//! Products and quotients of amounts, wide enough never to lose a digit, and checked.

/// floor(a × b / c); `None` when c is 0 or the result does not fit.
pub(crate) fn floor_mul_div(a: u64, b: u64, c: u64) -> Option<u64> {
    let quotient = (u128::from(a) * u128::from(b)).checked_div(u128::from(c))?;
    u64::try_from(quotient).ok()
}

/// ceil(a × b / c); `None` when c is 0 or the result does not fit.
pub(crate) fn ceil_mul_div(a: u64, b: u64, c: u64) -> Option<u64> {
    if c == 0 {
        return None;
    }
    u64::try_from((u128::from(a) * u128::from(b)).div_ceil(u128::from(c))).ok()
}

/// floor(a × b / c) of wide numbers; `None` when c is 0 or something does not fit.
pub(crate) fn floor_mul_div_wide(a: u64, b: u128, c: u128) -> Option<u64> {
    let product = u128::from(a).checked_mul(b)?;
    u64::try_from(product.checked_div(c)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_round_the_named_way_and_refuse_what_does_not_fit() {
        assert_eq!(floor_mul_div(7, 3, 2), Some(10));
        assert_eq!(ceil_mul_div(7, 3, 2), Some(11));
        assert_eq!(ceil_mul_div(6, 1, 2), Some(3));
        assert_eq!(floor_mul_div(u64::MAX, u64::MAX, u64::MAX), Some(u64::MAX));
        assert_eq!(floor_mul_div(u64::MAX, 2, 1), None);
        assert_eq!(ceil_mul_div(1, 1, 0), None);
        assert_eq!(floor_mul_div(1, 1, 0), None);
        assert_eq!(floor_mul_div_wide(3, 5, 2), Some(7));
        assert_eq!(floor_mul_div_wide(3, u128::MAX, 1), None);
    }
}
