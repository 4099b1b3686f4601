//! Rewards.

use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [31];
    /// An epoch's root was posted.
    pub struct RootPosted {
        /// The epoch.
        pub epoch: u64,
        /// The root.
        pub root: Bytes32,
        /// Hash of the report.
        pub report: Bytes32,
        /// Everything that the leaves give since the beginning.
        pub total: u64,
        /// What moved from the fee vault to the reward vault.
        pub fee_draw: u64,
        /// The same in all.
        pub fee_drawn: u64,
        /// What the schedule had unlocked.
        pub unlocked: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [32];
    /// A root was voided, and what was drawn from fees with it went back.
    pub struct RootVoided {
        /// Its epoch.
        pub epoch: u64,
        /// The root.
        pub root: Bytes32,
        /// The total that is in force again.
        pub total: u64,
        /// What moved back to the fee vault.
        pub fee_back: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [33];
    /// IO was burned out of the fee vault.
    pub struct FeesBurned {
        /// What was burned.
        pub amount: u64,
        /// The same in all.
        pub burned: u64,
        /// Hash of the report that asks for it.
        pub report: Bytes32,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [34];
    /// A wallet claimed rewards.
    pub struct Claimed {
        /// The wallet.
        pub wallet: Bytes32,
        /// The epoch of the root.
        pub epoch: u64,
        /// What moved.
        pub amount: u64,
        /// What it has claimed in all.
        pub total: u64,
        /// Chain time.
        pub at: u64,
    }
}
