//! A device, its stake and its co-stake, and an owner's count of co-stake offers.

use crate::Bytes32;
use crate::layout::{byte_enum, part, record};
use crate::params::HIGH_SECONDS;

/// No lease: what [`Device::lease`] holds while the device is free.
pub const NO_LEASE: Bytes32 = [0; 32];
/// Nobody: what [`CoStake::wallet`] holds while an offer is open or absent.
pub const NOBODY: Bytes32 = [0; 32];

byte_enum! {
    /// Whether a device may take leases.
    pub enum DeviceStatus {
        /// It may.
        Active = 1,
        /// It may not.
        Blocked = 2,
    }
}

part! {
    /// The other wallet's part of a device's stake. The terms are locked from the offer on: to change them an
    /// offer is taken back and made anew.
    pub struct CoStake {
        /// What the owner asks a co-staker to stake, base units of IO; 0 = no offer.
        pub offered: u64,
        /// The co-staker's share of the rewards, basis points.
        pub share_bps: u16,
        /// Who accepted; [`NOBODY`] = the offer is open.
        pub wallet: Bytes32,
        /// What it has in the stake vault, base units of IO.
        pub staked: u64,
        /// From when on that does not count; 0 = it stays.
        pub leaves_at: u64,
        /// When it may be withdrawn; 0 = it stays.
        pub unlock_at: u64,
    }
}

impl CoStake {
    /// No offer.
    pub const NONE: Self = Self {
        offered: 0,
        share_bps: 0,
        wallet: NOBODY,
        staked: 0,
        leaves_at: 0,
        unlock_at: 0,
    };
}

record! {
    prefix [Device::TYPE, 2];
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
        /// The owner's stake that counts, base units of IO.
        pub staked: u64,
        /// The owner's stake that is leaving and does not count, base units of IO.
        pub cooling: u64,
        /// When `cooling` may be withdrawn; 0 when nothing cools.
        pub unlock_at: u64,
        /// Id of the lease that holds it; [`NO_LEASE`] = free.
        pub lease: Bytes32,
        /// Whether it may take leases.
        pub status: DeviceStatus,
        /// What it needed before the requirement was last lowered, base units of IO.
        pub high: u64,
        /// Until when `high` is remembered; 0 = never lowered.
        pub high_until: u64,
        /// The co-staker's part.
        pub co: CoStake,
        /// How many slashes are pending; nothing leaves meanwhile.
        pub slashes: u8,
        /// Everything ever slashed, base units of IO.
        pub slashed: u64,
        /// How many leases it abandoned in a row, each within [`crate::params::ABANDON_SECONDS`] of the last.
        pub abandoned: u8,
        /// When it abandoned the last one; 0 = never.
        pub abandoned_at: u64,
    }
}

impl Device {
    /// Type byte.
    pub const TYPE: u8 = 2;
    /// Offset of `owner`.
    pub const OWNER_AT: usize = 3;
    /// Offset of `node`.
    pub const NODE_AT: usize = 35;

    /// A device with nothing staked.
    #[must_use]
    pub const fn new(bump: u8, owner: Bytes32, device_id: Bytes32, node: Bytes32, required: u64) -> Self {
        Self {
            bump,
            owner,
            node,
            device_id,
            required,
            staked: 0,
            cooling: 0,
            unlock_at: 0,
            lease: NO_LEASE,
            status: DeviceStatus::Active,
            high: 0,
            high_until: 0,
            co: CoStake::NONE,
            slashes: 0,
            slashed: 0,
            abandoned: 0,
            abandoned_at: 0,
        }
    }

    /// The highest requirement of the last 14 days, base units of IO: what slashes are measured by, and what
    /// must be exceeded for stake to leave without cooldown.
    #[must_use]
    pub const fn highest_required(&self, now: u64) -> u64 {
        if now < self.high_until && self.high > self.required {
            self.high
        } else {
            self.required
        }
    }

    /// The co-staker's stake that counts now, base units of IO.
    #[must_use]
    pub const fn co_counted(&self, now: u64) -> u64 {
        if self.co.leaves_at == 0 || now < self.co.leaves_at {
            self.co.staked
        } else {
            0
        }
    }

    /// What the owner itself must have staked when the device needs `required`: what the co-staker does not
    /// cover, and never less than the co-staker's part.
    #[must_use]
    pub const fn own_minimum(&self, required: u64, now: u64) -> u64 {
        let co = self.co_counted(now);
        let rest = required.saturating_sub(co);
        if rest > co { rest } else { co }
    }

    /// Whether enough is staked to be hired.
    #[must_use]
    pub const fn is_staked(&self, now: u64) -> bool {
        self.staked >= self.own_minimum(self.required, now)
    }

    /// What of the owner's stake leaves without cooldown, base units of IO.
    #[must_use]
    pub const fn excess(&self, now: u64) -> u64 {
        self.staked
            .saturating_sub(self.own_minimum(self.highest_required(now), now))
    }

    /// Whether a lease can be opened on it.
    #[must_use]
    pub fn is_hireable(&self, now: u64) -> bool {
        self.lease == NO_LEASE && self.status == DeviceStatus::Active && self.is_staked(now)
    }

    /// Everything of it in the stake vault, base units of IO; `None` beyond 64 bits.
    #[must_use]
    pub const fn in_vault(&self) -> Option<u64> {
        match self.staked.checked_add(self.cooling) {
            Some(own) => own.checked_add(self.co.staked),
            None => None,
        }
    }

    /// Sets what it needs. A higher requirement is remembered for 14 days after it was lowered; `false`, and
    /// nothing changes, for a second step down in that time, because two memories would not fit.
    #[must_use]
    pub fn require(&mut self, required: u64, now: u64) -> bool {
        if required < self.required {
            let remembers = now < self.high_until && self.high > self.required;
            if remembers {
                return false;
            }
            let Some(until) = now.checked_add(HIGH_SECONDS) else {
                return false;
            };
            (self.high, self.high_until) = (self.required, until);
        }
        self.required = required;
        true
    }

    /// When the owner's part fell below its minimum while a co-staker's counts, both cool down until `unlock_at`.
    /// `None` when an amount does not fit.
    #[must_use]
    pub fn cool_together(&mut self, now: u64, unlock_at: u64) -> Option<bool> {
        if self.co_counted(now) == 0 || self.is_staked(now) {
            return Some(false);
        }
        self.cooling = self.cooling.checked_add(self.staked)?;
        self.staked = 0;
        self.unlock_at = if self.cooling == 0 { 0 } else { unlock_at };
        (self.co.leaves_at, self.co.unlock_at) = (now, unlock_at);
        Some(true)
    }
}

record! {
    prefix [Offers::TYPE, 1];
    /// How many co-stake offers an owner has, open and accepted. Seeds: [`crate::seeds::offers`].
    pub struct Offers {
        /// Bump of this account's address.
        pub bump: u8,
        /// The owner.
        pub owner: Bytes32,
        /// How many; at most [`crate::params::MAX_OFFERS`].
        pub count: u8,
    }
}

impl Offers {
    /// Type byte.
    pub const TYPE: u8 = 6;
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: u64 = 86_400;

    fn device() -> Device {
        Device {
            staked: 100,
            ..Device::new(254, [1; 32], [3; 32], [2; 32], 100)
        }
    }

    fn shared() -> Device {
        Device {
            staked: 60,
            co: CoStake {
                offered: 50,
                share_bps: 5_000,
                wallet: [9; 32],
                staked: 50,
                ..CoStake::NONE
            },
            ..device()
        }
    }

    #[test]
    fn hireable_means_free_active_and_staked() {
        assert!(device().is_hireable(0));
        for other in [
            Device {
                staked: 99,
                ..device()
            },
            Device {
                lease: [1; 32],
                ..device()
            },
            Device {
                status: DeviceStatus::Blocked,
                ..device()
            },
        ] {
            assert!(!other.is_hireable(0));
        }
    }

    #[test]
    fn a_co_stake_counts_until_it_leaves() {
        let mut device = shared();
        assert_eq!((device.is_staked(5), device.excess(5)), (true, 10));
        device.co.leaves_at = 6;
        assert!(device.is_staked(5));
        assert!(!device.is_staked(6));
        // The owner's part is never the smaller one.
        device = Device {
            staked: 49,
            required: 80,
            ..shared()
        };
        assert!(!device.is_staked(5));
        assert_eq!(Device { staked: 55, ..device }.excess(5), 5);
    }

    #[test]
    fn a_lowered_requirement_is_remembered_for_14_days() {
        let mut device = device();
        assert!(device.require(60, 1_000));
        let end = 1_000 + 14 * DAY;
        assert_eq!((device.required, device.excess(end - 1)), (60, 0));
        assert_eq!((device.highest_required(end), device.excess(end)), (60, 40));
        // No second memory; upwards at any time.
        assert!(!device.require(50, end - 1));
        assert!(device.require(80, end - 1));
        assert_eq!(device.highest_required(end - 1), 100);
        assert!(device.require(150, end - 1));
        assert!(device.require(90, end - 1));
        assert_eq!(device.highest_required(end), 150);
        assert!(!device.require(1, u64::MAX));
    }

    #[test]
    fn both_cool_down_when_the_owner_falls_short() {
        let mut device = shared();
        assert_eq!(device.cool_together(7, 99), Some(false));
        device.staked = 49;
        assert_eq!(device.cool_together(7, 99), Some(true));
        assert_eq!((device.staked, device.cooling, device.unlock_at), (0, 49, 99));
        assert_eq!((device.co.leaves_at, device.co.unlock_at), (7, 99));
        assert_eq!(device.cool_together(7, 200), Some(false));
        assert_eq!(device.in_vault(), Some(99));
    }
}
