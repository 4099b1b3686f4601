//! The device score of the legacy fixed emission.

use serde::{Deserialize, Serialize};

use crate::quantity::Ppm;

/// A node's connectivity tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tier {
    /// 100 Mb/s down, 10 up.
    Low,
    /// 400 down, 300 up.
    Medium,
    /// 800 down, 600 up.
    High,
    /// 1,600 down, 1,200 up.
    UltraHigh,
}

impl Tier {
    /// The tier of a measured line in Mb/s; `None` below the lowest, which is not ready for rewards.
    #[must_use]
    pub const fn of(down: u32, up: u32) -> Option<Self> {
        match (down, up) {
            (1_600.., 1_200..) => Some(Self::UltraHigh),
            (800.., 600..) => Some(Self::High),
            (400.., 300..) => Some(Self::Medium),
            (100.., 10..) => Some(Self::Low),
            _ => None,
        }
    }

    /// 1 to 4.
    #[must_use]
    pub const fn number(self) -> u64 {
        match self {
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::UltraHigh => 4,
        }
    }
}

/// `processors × multiplier × (1 + 0.02 × tier / 4)`, in millionths, a second of verified time. Exact for every
/// multiplier of the stake table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Score(pub u64);

impl Score {
    /// The score of a node's processors.
    #[must_use]
    pub fn new(processors: u8, multiplier: Ppm, tier: Tier) -> Self {
        // 0.02 × tier / 4 is tier / 200.
        let with_tier = multiplier.0.saturating_mul(200 + tier.number()) / 200;
        Self(with_tier.saturating_mul(u64::from(processors)))
    }

    /// Its weight over verified seconds.
    #[must_use]
    pub fn weight(self, verified_seconds: u64) -> u128 {
        u128::from(self.0) * u128::from(verified_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_follow_the_formula() {
        assert_eq!(Score::new(1, Ppm::ONE, Tier::UltraHigh), Score(1_020_000));
        assert_eq!(Score::new(8, Ppm(10_000_000), Tier::Low), Score(80_400_000));
        assert_eq!(Score::new(2, Ppm(250_000), Tier::Medium).weight(10), 5_050_000);
    }

    #[test]
    fn a_line_has_the_tier_that_both_ways_reach() {
        assert_eq!(Tier::of(1_600, 1_200), Some(Tier::UltraHigh));
        assert_eq!(Tier::of(1_600, 1_199), Some(Tier::High));
        assert_eq!(Tier::of(5_000, 10), Some(Tier::Low));
        assert_eq!(Tier::of(99, 5_000), None);
    }
}
