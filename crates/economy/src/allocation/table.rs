//! The allocation: seven categories that make up the cap.

use hearth_types::money::{IO_UNITS, Io};
use serde::Serialize;

use super::vesting::Vesting;
use crate::quantity::Bps;

/// All IO that can ever exist: 800 M.
pub const SUPPLY_CAP: Io = Io(800_000_000 * IO_UNITS);

/// Who a part is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
pub enum Category {
    /// Emission to providers.
    #[serde(rename = "Community - emissions")]
    Emissions,
    /// Airdrops and incentives.
    #[serde(rename = "Community - airdrops and incentives")]
    Incentives,
    /// The launch pool.
    #[serde(rename = "Community - launch pool")]
    LaunchPool,
    /// Research, development and ecosystem.
    #[serde(rename = "R&D and Ecosystem")]
    Ecosystem,
    /// Those who built it first.
    #[serde(rename = "Initial Core Contributors")]
    CoreContributors,
    /// Backers of the seed round.
    #[serde(rename = "Early Backers - Seed")]
    Seed,
    /// Backers of the A round.
    #[serde(rename = "Early Backers - Series A")]
    SeriesA,
}

impl Category {
    /// The name as published.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Emissions => "Community - emissions",
            Self::Incentives => "Community - airdrops and incentives",
            Self::LaunchPool => "Community - launch pool",
            Self::Ecosystem => "R&D and Ecosystem",
            Self::CoreContributors => "Initial Core Contributors",
            Self::Seed => "Early Backers - Seed",
            Self::SeriesA => "Early Backers - Series A",
        }
    }
}

/// One category's part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Allocation {
    /// Who it is for.
    pub category: Category,
    /// Part of the cap.
    pub share_bps: Bps,
    /// The part in base units.
    pub amount_base_units: Io,
    /// How it unlocks.
    pub vesting: Vesting,
}

const fn part(category: Category, share_bps: u16, vesting: Vesting) -> Allocation {
    Allocation {
        category,
        share_bps: Bps::clamped(share_bps),
        amount_base_units: Io(SUPPLY_CAP.0 / 10_000 * share_bps as u64),
        vesting,
    }
}

/// The published allocation.
pub const ALLOCATION: [Allocation; 7] = [
    part(Category::Emissions, 3_750, Vesting::Emission),
    part(
        Category::Incentives,
        1_000,
        Vesting::Linear {
            at_genesis: Bps::clamped(4_500),
            months: 41,
        },
    ),
    part(Category::LaunchPool, 250, Vesting::AtGenesis),
    part(
        Category::Ecosystem,
        1_600,
        Vesting::Linear {
            at_genesis: Bps::clamped(3_000),
            months: 35,
        },
    ),
    part(
        Category::CoreContributors,
        1_130,
        Vesting::Tranches {
            cliff_months: 12,
            count: 36,
        },
    ),
    part(
        Category::Seed,
        1_250,
        Vesting::Tranches {
            cliff_months: 12,
            count: 24,
        },
    ),
    part(
        Category::SeriesA,
        1_020,
        Vesting::Tranches {
            cliff_months: 12,
            count: 24,
        },
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_published_one() {
        let published: Vec<_> = include_str!("../../data/allocation.csv")
            .lines()
            .skip(1)
            .collect();
        assert_eq!(published.len(), ALLOCATION.len());
        for (line, part) in published.iter().zip(ALLOCATION) {
            let share = part.share_bps.get();
            let percent = format!("{}.{}", share / 100, share % 100 / 10);
            let io = part.amount_base_units.0 / IO_UNITS;
            let start = format!("{},{percent},{io},", part.category.name());
            assert!(line.starts_with(&start), "{line} is not {start}");
            assert!(
                line.ends_with(&part.vesting.to_string()),
                "{line} is not {}",
                part.vesting
            );
            assert_eq!(part.amount_base_units.0 % IO_UNITS, 0);
            let name = serde_json::to_value(part.category).unwrap();
            assert_eq!(name, part.category.name());
        }
    }

    #[test]
    fn the_parts_make_the_whole() {
        let units: u64 = ALLOCATION.iter().map(|part| part.amount_base_units.0).sum();
        let share: u16 = ALLOCATION.iter().map(|part| part.share_bps.get()).sum();
        assert_eq!((Io(units), share), (SUPPLY_CAP, 10_000));
        let genesis = units - ALLOCATION[0].amount_base_units.0;
        assert_eq!(genesis, 500_000_000 * IO_UNITS);
    }
}
