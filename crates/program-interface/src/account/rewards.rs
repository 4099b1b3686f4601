//! Rewards: the roots, the schedule they are drawn against, and what each wallet has claimed.

use crate::Bytes32;
use crate::emission::MONTHS;
use crate::layout::record;
use crate::params::{ROOT_DELAY_SECONDS, ROOTS};

record! {
    prefix [Rewards::TYPE, 1];
    /// Totals of all rewards. After it, in the same account, the places of the last [`ROOTS`] roots, each a
    /// [`Root`]: root number n stands in place n mod [`ROOTS`]. Seeds: [`crate::seeds::rewards`].
    ///
    /// The reward vault holds what the schedule will unlock as well as what was moved there from fees, so a
    /// posted total is covered by `drawn from the schedule + fee_drawn`.
    pub struct Rewards {
        /// Bump of this account's address.
        pub bump: u8,
        /// How many roots were posted and not voided.
        pub count: u64,
        /// The epoch of the last of them.
        pub epoch: u64,
        /// Everything that its leaves give, base units of IO.
        pub total: u64,
        /// What was moved from the fee vault to the reward vault, base units of IO.
        pub fee_drawn: u64,
        /// What the schedule had given out before this network began, base units of IO.
        pub drawn_before: u64,
        /// What was claimed, base units of IO.
        pub claimed: u64,
        /// What was burned out of the fee vault, base units of IO.
        pub burned: u64,
    }
}

impl Rewards {
    /// Type byte.
    pub const TYPE: u8 = 4;
    /// Length of the account: the totals and the places of the roots.
    pub const ACCOUNT_LEN: usize = Self::LEN + ROOTS * Root::LEN;

    /// Where root number `number` stands in the account.
    #[must_use]
    pub const fn place(number: u64) -> usize {
        // The remainder is below ROOTS.
        Self::LEN + (number % ROOTS as u64) as usize * Root::LEN
    }

    /// The totals at the front of the account; `None` for any other account.
    #[must_use]
    pub fn of_account(data: &[u8]) -> Option<Self> {
        if data.len() != Self::ACCOUNT_LEN {
            return None;
        }
        Self::from_bytes(data.get(..Self::LEN)?)
    }

    /// The roots in the account, in the order of their places; empty places are left out.
    pub fn roots(data: &[u8]) -> impl Iterator<Item = Root> {
        let places = data.get(Self::LEN..).unwrap_or_default();
        places
            .chunks_exact(Root::LEN)
            .filter_map(Root::from_bytes)
            .filter(|root| root.posted_at != 0)
    }

    /// What was drawn from the schedule, base units of IO.
    #[must_use]
    pub const fn drawn(&self) -> u64 {
        self.total.saturating_sub(self.fee_drawn)
    }
}

record! {
    prefix [0_u8; 0];
    /// One epoch's root.
    pub struct Root {
        /// The epoch; epochs are Unix time / 3,600.
        pub epoch: u64,
        /// Root of the tree, see [`crate::merkle`].
        pub root: Bytes32,
        /// Hash of the report that the tree is made from.
        pub report: Bytes32,
        /// When it was posted; 0 = an empty place.
        pub posted_at: u64,
        /// Everything that its leaves give since the beginning, base units of IO.
        pub total: u64,
        /// What was moved from the fee vault with it, base units of IO.
        pub fee_draw: u64,
        /// The epoch posted before.
        pub epoch_before: u64,
        /// The total posted before, base units of IO.
        pub total_before: u64,
    }
}

impl Root {
    /// Whether it can be claimed against, and no longer be voided.
    #[must_use]
    pub const fn is_claimable(&self, now: u64) -> bool {
        self.posted_at != 0 && now.saturating_sub(self.posted_at) >= ROOT_DELAY_SECONDS
    }
}

record! {
    prefix [Schedule::TYPE, 1];
    /// Front of the emission schedule; after it, in the same account, 240 cumulative amounts of 8 bytes, see
    /// [`crate::emission`]. Never changes. Seeds: [`crate::seeds::schedule`].
    pub struct Schedule {
        /// Bump of this account's address.
        pub bump: u8,
        /// When the first month begins.
        pub starts_at: u64,
    }
}

impl Schedule {
    /// Type byte.
    pub const TYPE: u8 = 7;
    /// Length of the account.
    pub const ACCOUNT_LEN: usize = Self::LEN + MONTHS * 8;

    /// The front of the account; `None` for any other account.
    #[must_use]
    pub fn of_account(data: &[u8]) -> Option<Self> {
        if data.len() != Self::ACCOUNT_LEN {
            return None;
        }
        Self::from_bytes(data.get(..Self::LEN)?)
    }

    /// The sum to the end of a month, by index from 0, base units of IO.
    #[must_use]
    pub fn cumulative(data: &[u8], month: usize) -> Option<u64> {
        let places = data.get(Self::LEN..)?;
        let place = places.chunks_exact(8).nth(month)?;
        Some(u64::from_le_bytes(place.try_into().ok()?))
    }
}

record! {
    prefix [Claimed::TYPE, 1];
    /// What one wallet has claimed. Seeds: [`crate::seeds::claimed`].
    pub struct Claimed {
        /// Bump of this account's address.
        pub bump: u8,
        /// The wallet.
        pub wallet: Bytes32,
        /// Everything it was paid, base units of IO.
        pub total: u64,
    }
}

impl Claimed {
    /// Type byte.
    pub const TYPE: u8 = 8;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_repeat_every_24_roots() {
        assert_eq!(Rewards::place(0), Rewards::LEN);
        assert_eq!(Rewards::place(23), Rewards::ACCOUNT_LEN - Root::LEN);
        assert_eq!(Rewards::place(24), Rewards::place(0));
        assert_eq!(Rewards::place(u64::MAX), Rewards::place(u64::MAX % 24));
    }

    #[test]
    fn a_root_is_claimable_after_an_hour() {
        let root = Root {
            epoch: 1,
            root: [2; 32],
            report: [3; 32],
            posted_at: 10_000,
            total: 4,
            fee_draw: 5,
            epoch_before: 0,
            total_before: 0,
        };
        assert!(!root.is_claimable(13_599));
        assert!(root.is_claimable(13_600));
        assert!(!root.is_claimable(0));
        assert!(!Root { posted_at: 0, ..root }.is_claimable(u64::MAX));
        assert_eq!(Root::from_bytes(&root.to_bytes()), Some(root));
    }

    #[test]
    fn the_schedule_is_read_by_month() {
        let mut data = [0; Schedule::ACCOUNT_LEN];
        data[..Schedule::LEN].copy_from_slice(
            &Schedule {
                bump: 1,
                starts_at: 2,
            }
            .to_bytes(),
        );
        data[Schedule::LEN + 8 * 239..].copy_from_slice(&9_u64.to_le_bytes());
        assert_eq!(Schedule::cumulative(&data, 239), Some(9));
        assert_eq!(Schedule::cumulative(&data, 240), None);
        assert_eq!(
            Schedule::of_account(&data).map(|schedule| schedule.starts_at),
            Some(2)
        );
        assert_eq!(Schedule::of_account(&data[1..]), None);
    }
}
