//! Slashing.

use crate::Bytes32;
use crate::account::{SlashReason, SlashStatus};
use crate::layout::record;

record! {
    prefix [20];
    /// A slash was posted.
    pub struct SlashPosted {
        /// Its account.
        pub slash: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// The device's owner.
        pub owner: Bytes32,
        /// What for.
        pub reason: SlashReason,
        /// Hash of the evidence.
        pub evidence: Bytes32,
        /// The highest requirement of the last 14 days.
        pub base: u64,
        /// What is to be taken.
        pub amount: u64,
        /// From when on.
        pub takes_from: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [21];
    /// What was not taken of a slash was dropped.
    pub struct SlashVoided {
        /// Its account.
        pub slash: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// Voided, or held when a part was taken.
        pub status: SlashStatus,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [22];
    /// Stake moved to the slash vault. `owner_staked`, `owner_cooling` and `co_staked` sum up to what moved.
    pub struct SlashTaken {
        /// Its account.
        pub slash: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// Of the owner's stake that counted.
        pub owner_staked: u64,
        /// Of the owner's stake that cooled.
        pub owner_cooling: u64,
        /// Of the co-staker's.
        pub co_staked: u64,
        /// What no stake covers: left out of rewards that are not mature. 0 before the last part.
        pub uncovered: u64,
        /// Pending while more is to come.
        pub status: SlashStatus,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [23];
    /// Slashed stake was given back.
    pub struct SlashRestored {
        /// Its account.
        pub slash: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// What counts as the owner's stake again.
        pub owner_amount: u64,
        /// The co-staker.
        pub co_wallet: Bytes32,
        /// What was paid to it.
        pub co_amount: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [24];
    /// Slashed stake was burned.
    pub struct SlashBurned {
        /// Its account.
        pub slash: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// What was burned.
        pub amount: u64,
        /// Chain time.
        pub at: u64,
    }
}
