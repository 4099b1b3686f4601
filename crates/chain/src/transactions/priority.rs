//! Paying for priority.

use hearth_types::money::Lamports;
use solana_sdk::instruction::Instruction;

use super::instructions::{unit_price, units_of};

/// Micro-lamports in one lamport.
const MICRO: u128 = 1_000_000;

/// What to pay for room in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Priority {
    /// The market's price of one compute unit, micro-lamports.
    pub micro_lamports_per_unit: u64,
    /// The most that one transaction pays for it.
    pub cap: Lamports,
}

impl Priority {
    /// Nothing.
    pub const NONE: Self = Self {
        micro_lamports_per_unit: 0,
        cap: Lamports::ZERO,
    };

    /// The price that a transaction asking for so many units offers: the market's, or what the cap allows.
    fn price(self, units: u32) -> u64 {
        let most = u128::from(self.cap.0)
            .saturating_mul(MICRO)
            .checked_div(u128::from(units))
            .unwrap_or(0);
        self.micro_lamports_per_unit
            .min(u64::try_from(most).unwrap_or(u64::MAX))
    }

    /// The instructions with the price in them, and what it costs. Without a unit limit nothing is paid, because the
    /// chain would charge for units that were never asked for.
    pub(super) fn added_to(self, instructions: &[Instruction]) -> Option<(Vec<Instruction>, Lamports)> {
        let (first, rest) = instructions.split_first()?;
        let units = units_of(first)?;
        let price = self.price(units);
        if price == 0 {
            return None;
        }
        let mut all = vec![first.clone(), unit_price(price)];
        all.extend_from_slice(rest);
        Some((all, cost(price, units)))
    }
}

/// What a price costs, as the chain computes it: rounded up to whole lamports.
fn cost(price: u64, units: u32) -> Lamports {
    let micro = u128::from(price).saturating_mul(u128::from(units));
    Lamports(u64::try_from(micro.div_ceil(MICRO)).unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::transactions::instructions::unit_limit;

    proptest! {
        #[test]
        fn priority_never_costs_more_than_its_cap(price: u64, cap: u64, units in 1_u32..1_400_000) {
            let priority = Priority { micro_lamports_per_unit: price, cap: Lamports(cap) };
            let limit = unit_limit(units);
            match priority.added_to(std::slice::from_ref(&limit)) {
                Some((all, cost)) => {
                    prop_assert!(cost.0 <= cap && cost.0 > 0);
                    prop_assert_eq!(&all[0], &limit);
                    prop_assert_eq!(all[1].data[0], 3);
                }
                None => prop_assert_eq!(priority.price(units_of(&limit).unwrap()), 0),
            }
        }
    }

    #[test]
    fn a_cheap_market_is_not_overpaid() {
        let priority = Priority {
            micro_lamports_per_unit: 10,
            cap: Lamports(1_000_000),
        };
        let (_, cost) = priority.added_to(&[unit_limit(98_000)]).unwrap();
        assert_eq!(cost, Lamports(1));
        assert!(priority.added_to(&[]).is_none());
        assert!(Priority::NONE.added_to(&[unit_limit(98_000)]).is_none());
    }
}
