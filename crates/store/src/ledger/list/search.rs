//! What somebody types into a search field, as conditions on indexes.

use crate::{StoreError, codec::to_json};

/// Characters of a search that are looked at.
const MAX_TEXT: usize = 200;
/// The fewest characters that count as the beginning of an id.
const MIN_ID: usize = 4;

/// A search: entries whose note has all words, or that carry an id with this beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Search {
    /// Full-text query: every word, or a longer word that begins so.
    pub(super) words: String,
    /// JSON array of [first, last], hexadecimal: 32-byte ids that begin so.
    pub(super) ids: String,
    /// The same for 64-byte signatures.
    pub(super) signatures: String,
}

/// Nothing for nothing but space.
pub(super) fn parse(text: &str) -> Option<Search> {
    let text: String = text.chars().take(MAX_TEXT).collect();
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    let words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let words: Vec<_> = words.map(|word| format!("\"{word}\"*")).collect();
    // Ids are shown shortened, as 7xKX…gAsU.
    let id = text.split('…').next().unwrap_or(text);
    Some(Search {
        // An empty phrase is in no note.
        words: if words.is_empty() {
            "\"\"".to_owned()
        } else {
            words.join(" ")
        },
        ids: ranges::<32>(id).ok()?,
        signatures: ranges::<64>(id).ok()?,
    })
}

/// The byte strings of this length whose base58 text begins so. Texts of one length are ordered as their bytes are,
/// so each length that a text can have is one range.
fn ranges<const N: usize>(prefix: &str) -> Result<String, StoreError> {
    let mut found = Vec::new();
    if prefix.len() >= MIN_ID {
        // 58^1.3658 = 256: bytes with few leading zeros have one of two or three lengths.
        let longest = N * 138 / 100;
        for length in longest.saturating_sub(3).max(prefix.len())..=longest {
            let fill = |with: &str| format!("{prefix}{}", with.repeat(length - prefix.len()));
            let Some(first) = decode::<N>(&fill("1")) else {
                continue;
            };
            let last = decode::<N>(&fill("z")).unwrap_or([u8::MAX; N]);
            found.push((hex::encode(first), hex::encode(last)));
        }
    }
    to_json(&found, "a search")
}

/// The number that a base58 text writes, as bytes; `None` for other texts and for what does not fit.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    let decoded = bs58::decode(text).into_vec().ok()?;
    let zeros = decoded.iter().take_while(|byte| **byte == 0).count();
    let digits = decoded.get(zeros..)?;
    let mut bytes = [0; N];
    bytes
        .get_mut(N.checked_sub(digits.len())?..)?
        .copy_from_slice(digits);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use hearth_types::id::{LeaseId, TxSignature};
    use proptest::prelude::*;

    use super::*;

    fn within(ranges: &str, bytes: &[u8]) -> bool {
        let ranges: Vec<(String, String)> = serde_json::from_str(ranges).unwrap();
        let bytes = hex::encode(bytes);
        ranges
            .iter()
            .any(|(first, last)| *first <= bytes && bytes <= *last)
    }

    proptest! {
        #[test]
        fn an_id_lies_in_the_range_of_each_of_its_beginnings(bytes: [u8; 32], length in 4..45_usize) {
            let text = LeaseId(bytes).to_string();
            let found = ranges::<32>(&text[..length.min(text.len())]).unwrap();
            prop_assert!(within(&found, &bytes));
        }

        #[test]
        fn a_signature_lies_in_the_range_of_each_of_its_beginnings(
            first: [u8; 32], second: [u8; 32], length in 4..89_usize
        ) {
            let bytes: [u8; 64] = [first, second].concat().try_into().unwrap();
            let text = TxSignature(bytes).to_string();
            let found = ranges::<64>(&text[..length.min(text.len())]).unwrap();
            prop_assert!(within(&found, &bytes));
        }

        #[test]
        fn other_ids_lie_outside(mine: [u8; 32], other: [u8; 32]) {
            let (mine_text, other_text) = (LeaseId(mine).to_string(), LeaseId(other).to_string());
            prop_assume!(mine_text[..8] != other_text[..8]);
            prop_assert!(!within(&ranges::<32>(&mine_text[..8]).unwrap(), &other));
        }

        #[test]
        fn any_text_is_a_search_or_nothing(text: String) {
            prop_assert_eq!(parse(&text).is_none(), text.trim().is_empty() || text.chars().take(MAX_TEXT).all(char::is_whitespace));
        }
    }
}
