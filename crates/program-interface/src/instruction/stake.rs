//! Stake in, stake out.

use super::{Tag, accounts};
use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [Tag::Stake as u8];
    /// Moves IO from the owner's token account to a device's stake. Makes the device account when it is absent
    /// (the owner pays the rent); otherwise the node must be the one it has.
    pub struct Stake {
        /// The owner's id of the device.
        pub device_id: Bytes32,
        /// Identity key of the node that holds it.
        pub node: Bytes32,
        /// Base units, not zero.
        pub amount: u64,
    }
}

accounts! {
    /// Accounts of [`Stake`].
    pub struct StakeAccounts {
        /// The wallet; pays the rent.
        owner: signer_writable,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::device`]; may be made.
        device: writable,
        /// A token account of the owner.
        owner_token: writable,
        /// The network's.
        stake_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::RequestUnstake as u8];
    /// Asks stake back; refused while the device is hired. What exceeds the requirement is paid out at once, the
    /// rest begins to cool. Asking again while stake cools restarts the time for all of it.
    pub struct RequestUnstake {
        /// Base units, not zero, at most what is staked.
        pub amount: u64,
    }
}

record! {
    prefix [Tag::Withdraw as u8];
    /// Pays out the stake that has cooled down.
    pub struct Withdraw {}
}

accounts! {
    /// Accounts of [`RequestUnstake`] and [`Withdraw`].
    pub struct UnstakeAccounts {
        /// The wallet that staked.
        owner: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::device`].
        device: writable,
        /// The network's.
        stake_vault: writable,
        /// A token account of the owner.
        owner_token: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}
