//! What a slash takes, and from where.

use hearth_types::money::Io;
use serde::{Deserialize, Serialize};

use crate::quantity::Bps;

/// What is slashed. A yield to the owner is none of it: it lowers a shown interruption rate only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offence {
    /// The hardware is not what it says.
    SpoofedHardware,
    /// Three failed proofs within 24 hours.
    FailedProofs,
    /// Utilisation that was not there.
    UtilisationCheating,
    /// A lease was left, and the heartbeats stopped too.
    AbandonedLease {
        /// How many leases it abandoned in the 30 days before.
        before: u8,
    },
}

impl Offence {
    /// The part of the base that it costs. An abandoned lease costs 3 % and doubles each time, up to 24 %.
    #[must_use]
    pub fn part(self) -> Bps {
        Bps::clamped(match self {
            Self::SpoofedHardware => 10_000,
            Self::FailedProofs => 500,
            Self::UtilisationCheating => 1_000,
            Self::AbandonedLease { before } => 300 << before.min(3),
        })
    }
}

/// Where a device's stake lies. An owner's part is taken before the co-staker's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stakes {
    /// Staked by the owner.
    pub staked: Io,
    /// Staked by the co-staker.
    pub co_staked: Io,
    /// The owner's, cooling down.
    pub cooling: Io,
    /// The co-staker's, cooling down.
    pub co_cooling: Io,
    /// Rewards that have not matured.
    pub unmatured: Io,
}

/// What a slash takes from each place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SlashTake {
    /// From each place.
    pub from: Stakes,
    /// In all.
    pub total: Io,
}

/// Takes a part of `base` (the highest requirement of the last 14 days), at most `allowance`: what the epoch's
/// limit of 1 % of all stake leaves. First what is staked, then what cools down, then unmatured rewards.
#[must_use]
pub fn slash(offence: Offence, base: Io, stakes: Stakes, allowance: Io) -> SlashTake {
    let due = Io(offence.part().of(base.0)).min(allowance);
    let mut left = due;
    let mut take = |from: Io| {
        let taken = from.min(left);
        left = left.saturating_sub(taken);
        taken
    };
    let from = Stakes {
        staked: take(stakes.staked),
        co_staked: take(stakes.co_staked),
        cooling: take(stakes.cooling),
        co_cooling: take(stakes.co_cooling),
        unmatured: take(stakes.unmatured),
    };
    SlashTake {
        from,
        total: due.saturating_sub(left),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_table_is_the_rule() {
        let part = |offence: Offence| offence.part().get();
        assert_eq!(part(Offence::SpoofedHardware), 10_000);
        assert_eq!(part(Offence::FailedProofs), 500);
        assert_eq!(part(Offence::UtilisationCheating), 1_000);
        let abandoned = [0, 1, 2, 3, 4, u8::MAX].map(|before| part(Offence::AbandonedLease { before }));
        assert_eq!(abandoned, [300, 600, 1_200, 2_400, 2_400, 2_400]);
    }

    #[test]
    fn the_order_is_staked_then_cooling_then_unmatured_and_the_owner_first() {
        let stakes = Stakes {
            staked: Io(10),
            co_staked: Io(10),
            cooling: Io(10),
            co_cooling: Io(10),
            unmatured: Io(10),
        };
        let take = slash(Offence::SpoofedHardware, Io(45), stakes, Io(u64::MAX));
        assert_eq!(take.total, Io(45));
        assert_eq!(
            take.from,
            Stakes {
                unmatured: Io(5),
                ..stakes
            }
        );
    }

    proptest! {
        #[test]
        fn never_more_than_is_due_there_or_allowed(base: u64, there in prop::array::uniform5(0..u64::MAX / 8), cap: u64) {
            let [staked, co_staked, cooling, co_cooling, unmatured] = there.map(Io);
            let stakes = Stakes { staked, co_staked, cooling, co_cooling, unmatured };
            let take = slash(Offence::UtilisationCheating, Io(base), stakes, Io(cap));
            let f = take.from;
            let sum: u64 = [f.staked, f.co_staked, f.cooling, f.co_cooling, f.unmatured].iter().map(|io| io.0).sum();
            prop_assert_eq!(sum, take.total.0);
            prop_assert_eq!(sum, there.iter().sum::<u64>().min(base / 10).min(cap));
        }
    }
}
