//! Digits at the end of a text, without a text of their own: exports write millions of numbers.

/// Appends a number, with zeros before it until it has `places` digits (at most 20).
pub(crate) fn push(out: &mut String, number: u64, places: usize) {
    let mut digits = [b'0'; 20];
    let (mut first, mut rest) = (digits.len(), number);
    while rest > 0 {
        first -= 1;
        digits[first] = b"0123456789"[(rest % 10) as usize];
        rest /= 10;
    }
    let first = first.min(digits.len().saturating_sub(places));
    out.push_str(std::str::from_utf8(&digits[first..]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn digits_are_those_of_the_standard_library(number: u64, shift in 0..64_u32, places in 0..=20_usize) {
            let number = number >> shift;
            let mut text = "a".to_owned();
            push(&mut text, number, places.max(1));
            let places = places.max(1);
            prop_assert_eq!(text, format!("a{number:0places$}"));
        }
    }

    #[test]
    fn nothing_has_no_digits_of_its_own() {
        let mut text = String::new();
        push(&mut text, 0, 1);
        push(&mut text, 0, 2);
        push(&mut text, u64::MAX, 20);
        assert_eq!(text, "00018446744073709551615");
    }
}
