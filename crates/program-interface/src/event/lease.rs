//! Leases.

use crate::Bytes32;
use crate::layout::{byte_enum, record};

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
        /// 0 = IO, 1 = USDC.
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
        /// 0 = IO, 1 = USDC.
        pub currency: u8,
        /// Everything settled so far.
        pub settled: u64,
        /// For how many seconds.
        pub seconds: u64,
        /// What became the provider's now: moved to it in IO; in USDC it waits in escrow.
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
        /// 0 = IO, 1 = USDC.
        pub currency: u8,
        /// Everything settled in all.
        pub settled: u64,
        /// For how many seconds.
        pub seconds: u64,
        /// What became the provider's now: moved to it in IO; in USDC it waits in escrow.
        pub provider_amount: u64,
        /// What moved to the fee vault now.
        pub fee_amount: u64,
        /// What moved back to the renter now.
        pub refunded: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [25];
    /// A lease was extended and its escrow filled further.
    pub struct ToppedUp {
        /// The lease's id.
        pub lease: Bytes32,
        /// Who pays.
        pub renter: Bytes32,
        /// Who is paid.
        pub provider: Bytes32,
        /// 0 = IO, 1 = USDC.
        pub currency: u8,
        /// The longest it may be paid for now, seconds.
        pub max_seconds: u64,
        /// What moved into escrow.
        pub added: u64,
        /// What was put into escrow in all.
        pub escrowed: u64,
        /// Chain time.
        pub at: u64,
    }
}
