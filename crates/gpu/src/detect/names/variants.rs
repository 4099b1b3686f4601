//! One entry of the PCI id database names every model made of a chip: taking such an entry apart, and finding which of
//! its models another text means.

/// What is printed on the box, out of the database's `Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]`.
pub(super) fn in_brackets(entry: &str) -> &str {
    let inner = entry.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    inner.map_or(entry, |(sold, _)| sold).trim()
}

/// The models that `Radeon RX 6800/6800 XT / 6900 XT` names, each in full. What cannot be taken apart stays whole.
pub(super) fn expand(family: &str) -> Vec<String> {
    let family = family.trim();
    let mut parts = family.split('/').map(str::trim).filter(|part| !part.is_empty());
    let Some(first) = parts.next() else {
        return vec![family.to_owned()];
    };
    let first_words: Vec<&str> = first.split_whitespace().collect();
    let (Some(first_number), Some(last_number)) = (
        first_words.iter().position(|word| has_digit(word)),
        first_words.iter().rposition(|word| has_digit(word)),
    ) else {
        return vec![family.to_owned()];
    };
    let numbers = first_words.iter().filter(|word| has_digit(word)).count();
    let mut models = vec![first_words.join(" ")];
    for part in parts {
        let words: Vec<&str> = part.split_whitespace().collect();
        let Some(number) = words.iter().position(|word| has_digit(word)) else {
            // `Mobile / Max-Q`: two words for one model.
            return vec![family.to_owned()];
        };
        let repeats = words.iter().filter(|word| has_digit(word)).count();
        let head = if number == 0 && repeats < numbers {
            &first_words[..last_number]
        } else if number == 0 {
            &first_words[..first_number]
        } else if first_words.first() == words.first() {
            &[]
        } else {
            // `Pro 5500M` after `Radeon RX 5500`: its own series of the same brand.
            &first_words[..first_number.min(1)]
        };
        let model: Vec<&str> = head.iter().copied().chain(words).collect();
        models.push(model.join(" "));
    }
    models.dedup();
    models
}

/// The model of `models` that `text` means, such as a board's name `Reaper Radeon RX 9070 XT 16GB`: the longest that is
/// in it. `None` when none is, or when the text itself names several.
pub(super) fn named_in<'a>(models: &'a [String], text: &str) -> Option<&'a str> {
    if expand(in_front_of_brackets(text)).len() > 1 {
        return None;
    }
    let text = squeezed(text);
    let mut best: Option<(&str, usize)> = None;
    for model in models {
        let wanted = squeezed(without_brand(model));
        let better = best.is_none_or(|(_, length)| wanted.len() > length);
        if has_digit(&wanted) && better && text.contains(&wanted) {
            best = Some((model, wanted.len()));
        }
    }
    best.map(|(model, _)| model)
}

/// Whether `longer` is `shorter` with more words, as `Radeon RX Vega 56` is of `Radeon RX Vega`.
pub(super) fn extends(longer: &str, shorter: &str) -> bool {
    longer
        .strip_prefix(shorter)
        .is_some_and(|rest| rest.starts_with(' '))
}

fn in_front_of_brackets(text: &str) -> &str {
    text.split_once('[').map_or(text, |(front, _)| front)
}

fn without_brand(model: &str) -> &str {
    ["Radeon ", "GeForce "]
        .iter()
        .find_map(|brand| model.strip_prefix(brand))
        .unwrap_or(model)
}

/// Letters and digits only, small: `RX 580` and `RX580` are the same.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

fn has_digit(word: &str) -> bool {
    word.bytes().any(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_are_taken_apart_into_full_names() {
        let cases = [
            (
                "Radeon RX 6800/6800 XT / 6900 XT",
                vec!["Radeon RX 6800", "Radeon RX 6800 XT", "Radeon RX 6900 XT"],
            ),
            (
                "Radeon RX 5500/5500M / Pro 5500M",
                vec!["Radeon RX 5500", "Radeon RX 5500M", "Radeon Pro 5500M"],
            ),
            (
                "Radeon RX Vega 56/64",
                vec!["Radeon RX Vega 56", "Radeon RX Vega 64"],
            ),
            (
                "Radeon R9 M265X / R7 M360 / M270X",
                vec!["Radeon R9 M265X", "Radeon R7 M360", "Radeon R9 M270X"],
            ),
            ("Radeon 880M / 890M", vec!["Radeon 880M", "Radeon 890M"]),
            (
                "GeForce RTX 4070 Max-Q / Mobile",
                vec!["GeForce RTX 4070 Max-Q / Mobile"],
            ),
            (
                "Quadro K620M / Quadro M500M",
                vec!["Quadro K620M", "Quadro M500M"],
            ),
            ("Arc A380", vec!["Arc A380"]),
            ("", vec![""]),
            ("/", vec!["/"]),
        ];
        for (family, models) in cases {
            assert_eq!(expand(family), models, "{family}");
        }
    }

    #[test]
    fn the_board_tells_the_model() {
        let models = expand("Radeon RX 470/480/570/570X/580/580X/590");
        let cases = [
            ("Radeon RX 580 Pulse 4GB", Some("Radeon RX 580")),
            ("Phantom Gaming D Radeon RX580 8G OC", Some("Radeon RX 580")),
            ("Radeon RX 580X", Some("Radeon RX 580X")),
            ("Nitro+ Radeon RX 570/580/590", None),
            ("Radeon RX 480 [Red / Dragon]", Some("Radeon RX 480")),
            ("Device 1234", None),
        ];
        for (board, model) in cases {
            assert_eq!(named_in(&models, board), model, "{board}");
        }
    }

    #[test]
    fn the_whole_database_can_be_taken_apart() {
        for vendor in pci_ids::Vendors::iter() {
            for device in vendor.devices() {
                let models = expand(in_brackets(device.name()));
                assert!(!models.is_empty());
                for board in device.subsystems() {
                    named_in(&models, board.name());
                }
            }
        }
    }
}
