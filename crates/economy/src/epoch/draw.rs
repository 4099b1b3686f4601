//! From which vault rewards come.

use hearth_types::money::Io;

use super::{
    books::Books,
    error::{CloseError, Fits},
};
use crate::{
    params::Draw,
    quantity::{IoPrice, UsdMicros, Usdc},
};

/// What may be drawn in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Available {
    /// From the Reward Vault: unlocked and not spent.
    pub reward: Io,
    /// IO of the Fee Vault.
    pub fee_io: Io,
    /// USDC of the Fee Vault.
    pub fee_usdc: Usdc,
}

/// What was drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drawn {
    /// From the Reward Vault.
    pub reward: Io,
    /// IO that was in the Fee Vault.
    pub fee_io: Io,
    /// USDC of the Fee Vault that bought IO.
    pub usdc_spent: Usdc,
    /// The IO it bought. What exceeds the need stays in the Fee Vault.
    pub bought: Io,
    /// Of what was bought, what was drawn.
    pub fee_bought: Io,
}

impl Available {
    /// What the books allow when so much is unlocked.
    pub(super) fn of(books: &Books, unlocked: Io) -> Self {
        Self {
            reward: unlocked.saturating_sub(books.drawn).min(books.reward_vault),
            fee_io: books.fee.io,
            fee_usdc: books.fee.usdc,
        }
    }

    /// What all of it can pay, rounded down; saturates.
    pub(super) fn value(&self, price: IoPrice) -> UsdMicros {
        let io = self.reward.0.saturating_add(self.fee_io.0);
        let io = price.value(Io(io)).map_or(u64::MAX, |usd| usd.0);
        UsdMicros(io.saturating_add(self.fee_usdc.0))
    }

    /// Takes `amount` in the order of the policy. Inside the Fee Vault IO goes before USDC.
    pub(super) fn take(&self, order: Draw, amount: Io, price: IoPrice) -> Result<Drawn, CloseError> {
        let mut left = amount;
        let mut take = |from: Io| {
            let taken = from.min(left);
            left = left.saturating_sub(taken);
            taken
        };
        // More than fits 64 bits is more than anyone needs.
        let for_usdc = price.buys(self.fee_usdc.at_par()).unwrap_or(Io(u64::MAX));
        let (reward, fee_io, fee_bought) = match order {
            Draw::RewardFirst => (take(self.reward), take(self.fee_io), take(for_usdc)),
            Draw::FeeFirst => {
                let (io, bought) = (take(self.fee_io), take(for_usdc));
                (take(self.reward), io, bought)
            }
        };
        if left != Io::ZERO {
            return Err(CloseError::Books("more is paid than the vaults hold"));
        }
        let spent = price.value_ceil(fee_bought).fits("a purchase")?;
        Ok(Drawn {
            reward,
            fee_io,
            usdc_spent: Usdc(spent.0),
            bought: price.buys(spent).fits("a purchase")?,
            fee_bought,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: IoPrice = IoPrice::from_micros(200_000);

    fn vaults() -> Available {
        Available {
            reward: Io(1_000),
            fee_io: Io(500),
            // Two micro-dollars buy a thousand base units.
            fee_usdc: Usdc(2),
        }
    }

    #[test]
    fn the_reward_vault_pays_first_or_last() {
        let first = vaults().take(Draw::RewardFirst, Io(1_200), PRICE).unwrap();
        assert_eq!(
            (first.reward, first.fee_io, first.usdc_spent),
            (Io(1_000), Io(200), Usdc(0))
        );
        let last = vaults().take(Draw::FeeFirst, Io(1_200), PRICE).unwrap();
        assert_eq!(
            (last.reward, last.fee_io, last.fee_bought),
            (Io(0), Io(500), Io(700))
        );
        assert_eq!((last.usdc_spent, last.bought), (Usdc(2), Io(1_000)));
    }

    #[test]
    fn all_of_it_can_be_taken_and_no_more() {
        assert_eq!(vaults().value(PRICE), UsdMicros(5));
        for order in [Draw::RewardFirst, Draw::FeeFirst] {
            assert!(vaults().take(order, Io(2_500), PRICE).is_ok());
            assert!(vaults().take(order, Io(2_501), PRICE).is_err());
        }
    }
}
