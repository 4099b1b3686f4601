//! Devices and their owners' stake.

use crate::Bytes32;
use crate::account::DeviceStatus;
use crate::layout::record;

record! {
    prefix [1];
    /// IO moved from a wallet to a device's stake.
    pub struct Staked {
        /// The wallet.
        pub owner: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// The owner's id of the device.
        pub device_id: Bytes32,
        /// The node.
        pub node: Bytes32,
        /// What moved.
        pub amount: u64,
        /// What counts now.
        pub staked: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [2];
    /// Stake was asked back: `amount` = `paid` + what began to cool.
    pub struct UnstakeRequested {
        /// The wallet.
        pub owner: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// What was asked.
        pub amount: u64,
        /// What was paid out at once (above the requirement).
        pub paid: u64,
        /// What counts now.
        pub staked: u64,
        /// What cools now, in all.
        pub cooling: u64,
        /// When that may be withdrawn; 0 when nothing cools.
        pub unlock_at: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [3];
    /// Cooled stake was paid out.
    pub struct Withdrawn {
        /// The wallet.
        pub owner: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// What was paid out.
        pub amount: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [12];
    /// A device's account was made.
    pub struct DeviceRegistered {
        /// The wallet.
        pub owner: Bytes32,
        /// The device account.
        pub device: Bytes32,
        /// The owner's id of the device.
        pub device_id: Bytes32,
        /// The node.
        pub node: Bytes32,
        /// Stake it needs.
        pub required: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [13];
    /// What a device needs staked was set, and whether it may take leases.
    pub struct Classified {
        /// The device account.
        pub device: Bytes32,
        /// Its owner.
        pub owner: Bytes32,
        /// Stake it needs now.
        pub required: u64,
        /// The highest requirement of the last 14 days.
        pub highest: u64,
        /// Whether it may take leases.
        pub status: DeviceStatus,
        /// Chain time.
        pub at: u64,
    }
}
