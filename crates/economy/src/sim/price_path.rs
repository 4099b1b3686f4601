//! What IO costs on a day.

use serde::{Deserialize, Serialize};

use super::path::Path;
use crate::quantity::{IoPrice, Ppm};

/// The price over the days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum PricePath {
    /// Always the same.
    Constant {
        /// This.
        price: IoPrice,
    },
    /// One price until a day, another from then on.
    Crash {
        /// Before.
        before: IoPrice,
        /// The first day of the other.
        day: u32,
        /// After.
        after: IoPrice,
    },
    /// Along a path.
    Along {
        /// What the path is a part of.
        start: IoPrice,
        /// The path.
        path: Path,
    },
    /// Each day a random step up or down, always the same for a seed.
    Walk {
        /// On day 0.
        start: IoPrice,
        /// The largest daily step.
        step: Ppm,
        /// Which walk.
        seed: u64,
    },
    /// Day by day, such as recorded; the last goes on.
    Recorded {
        /// From day 0.
        prices: Vec<IoPrice>,
    },
}

impl PricePath {
    /// The prices of so many days.
    #[must_use]
    pub fn days(&self, days: u32) -> Vec<IoPrice> {
        let mut walk = None;
        (0..days)
            .map(|day| match self {
                Self::Constant { price } => *price,
                Self::Crash {
                    before,
                    day: from,
                    after,
                } => {
                    if day < *from {
                        *before
                    } else {
                        *after
                    }
                }
                Self::Along { start, path } => {
                    IoPrice::from_nanos(path.at(day).of(start.nanos())).unwrap_or(*start)
                }
                Self::Walk { start, step, seed } => {
                    let next = walk.map_or(*start, |last| stepped(last, *step, mixed(*seed, day)));
                    walk = Some(next);
                    next
                }
                Self::Recorded { prices } => {
                    let known = prices.get(day as usize).or(prices.last());
                    known.copied().unwrap_or(IoPrice::from_micros(1))
                }
            })
            .collect()
    }
}

/// A step by at most `step`, up or down, as `dice` falls; at least a billionth of a dollar is left.
fn stepped(last: IoPrice, step: Ppm, dice: u64) -> IoPrice {
    let size = Ppm((dice >> 1) % step.0.saturating_add(1)).of(last.nanos());
    let nanos = if dice & 1 == 0 {
        last.nanos().saturating_add(size)
    } else {
        last.nanos().saturating_sub(size).max(1)
    };
    IoPrice::from_nanos(nanos).unwrap_or(last)
}

/// A well mixed number for a day of a walk (the finaliser of SplitMix64).
const fn mixed(seed: u64, day: u32) -> u64 {
    let mut x = seed.wrapping_add((day as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENTS_20: IoPrice = IoPrice::from_micros(200_000);

    #[test]
    fn a_walk_is_the_same_for_a_seed_and_keeps_its_steps() {
        let walk = |seed| {
            PricePath::Walk {
                start: CENTS_20,
                step: Ppm(50_000),
                seed,
            }
            .days(400)
        };
        assert_eq!(walk(1), walk(1));
        assert_ne!(walk(1), walk(2));
        let (mut up, mut down) = (0, 0);
        for pair in walk(3).windows(2) {
            let (before, after) = (pair[0].nanos(), pair[1].nanos());
            assert!(before.abs_diff(after) <= before / 20);
            up += u32::from(after > before);
            down += u32::from(after < before);
        }
        assert!(up > 150 && down > 150, "{up} up, {down} down");
    }

    #[test]
    fn a_crash_happens_on_its_day_and_a_record_goes_on() {
        let half = IoPrice::from_micros(100_000);
        let crash = PricePath::Crash {
            before: CENTS_20,
            day: 2,
            after: half,
        };
        assert_eq!(crash.days(4), [CENTS_20, CENTS_20, half, half]);
        let record = PricePath::Recorded {
            prices: vec![CENTS_20, half],
        };
        assert_eq!(record.days(3), [CENTS_20, half, half]);
    }
}
