//! The epoch's price: a median that one sample cannot move.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::quantity::{Bps, IoPrice};

/// One look at one price source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Which source, by its place in the network's list.
    pub source: u16,
    /// When, seconds of any one clock.
    pub at: u64,
    /// The price.
    pub price: IoPrice,
    /// How far the source says it may be off, either way, in billionths of a dollar.
    pub confidence_nanos: u64,
}

/// What makes a price good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceRules {
    /// The least samples that count.
    pub min_samples: usize,
    /// The least sources among them: two, or one where the network has one only.
    pub min_sources: usize,
    /// Seconds of a slot; of each source one sample a slot counts, its first.
    pub slot_seconds: u64,
    /// The longest time without any sample, at the ends too, seconds.
    pub max_gap_seconds: u64,
    /// The widest median confidence.
    pub max_confidence: Bps,
}

impl Default for PriceRules {
    /// 30 samples of two sources over an hour, no ten minutes without one, 2 % wide at most.
    fn default() -> Self {
        Self {
            min_samples: 30,
            min_sources: 2,
            slot_seconds: 60,
            max_gap_seconds: 600,
            max_confidence: Bps::clamped(200),
        }
    }
}

/// Why an epoch has no price yet. It stays closing; the window may be lengthened and asked again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoPrice {
    /// Too few samples count.
    #[error("{0} samples count so far, too few")]
    TooFew(usize),
    /// Too few sources answered.
    #[error("{0} price sources answered, too few")]
    TooFewSources(usize),
    /// A stretch without samples.
    #[error("no price was seen for {0} seconds")]
    Gap(u64),
    /// The sources are not sure enough.
    #[error("the price is known to no better than {0} of 10,000")]
    TooWide(u64),
}

/// The price of the window from `start` to `end` (seconds, the end excluded): the median of the samples that count.
///
/// # Errors
/// [`NoPrice`] when samples are too few, too old or too uncertain.
pub fn epoch_price(samples: &[Sample], start: u64, end: u64, rules: &PriceRules) -> Result<IoPrice, NoPrice> {
    let mut inside: Vec<_> = samples.iter().filter(|s| s.at >= start && s.at < end).collect();
    inside.sort_by_key(|s| (s.at, s.source, s.price));
    let mut taken = BTreeSet::new();
    inside.retain(|s| {
        let slot = (s.at - start).checked_div(rules.slot_seconds).unwrap_or(s.at);
        taken.insert((s.source, slot))
    });
    if inside.len() < rules.min_samples.max(1) {
        return Err(NoPrice::TooFew(inside.len()));
    }
    let sources = inside.iter().map(|s| s.source).collect::<BTreeSet<_>>().len();
    if sources < rules.min_sources {
        return Err(NoPrice::TooFewSources(sources));
    }
    let mut last = start;
    for at in inside.iter().map(|s| s.at).chain([end]) {
        if at - last > rules.max_gap_seconds {
            return Err(NoPrice::Gap(at - last));
        }
        last = at;
    }
    let price = median(inside.iter().map(|s| s.price.nanos()));
    let width = median(inside.iter().map(|s| s.confidence_nanos));
    let limit = u128::from(price) * u128::from(rules.max_confidence.get());
    if u128::from(width) * 10_000 > limit {
        let bps = u128::from(width) * 10_000 / u128::from(price.max(1));
        return Err(NoPrice::TooWide(u64::try_from(bps).unwrap_or(u64::MAX)));
    }
    IoPrice::from_nanos(price).ok_or(NoPrice::TooFew(0))
}

/// The middle one, or the mean of the two middle ones rounded down; 0 of none.
fn median(values: impl Iterator<Item = u64>) -> u64 {
    let mut sorted: Vec<_> = values.collect();
    sorted.sort_unstable();
    let half = sorted.len() / 2;
    let at = |index: usize| sorted.get(index).copied().unwrap_or(0);
    if sorted.len() % 2 == 1 {
        return at(half);
    }
    at(half.saturating_sub(1)).midpoint(at(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(source: u16, at: u64, micros: u32) -> Sample {
        Sample {
            source,
            at,
            price: IoPrice::from_micros(micros),
            confidence_nanos: 100_000,
        }
    }

    /// Two sources, a sample of each every two minutes, around 20 cents.
    fn hour() -> Vec<Sample> {
        (0..30_u32)
            .flat_map(|i| {
                let at = u64::from(i) * 120;
                [sample(0, at, 200_000 + i), sample(1, at + 30, 200_000 + i)]
            })
            .collect()
    }

    fn price_of(samples: &[Sample]) -> Result<IoPrice, NoPrice> {
        epoch_price(samples, 0, 3_600, &PriceRules::default())
    }

    #[test]
    fn the_price_is_the_median() {
        assert_eq!(price_of(&hour()), Ok(IoPrice::from_nanos(200_014_500).unwrap()));
    }

    #[test]
    fn one_sample_moves_it_no_further_than_its_neighbour() {
        let honest = price_of(&hour()).unwrap().nanos();
        for index in 0..60 {
            for micros in [1, 200_000, 40_000_000] {
                let mut samples = hour();
                samples[index].price = IoPrice::from_micros(micros);
                let moved = price_of(&samples).unwrap().nanos();
                assert!(moved.abs_diff(honest) <= 1_000, "{moved}");
            }
        }
    }

    #[test]
    fn of_each_source_one_sample_a_slot_counts() {
        let mut samples = hour();
        // Later samples of slots that are taken, however many, change nothing.
        samples.extend((1..30).flat_map(|i| (0..9).map(move |j| sample(0, i * 120 + 1 + j, 1_000_000))));
        assert_eq!(price_of(&samples), price_of(&hour()));
    }

    #[test]
    fn bad_samples_give_no_price() {
        assert_eq!(price_of(&hour()[..29]), Err(NoPrice::TooFew(29)));
        assert_eq!(price_of(&hour()[..50]), Err(NoPrice::Gap(690)));
        let one: Vec<_> = (0..60).map(|i| sample(0, i * 60, 200_000)).collect();
        assert_eq!(price_of(&one), Err(NoPrice::TooFewSources(1)));
        let mut unsure = hour();
        for sample in &mut unsure {
            sample.confidence_nanos = 4_100_000;
        }
        assert_eq!(price_of(&unsure), Err(NoPrice::TooWide(204)));
        assert_eq!(price_of(&[]), Err(NoPrice::TooFew(0)));
    }
}
