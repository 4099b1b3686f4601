//! What the program's accounts hold. Each begins with its type byte and a version byte; unknown types, versions
//! and lengths do not decode. Every account is owned by the program.
//!
//! To filter accounts over RPC: `data_size` = `LEN`, a memory comparison of `TYPE` at 0, and the `…_AT` offsets.

use crate::layout::{byte_enum, record};
use crate::{Bytes32, NetworkTag};

/// No lease: what [`Device::lease`] holds while the device is free.
pub const NO_LEASE: Bytes32 = [0; 32];

record! {
    prefix [Network::TYPE, 1];
    /// The one network of a program: its keys, mint, vaults and parameters. Seeds: [`crate::seeds::network`].
    pub struct Network {
        /// Bump of this account's address.
        pub bump: u8,
        /// Names the network in everything signed.
        pub network_tag: NetworkTag,
        /// Changes parameters.
        pub authority: Bytes32,
        /// Attests to devices and proofs.
        pub verifier: Bytes32,
        /// Attests to prices.
        pub oracle: Bytes32,
        /// Mint of IO.
        pub io_mint: Bytes32,
        /// Token account of all stake.
        pub stake_vault: Bytes32,
        /// Token account of the network's margin in IO.
        pub fee_vault: Bytes32,
        /// What a device needs staked to be hired, base units of IO.
        pub min_stake_per_device: u64,
        /// How long unstaked IO cools down, seconds.
        pub cooldown_seconds: u64,
        /// How long after a lease's last second vouchers can be settled, seconds.
        pub settle_window_seconds: u64,
        /// The network's part of lease pay, basis points.
        pub margin_bps: u16,
    }
}

impl Network {
    /// Type byte.
    pub const TYPE: u8 = 1;
}

byte_enum! {
    /// Whether a device may take leases.
    pub enum DeviceStatus {
        /// It may.
        Active = 1,
    }
}

record! {
    prefix [Device::TYPE, 1];
    /// A device and its stake. Seeds: [`crate::seeds::device`].
    pub struct Device {
        /// Bump of this account's address.
        pub bump: u8,
        /// The wallet that staked; it alone withdraws, and is paid for leases.
        pub owner: Bytes32,
        /// Identity key of the node that holds the device.
        pub node: Bytes32,
        /// The owner's id of the device.
        pub device_id: Bytes32,
        /// Stake it needs to be hired, base units of IO.
        pub required: u64,
        /// Stake that counts, base units of IO.
        pub staked: u64,
        /// Stake that is leaving and does not count, base units of IO.
        pub cooling: u64,
        /// When `cooling` may be withdrawn; 0 when nothing cools.
        pub unlock_at: u64,
        /// Id of the lease that holds it; [`NO_LEASE`] = free.
        pub lease: Bytes32,
        /// Whether it may take leases.
        pub status: DeviceStatus,
    }
}

impl Device {
    /// Type byte.
    pub const TYPE: u8 = 2;
    /// Offset of `owner`.
    pub const OWNER_AT: usize = 3;
    /// Offset of `node`.
    pub const NODE_AT: usize = 35;

    /// Whether a lease can be opened on it.
    #[must_use]
    pub fn is_hireable(&self) -> bool {
        self.lease == NO_LEASE && self.status == DeviceStatus::Active && self.staked >= self.required
    }
}

byte_enum! {
    /// Where a lease stands.
    pub enum LeaseStatus {
        /// Paid from escrow by vouchers.
        Open = 1,
        /// Over: escrow is empty and gone. The account stays, so that its quote cannot be used again.
        Closed = 2,
    }
}

record! {
    prefix [Lease::TYPE, 1];
    /// A lease and what was paid of it. Seeds: [`crate::seeds::lease`]. It carries the terms in force when it
    /// opened (margin, fee vault, settle window); later changes of the network's parameters do not touch it.
    pub struct Lease {
        /// Bump of this account's address.
        pub bump: u8,
        /// Bump of the escrow's address.
        pub escrow_bump: u8,
        /// Its id, from the quote.
        pub id: Bytes32,
        /// The wallet that pays and is refunded.
        pub renter: Bytes32,
        /// The wallet that is paid.
        pub provider: Bytes32,
        /// The key that signs vouchers.
        pub session: Bytes32,
        /// The key that signs the end.
        pub node: Bytes32,
        /// SHA-256 over the addresses of the device accounts, in order.
        pub devices_hash: Bytes32,
        /// Who paid the rent of escrow and gets it back.
        pub rent_payer: Bytes32,
        /// Mint of the currency.
        pub mint: Bytes32,
        /// Where the network's part goes.
        pub fee_vault: Bytes32,
        /// Names the network in vouchers.
        pub network_tag: NetworkTag,
        /// How many devices.
        pub device_count: u8,
        /// 0 = IO.
        pub currency: u8,
        /// Open or closed.
        pub status: LeaseStatus,
        /// The network's part, basis points.
        pub margin_bps: u16,
        /// Base units a second.
        pub rate_per_second: u64,
        /// The longest it may be paid for, seconds.
        pub max_seconds: u64,
        /// What was put into escrow, base units.
        pub escrowed: u64,
        /// What was paid out of it to provider and network, base units.
        pub settled: u64,
        /// For how many seconds.
        pub seconds_settled: u64,
        /// What went back to the renter, base units; escrowed = settled + refunded once closed.
        pub refunded: u64,
        /// When it opened.
        pub opened_at: u64,
        /// From when on it can be closed without the node: opened + max_seconds + settle window.
        pub expires_at: u64,
        /// When it closed; 0 while open.
        pub closed_at: u64,
    }
}

impl Lease {
    /// Type byte.
    pub const TYPE: u8 = 3;
    /// Offset of `renter`.
    pub const RENTER_AT: usize = 36;
    /// Offset of `provider`.
    pub const PROVIDER_AT: usize = 68;
}

/// Any account of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// The network.
    Network(Network),
    /// A device.
    Device(Device),
    /// A lease.
    Lease(Lease),
}

impl Account {
    /// Decodes by type byte; `None` for anything this version does not know.
    #[must_use]
    pub fn from_bytes(data: &[u8]) -> Option<Self> {
        match *data.first()? {
            Network::TYPE => Network::from_bytes(data).map(Self::Network),
            Device::TYPE => Device::from_bytes(data).map(Self::Device),
            Lease::TYPE => Lease::from_bytes(data).map(Self::Lease),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Device = Device {
        bump: 254,
        owner: [1; 32],
        node: [2; 32],
        device_id: [3; 32],
        required: 4,
        staked: 5,
        cooling: 6,
        unlock_at: 7,
        lease: NO_LEASE,
        status: DeviceStatus::Active,
    };

    #[test]
    fn offsets_are_where_they_say() {
        let bytes = DEVICE.to_bytes();
        assert_eq!(bytes[Device::OWNER_AT..][..32], DEVICE.owner);
        assert_eq!(bytes[Device::NODE_AT..][..32], DEVICE.node);
        let mut bytes = [0; Lease::LEN];
        bytes[..2].copy_from_slice(&[Lease::TYPE, 1]);
        bytes[Lease::RENTER_AT..][..32].fill(8);
        bytes[Lease::PROVIDER_AT..][..32].fill(9);
        bytes[310] = 1;
        let lease = Lease::from_bytes(&bytes).unwrap();
        assert_eq!(
            (lease.renter, lease.provider, lease.status),
            ([8; 32], [9; 32], LeaseStatus::Open)
        );
    }

    #[test]
    fn type_version_length_and_enums_are_checked() {
        let bytes = DEVICE.to_bytes();
        assert_eq!(Account::from_bytes(&bytes), Some(Account::Device(DEVICE)));
        assert_eq!(Network::from_bytes(&bytes), None);
        assert_eq!(Device::from_bytes(&bytes[..bytes.len() - 1]), None);
        for (at, value) in [(0, Lease::TYPE), (1, 2), (bytes.len() - 1, 0)] {
            let mut other = bytes;
            other[at] = value;
            assert_eq!(Device::from_bytes(&other), None);
        }
    }

    #[test]
    fn hireable_means_free_and_staked() {
        assert!(DEVICE.is_hireable());
        assert!(!Device { staked: 3, ..DEVICE }.is_hireable());
        assert!(
            !Device {
                lease: [1; 32],
                ..DEVICE
            }
            .is_hireable()
        );
    }
}
