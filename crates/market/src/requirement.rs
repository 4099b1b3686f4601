//! Which offers a renter can use. Requirements are typed: `A10` never matches `A100`, `3070` never `3070 Ti`.

use std::ops::RangeInclusive;

use hearth_types::{device::DeviceKind, market::Offer, money::IoPerSecond};

/// Words in driver and shop names that do not tell two models apart.
const NOISE: &[&str] = &[
    "nvidia", "geforce", "amd", "ati", "radeon", "intel", "apple", "graphics", "gpu", "r", "tm",
];

/// A GPU model, taken from a name as drivers and shops write it. Two are equal when every word that matters is
/// the same, in order.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Model(Vec<String>);

impl Model {
    /// The model of a name such as `NVIDIA GeForce RTX 3070 Ti`; `None` when nothing but makers is named.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let words: Vec<String> = name
            .split(|c: char| !c.is_alphanumeric())
            .map(str::to_lowercase)
            .filter(|word| !word.is_empty() && !NOISE.contains(&word.as_str()))
            .collect();
        (!words.is_empty()).then_some(Self(words))
    }
}

/// What a renter needs of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// Any of these models; empty = any model.
    pub models: Vec<Model>,
    /// How many devices of the node.
    pub count: RangeInclusive<usize>,
    /// Video memory of each device, bytes; 0 = any.
    pub min_vram_bytes: u64,
    /// Whether devices computed by the CPU will do.
    pub software_allowed: bool,
    /// The highest price for the whole offer; `None` = any.
    pub max_rate: Option<IoPerSecond>,
    /// The time needed, seconds.
    pub seconds: u64,
}

impl Default for Requirement {
    fn default() -> Self {
        Self {
            models: Vec::new(),
            count: 1..=usize::MAX,
            min_vram_bytes: 0,
            software_allowed: true,
            max_rate: None,
            seconds: 0,
        }
    }
}

impl Requirement {
    /// Whether the offer serves.
    #[must_use]
    pub fn accepts(&self, offer: &Offer) -> bool {
        let device_serves = |device: &hearth_types::market::OfferedDevice| {
            let model = Model::parse(&device.name);
            (self.models.is_empty() || model.is_some_and(|model| self.models.contains(&model)))
                && (self.min_vram_bytes == 0
                    || device
                        .vram_bytes
                        .is_some_and(|bytes| bytes >= self.min_vram_bytes))
                && (self.software_allowed || device.kind != DeviceKind::Software)
        };
        self.count.contains(&offer.devices.len())
            && self.max_rate.is_none_or(|most| offer.rate <= most)
            && self.seconds <= offer.max_seconds
            && offer.devices.iter().all(device_serves)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offer::tests::{device, offer};

    fn wants(model: &str) -> Requirement {
        Requirement {
            models: Model::parse(model).into_iter().collect(),
            ..Requirement::default()
        }
    }

    fn has(name: &str) -> Offer {
        Offer {
            devices: vec![device(1, name)],
            ..offer()
        }
    }

    #[test]
    fn models_match_as_a_whole() {
        assert!(wants("RTX 3070").accepts(&has("NVIDIA GeForce RTX 3070")));
        assert!(!wants("RTX 3070").accepts(&has("NVIDIA GeForce RTX 3070 Ti")));
        assert!(!wants("RTX 3070 Ti").accepts(&has("NVIDIA GeForce RTX 3070")));
        assert!(!wants("A10").accepts(&has("NVIDIA A100")));
        assert!(wants("rx 6800 xt").accepts(&has("AMD Radeon(TM) RX 6800 XT")));
        assert_eq!(Model::parse("NVIDIA"), None);
    }

    #[test]
    fn every_device_must_serve() {
        let mixed = Offer {
            devices: vec![device(1, "RTX 3070"), device(2, "RTX 3060")],
            ..offer()
        };
        assert!(!wants("RTX 3070").accepts(&mixed));
        let memory = Requirement {
            min_vram_bytes: 25 << 30,
            ..Requirement::default()
        };
        assert!(!memory.accepts(&mixed));
        let cheap = Requirement {
            max_rate: Some(IoPerSecond(999)),
            ..Requirement::default()
        };
        assert!(!cheap.accepts(&mixed));
        let two = Requirement {
            count: 2..=2,
            ..Requirement::default()
        };
        assert!(two.accepts(&mixed) && !two.accepts(&offer()));
    }
}
