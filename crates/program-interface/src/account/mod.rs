//! What the program's accounts hold. Each begins with its type byte and a version byte; unknown types, versions
//! and lengths do not decode. Every account is owned by the program.
//!
//! To filter accounts over RPC: `data_size` = `LEN`, a memory comparison of `TYPE` at 0, and the `…_AT` offsets.

mod device;
mod lease;
mod maker;
mod network;
mod rewards;
mod slash;

pub use device::{CoStake, Device, DeviceStatus, NO_LEASE, NOBODY, Offers};
pub use lease::{Lease, LeaseStatus};
pub use maker::Maker;
pub use network::{Leasing, Network, Role};
pub use rewards::{Claimed, Rewards, Root, Schedule};
pub use slash::{Slash, SlashReason, SlashStatus};

/// Any account of the program. Of rewards and schedule only the front is decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Account {
    /// The network.
    Network(Network),
    /// A device.
    Device(Device),
    /// A lease.
    Lease(Lease),
    /// Reward roots and totals.
    Rewards(Rewards),
    /// A slash.
    Slash(Slash),
    /// An owner's count of offers.
    Offers(Offers),
    /// The emission schedule.
    Schedule(Schedule),
    /// What a wallet has claimed.
    Claimed(Claimed),
    /// A market maker.
    Maker(Maker),
}

impl Account {
    /// Decodes by type byte; `None` for anything this version does not know.
    #[must_use]
    pub fn from_bytes(data: &[u8]) -> Option<Self> {
        match *data.first()? {
            Network::TYPE => Network::from_bytes(data).map(Self::Network),
            Device::TYPE => Device::from_bytes(data).map(Self::Device),
            Lease::TYPE => Lease::from_bytes(data).map(Self::Lease),
            Rewards::TYPE => Rewards::of_account(data).map(Self::Rewards),
            Slash::TYPE => Slash::from_bytes(data).map(Self::Slash),
            Offers::TYPE => Offers::from_bytes(data).map(Self::Offers),
            Schedule::TYPE => Schedule::of_account(data).map(Self::Schedule),
            Claimed::TYPE => Claimed::from_bytes(data).map(Self::Claimed),
            Maker::TYPE => Maker::from_bytes(data).map(Self::Maker),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEVICE: Device = Device::new(254, [1; 32], [3; 32], [2; 32], 4);

    #[test]
    fn offsets_are_where_they_say() {
        let bytes = DEVICE.to_bytes();
        assert_eq!(bytes[Device::OWNER_AT..][..32], DEVICE.owner);
        assert_eq!(bytes[Device::NODE_AT..][..32], DEVICE.node);
        let mut bytes = [0; Lease::LEN];
        bytes[..2].copy_from_slice(&[Lease::TYPE, 2]);
        bytes[Lease::RENTER_AT..][..32].fill(8);
        bytes[Lease::PROVIDER_AT..][..32].fill(9);
        bytes[310] = 1;
        let lease = Lease::from_bytes(&bytes).unwrap();
        assert_eq!(
            (lease.renter, lease.provider, lease.status),
            ([8; 32], [9; 32], LeaseStatus::Open)
        );
        let mut bytes = [0; Slash::LEN];
        bytes[..2].copy_from_slice(&[Slash::TYPE, 1]);
        bytes[Slash::DEVICE_AT..][..32].fill(7);
        bytes[67..69].copy_from_slice(&[4, 1]);
        let slash = Slash::from_bytes(&bytes).unwrap();
        assert_eq!((slash.device, slash.reason), ([7; 32], SlashReason::Abandoned));
    }

    #[test]
    fn type_version_length_and_enums_are_checked() {
        let bytes = DEVICE.to_bytes();
        assert_eq!(Account::from_bytes(&bytes), Some(Account::Device(DEVICE)));
        assert_eq!(Network::from_bytes(&bytes), None);
        assert_eq!(Device::from_bytes(&bytes[..bytes.len() - 1]), None);
        // Type, version, status.
        for (at, value) in [(0, Lease::TYPE), (1, 1), (1, 3), (163, 0)] {
            let mut other = bytes;
            other[at] = value;
            assert_eq!(Device::from_bytes(&other), None, "byte {at}");
        }
    }

    #[test]
    fn every_type_has_a_byte_of_its_own() {
        let types = [
            Network::TYPE,
            Device::TYPE,
            Lease::TYPE,
            Rewards::TYPE,
            Slash::TYPE,
            Offers::TYPE,
            Schedule::TYPE,
            Claimed::TYPE,
            Maker::TYPE,
        ];
        for (at, one) in types.iter().enumerate() {
            assert!(!types[..at].contains(one));
        }
        assert_eq!(Account::from_bytes(&[0; 40]), None);
    }
}
