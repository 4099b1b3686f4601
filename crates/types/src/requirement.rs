//! What a renter needs of an offer. Typed: `A10` never matches `A100`, `3070` never `3070 Ti`.

use std::{convert::Infallible, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::market::{Offer, OfferedDevice};

/// Words in driver and shop names that do not tell two models apart.
const NOISE: &[&str] = &[
    "nvidia",
    "geforce",
    "amd",
    "ati",
    "radeon",
    "intel",
    "apple",
    "graphics",
    "generation",
    "gpu",
    "r",
    "tm",
];
/// Words after a model's number that make another model of it.
const VARIANTS: &[&str] = &[
    "ti", "super", "xt", "xtx", "gre", "d", "ada", "laptop", "mobile", "max", "q", "pro", "ultra",
];
/// Words before a model's number that people write together with it.
const SERIES: &[&str] = &["rtx", "gtx", "rx", "arc"];
/// The longest name that is looked at, bytes.
const MAX_NAME: usize = 256;

/// A GPU model as drivers, shops and people name it: the words that matter, in order. Without any, every model.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Model(Vec<String>);

impl Model {
    /// The model of a name such as `NVIDIA GeForce RTX 3070 Ti` or `rtx3070ti`.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let end = (0..=MAX_NAME.min(name.len()))
            .rev()
            .find(|at| name.is_char_boundary(*at));
        let name = name.get(..end.unwrap_or(0)).unwrap_or_default().to_lowercase();
        let words = name.split(|c: char| !c.is_alphanumeric()).flat_map(apart);
        let telling = words.filter(|word| !word.is_empty() && !NOISE.contains(word));
        Self(telling.map(str::to_owned).collect())
    }

    /// Whether a device of that model is what is wanted here. A wanted number is there as it is, right behind the
    /// words that are wanted before it, and with no other variant behind it: `3070` is no `3070 Ti`, `RTX 6000` no
    /// `RTX PRO 6000`. Other words follow in order; of those without a digit the beginning will do.
    #[must_use]
    pub fn is_served_by(&self, offered: &Self) -> bool {
        let number = self.0.iter().position(|word| has_digit(word));
        let Some((before, number, after)) = number.and_then(|at| around(&self.0, at)) else {
            return follow(&self.0, &offered.0);
        };
        (0..offered.0.len()).filter_map(|at| around(&offered.0, at)).any(
            |(words_before, word, words_after)| {
                word == number
                    && ends_with(words_before, before)
                    && variant(words_after) == variant(after)
                    && follow(after, words_after)
            },
        )
    }
}

/// A word, with what is before and after it.
fn around(words: &[String], at: usize) -> Option<(&[String], &String, &[String])> {
    let (before, rest) = words.split_at_checked(at)?;
    let (word, after) = rest.split_first()?;
    Some((before, word, after))
}

/// Whether the wanted words come in this order.
fn follow(wanted: &[String], offered: &[String]) -> bool {
    let mut rest = offered.iter();
    wanted
        .iter()
        .all(|wanted| rest.any(|word| is_meant(wanted, word)))
}

/// Whether the wanted words come last.
fn ends_with(offered: &[String], wanted: &[String]) -> bool {
    let from = offered.len().checked_sub(wanted.len());
    let last = from.and_then(|from| offered.get(from..));
    last.is_some_and(|last| {
        wanted
            .iter()
            .zip(last)
            .all(|(wanted, word)| is_meant(wanted, word))
    })
}

fn is_meant(wanted: &str, word: &str) -> bool {
    let whole = has_digit(wanted) || is_variant(wanted);
    word == wanted || (!whole && word.starts_with(wanted))
}

fn variant(words: &[String]) -> Vec<&String> {
    words.iter().filter(|word| is_variant(word)).collect()
}

fn has_digit(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit())
}

fn is_variant(word: &str) -> bool {
    VARIANTS.contains(&word)
}

/// `rtx3070ti` as `rtx`, `3070`, `ti`; other words stay whole.
fn apart(word: &str) -> impl Iterator<Item = &str> {
    let digit = |c: char| c.is_ascii_digit();
    let (series, rest) = match word.find(digit) {
        Some(at) if SERIES.contains(&&word[..at]) => word.split_at(at),
        Some(_) | None => ("", word),
    };
    let (number, variant) = match rest.rfind(digit) {
        Some(at) if is_variant(&rest[at + 1..]) => rest.split_at(at + 1),
        Some(_) | None => (rest, ""),
    };
    [series, number, variant].into_iter()
}

impl FromStr for Model {
    type Err = Infallible;

    fn from_str(name: &str) -> Result<Self, Infallible> {
        Ok(Self::parse(name))
    }
}

impl From<String> for Model {
    fn from(name: String) -> Self {
        Self::parse(&name)
    }
}

impl From<Model> for String {
    fn from(model: Model) -> Self {
        model.to_string()
    }
}

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// What a renter needs of every device of an offer. The default accepts all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Requirement {
    /// The model.
    pub model: Model,
    /// Video memory, bytes; 0 = any. In JSON a number.
    pub min_vram_bytes: u64,
}

impl Requirement {
    /// Whether the offer serves.
    #[must_use]
    pub fn accepts(&self, offer: &Offer) -> bool {
        offer.devices.iter().all(|device| self.accepts_device(device))
    }

    fn accepts_device(&self, device: &OfferedDevice) -> bool {
        let memory = device.vram_bytes.unwrap_or(0) >= self.min_vram_bytes;
        memory && self.model.is_served_by(&Model::parse(&device.name))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        device::{DeviceKind, Vendor},
        id::{DeviceId, NodeId, WalletAddress},
        money::IoPerSecond,
    };

    fn serves(wanted: &str, offered: &str) -> bool {
        Model::parse(wanted).is_served_by(&Model::parse(offered))
    }

    #[test]
    fn a_model_is_matched_as_a_whole() {
        for (wanted, offered) in [
            ("RTX 3070", "NVIDIA GeForce RTX 3070"),
            ("3070", "NVIDIA GeForce RTX 3070"),
            ("rtx3070ti", "NVIDIA GeForce RTX 3070 Ti"),
            ("3070 ti", "RTX 3070Ti"),
            ("A100", "NVIDIA A100-SXM4-80GB"),
            ("a100 80gb", "NVIDIA A100-SXM4-80GB"),
            ("rx 6800 xt", "AMD Radeon(TM) RX 6800 XT"),
            ("6000 Ada", "NVIDIA RTX 6000 Ada Generation"),
            ("rtx", "NVIDIA GeForce RTX 3070 Ti"),
            ("W7900", "AMD Radeon PRO W7900"),
            ("8gb", "NVIDIA GeForce RTX 3070 Ti 8GB"),
            ("RTX PRO 6000", "NVIDIA RTX PRO 6000 Blackwell"),
            ("llvm", "llvmpipe (LLVM 15.0.7, 256 bits)"),
            ("NVIDIA", "anything"),
            ("", "anything"),
        ] {
            assert!(serves(wanted, offered), "{wanted:?} wants {offered:?}");
        }
        for (wanted, offered) in [
            ("A10", "NVIDIA A100"),
            ("A10", "NVIDIA A10G"),
            ("3070", "NVIDIA GeForce RTX 3070 Ti"),
            ("RTX 3070", "NVIDIA GeForce RTX 3070 Ti"),
            ("RTX 3070 Ti", "NVIDIA GeForce RTX 3070"),
            ("4070 Ti", "NVIDIA GeForce RTX 4070 Ti SUPER"),
            ("4090", "NVIDIA GeForce RTX 4090 Laptop GPU"),
            ("4090", "NVIDIA GeForce RTX 4090 D"),
            ("307", "NVIDIA GeForce RTX 3070"),
            ("70", "NVIDIA GeForce RTX 3070"),
            ("M4", "Apple M4 Max"),
            ("RTX 6000", "NVIDIA RTX PRO 6000 Blackwell"),
            ("3070 8gb", "NVIDIA GeForce RTX 3070 Ti 8GB"),
            ("80GB A100", "NVIDIA A100-SXM4-80GB"),
        ] {
            assert!(!serves(wanted, offered), "{wanted:?} does not want {offered:?}");
        }
    }

    fn offer(names: &[(&str, Option<u64>)]) -> Offer {
        let device = |(name, vram_bytes): &(&str, Option<u64>)| OfferedDevice {
            id: DeviceId([1; 32]),
            name: (*name).to_owned(),
            vendor: Vendor::Other,
            kind: DeviceKind::Discrete,
            vram_bytes: *vram_bytes,
            benchmark: None,
        };
        Offer {
            node: NodeId([1; 32]),
            provider: WalletAddress([2; 32]),
            devices: names.iter().map(device).collect(),
            rate: IoPerSecond(1),
            max_seconds: 60,
            notice_seconds: 0,
        }
    }

    #[test]
    fn every_device_must_serve() {
        let need = Requirement {
            model: Model::parse("3070"),
            min_vram_bytes: 8 << 30,
        };
        let good = ("RTX 3070", Some(8 << 30));
        assert!(need.accepts(&offer(&[good, good])));
        assert!(!need.accepts(&offer(&[good, ("RTX 3060", Some(12 << 30))])));
        assert!(!need.accepts(&offer(&[good, ("RTX 3070", Some(7 << 30))])));
        assert!(!need.accepts(&offer(&[("RTX 3070", None)])));
        let any = Requirement::default();
        assert!(any.accepts(&offer(&[("", None)])));
    }

    #[test]
    fn a_requirement_travels_as_what_was_typed() {
        let need: Requirement = serde_json::from_str(r#"{"model":"GeForce RTX3070Ti"}"#).unwrap();
        assert_eq!(need.model, Model::parse("rtx 3070 ti"));
        let text = serde_json::to_string(&need).unwrap();
        assert_eq!(text, r#"{"model":"rtx 3070 ti","min_vram_bytes":0}"#);
        assert_eq!(
            serde_json::from_str::<Requirement>("{}").unwrap(),
            Requirement::default()
        );
    }

    proptest! {
        #[test]
        fn any_name_serves_itself_and_comes_back(name in "\\PC{0,40}") {
            let model = Model::parse(&name);
            prop_assert!(model.is_served_by(&model));
            prop_assert_eq!(Model::parse(&model.to_string()), model);
        }

        #[test]
        fn a_number_is_never_part_of_another(number in 1..100_000_u32, more in 0..10_u32) {
            let longer = format!("RTX {number}{more}");
            let is_served = serves(&format!("{number}"), &longer);
            prop_assert!(!is_served);
        }
    }
}
