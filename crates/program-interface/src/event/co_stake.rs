//! Staking together.

use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [14];
    /// An owner offered a co-stake.
    pub struct CoStakeOffered {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// What is asked for.
        pub amount: u64,
        /// The co-staker's share of the rewards, basis points.
        pub share_bps: u16,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [15];
    /// An offer ended without anything of a co-staker in it.
    pub struct OfferCancelled {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [16];
    /// A co-staker staked.
    pub struct CoStaked {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// The co-staker.
        pub co_staker: Bytes32,
        /// What moved.
        pub amount: u64,
        /// Its share of the rewards, basis points.
        pub share_bps: u16,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [17];
    /// A co-staker leaves, of its own will or because the owner fell short.
    pub struct CoStakeLeaving {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// The co-staker.
        pub co_staker: Bytes32,
        /// What it has staked.
        pub amount: u64,
        /// From when on that does not count.
        pub leaves_at: u64,
        /// When it may be withdrawn.
        pub unlock_at: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [18];
    /// A co-staker's part was paid out; the offer ended.
    pub struct CoStakeWithdrawn {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// The co-staker.
        pub co_staker: Bytes32,
        /// What was paid out.
        pub amount: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [19];
    /// The owner's part fell short beside a co-staker's: both cool down. A [`CoStakeLeaving`] follows.
    pub struct CooledTogether {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// What of the owner's stake cools now, in all.
        pub cooling: u64,
        /// When that may be withdrawn.
        pub unlock_at: u64,
        /// Chain time.
        pub at: u64,
    }
}
