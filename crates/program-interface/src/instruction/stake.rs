//! Devices, stake in, stake out.

use super::{Tag, accounts};
use crate::Bytes32;
use crate::account::DeviceStatus;
use crate::layout::record;

record! {
    prefix [Tag::RegisterDevice as u8];
    /// Makes a device's account with nothing staked.
    pub struct RegisterDevice {
        /// The owner's id of the device.
        pub device_id: Bytes32,
        /// Identity key of the node that holds it.
        pub node: Bytes32,
    }
}

accounts! {
    /// Accounts of [`RegisterDevice`].
    pub struct RegisterDeviceAccounts {
        /// The wallet; pays the rent.
        owner: signer_writable,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::device`]; is made.
        device: writable,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::Classify as u8];
    /// Sets what a device needs staked and whether it may take leases. A lower requirement frees nothing at
    /// once: the higher one is remembered for 14 days, and only one step down fits into that time.
    pub struct Classify {
        /// Base units of IO; the network's minimum to [`crate::params::MAX_REQUIRED`].
        pub required: u64,
        /// Whether it may take leases.
        pub status: DeviceStatus,
    }
}

accounts! {
    /// Accounts of [`Classify`].
    pub struct ClassifyAccounts {
        /// The network's verifier.
        verifier: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
    }
}

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
    /// Asks stake back; refused while the device is hired or a slash is pending. What exceeds the highest
    /// requirement of the last 14 days is paid out at once, the rest begins to cool. Asking again while stake
    /// cools restarts the time for all of it. When the owner's part falls below its minimum beside a co-staker,
    /// all of both begins to cool.
    pub struct RequestUnstake {
        /// Base units, not zero, at most what is staked.
        pub amount: u64,
    }
}

record! {
    prefix [Tag::Withdraw as u8];
    /// Pays out the stake that has cooled down; refused while a slash is pending.
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
