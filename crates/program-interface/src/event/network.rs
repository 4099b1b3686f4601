//! The network: made and changed.

use crate::account::{Leasing, Role};
use crate::layout::record;
use crate::params::Parameters;
use crate::{Bytes32, NetworkTag};

record! {
    prefix [0];
    /// The network was made.
    pub struct NetworkInitialized {
        /// Its account.
        pub network: Bytes32,
        /// Its tag.
        pub network_tag: NetworkTag,
        /// Who changes parameters.
        pub authority: Bytes32,
        /// Mint of IO.
        pub io_mint: Bytes32,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [7];
    /// What else the network began with; logged with [`NetworkInitialized`].
    pub struct NetworkTerms {
        /// Who verifies.
        pub verifier: Bytes32,
        /// Who changes fees into IO.
        pub oracle: Bytes32,
        /// Mint of USDC.
        pub usdc_mint: Bytes32,
        /// When the first month of the schedule begins.
        pub schedule_starts_at: u64,
        /// What the schedule had given out before.
        pub drawn_before: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [8];
    /// Parameters came into force.
    pub struct ParametersSet {
        /// All of them.
        pub parameters: Parameters,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [9];
    /// New leases were paused or opened again.
    pub struct LeasingSet {
        /// Which.
        pub leasing: Leasing,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [10];
    /// A role was promised to a key; the zero key takes the promise back.
    pub struct KeyProposed {
        /// Which role.
        pub role: Role,
        /// The new key.
        pub key: Bytes32,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [11];
    /// A role passed to another key.
    pub struct KeyChanged {
        /// Which role.
        pub role: Role,
        /// The old key.
        pub old: Bytes32,
        /// The new key.
        pub new: Bytes32,
        /// Chain time.
        pub at: u64,
    }
}
