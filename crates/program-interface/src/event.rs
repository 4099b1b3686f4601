//! What the program logs with `sol_log_data`, one line an instruction: enough to rebuild every amount from the
//! history of transactions. Over RPC it is the base64 of a `Program data: ` line; take only lines logged while
//! this program was the innermost one running.

use crate::layout::{byte_enum, record};
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
    prefix [4];
    /// A lease opened, its escrow is filled.
    pub struct LeaseOpened {
        /// Its id.
        pub lease: Bytes32,
        /// Who pays.
        pub renter: Bytes32,
        /// Who is paid.
        pub provider: Bytes32,
        /// The node.
        pub node: Bytes32,
        /// The key that signs vouchers.
        pub session: Bytes32,
        /// SHA-256 over the device accounts.
        pub devices_hash: Bytes32,
        /// How many devices.
        pub device_count: u8,
        /// 0 = IO.
        pub currency: u8,
        /// The network's part, basis points.
        pub margin_bps: u16,
        /// Base units a second.
        pub rate_per_second: u64,
        /// The longest it may be paid for, seconds.
        pub max_seconds: u64,
        /// What moved into escrow.
        pub escrowed: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [5];
    /// A voucher was paid from escrow.
    pub struct Settled {
        /// The lease's id.
        pub lease: Bytes32,
        /// Who pays.
        pub renter: Bytes32,
        /// Who is paid.
        pub provider: Bytes32,
        /// 0 = IO.
        pub currency: u8,
        /// Everything settled so far.
        pub settled: u64,
        /// For how many seconds.
        pub seconds: u64,
        /// What moved to the provider now.
        pub provider_amount: u64,
        /// What moved to the fee vault now.
        pub fee_amount: u64,
        /// Chain time.
        pub at: u64,
    }
}

byte_enum! {
    /// On whose word a lease closed.
    pub enum ClosedBy {
        /// The node's.
        Node = 1,
        /// Nobody's: its time ran out.
        Expiry = 2,
    }
}

record! {
    prefix [6];
    /// A lease closed: escrowed = `settled` + `refunded`.
    pub struct Closed {
        /// The lease's id.
        pub lease: Bytes32,
        /// Who paid.
        pub renter: Bytes32,
        /// Who was paid.
        pub provider: Bytes32,
        /// On whose word.
        pub by: ClosedBy,
        /// 0 = IO.
        pub currency: u8,
        /// Everything settled in all.
        pub settled: u64,
        /// For how many seconds.
        pub seconds: u64,
        /// What moved to the provider now.
        pub provider_amount: u64,
        /// What moved to the fee vault now.
        pub fee_amount: u64,
        /// What moved back to the renter now.
        pub refunded: u64,
        /// Chain time.
        pub at: u64,
    }
}

/// Anything the program logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The network was made.
    NetworkInitialized(NetworkInitialized),
    /// Stake came in.
    Staked(Staked),
    /// Stake was asked back.
    UnstakeRequested(UnstakeRequested),
    /// Stake went out.
    Withdrawn(Withdrawn),
    /// A lease opened.
    LeaseOpened(LeaseOpened),
    /// A voucher was paid.
    Settled(Settled),
    /// A lease closed.
    Closed(Closed),
}

impl Event {
    /// Decodes one logged item; `None` for anything this version does not know.
    #[must_use]
    pub fn from_bytes(data: &[u8]) -> Option<Self> {
        match *data.first()? {
            0 => NetworkInitialized::from_bytes(data).map(Self::NetworkInitialized),
            1 => Staked::from_bytes(data).map(Self::Staked),
            2 => UnstakeRequested::from_bytes(data).map(Self::UnstakeRequested),
            3 => Withdrawn::from_bytes(data).map(Self::Withdrawn),
            4 => LeaseOpened::from_bytes(data).map(Self::LeaseOpened),
            5 => Settled::from_bytes(data).map(Self::Settled),
            6 => Closed::from_bytes(data).map(Self::Closed),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_by_its_first_byte() {
        let event = Withdrawn {
            owner: [1; 32],
            device: [2; 32],
            amount: 3,
            at: 4,
        };
        let bytes = event.to_bytes();
        assert_eq!(bytes[0], 3);
        assert_eq!(Event::from_bytes(&bytes), Some(Event::Withdrawn(event)));
        assert_eq!(Event::from_bytes(&bytes[..bytes.len() - 1]), None);
        assert_eq!(Event::from_bytes(&[250]), None);
    }
}
