//! A lease.

use crate::layout::{byte_enum, record};
use crate::math::provider_share;
use crate::params::{CURRENCY_IO, REPURCHASE_WAIT_SECONDS};
use crate::{Bytes32, NetworkTag};

byte_enum! {
    /// Where a lease stands.
    pub enum LeaseStatus {
        /// Paid from escrow by vouchers.
        Open = 1,
        /// Over: the renter was refunded. The account stays, so that its quote cannot be used again. The escrow
        /// is gone unless USDC of the provider waits in it.
        Closed = 2,
    }
}

record! {
    prefix [Lease::TYPE, 2];
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
        /// 0 = IO, 1 = USDC.
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
        /// What was settled for provider and network, base units.
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
        /// What of the provider's part has left the escrow, base units. In IO always all of it; in USDC the
        /// difference waits for a repurchase.
        pub paid_out: u64,
        /// Since when USDC waits; 0 = none does.
        pub waits_since: u64,
    }
}

impl Lease {
    /// Type byte.
    pub const TYPE: u8 = 3;
    /// Offset of `renter`.
    pub const RENTER_AT: usize = 36;
    /// Offset of `provider`.
    pub const PROVIDER_AT: usize = 68;

    /// What of the provider's part is still in escrow, base units of the currency.
    #[must_use]
    pub const fn unpaid(&self) -> u64 {
        provider_share(self.settled, self.margin_bps).saturating_sub(self.paid_out)
    }

    /// From when on the provider may take waiting USDC as it is; `None` when none waits.
    #[must_use]
    pub const fn takeable_from(&self) -> Option<u64> {
        if self.waits_since == 0 {
            return None;
        }
        self.waits_since.checked_add(REPURCHASE_WAIT_SECONDS)
    }

    /// Whether it is paid in IO, at once.
    #[must_use]
    pub const fn is_io(&self) -> bool {
        self.currency == CURRENCY_IO
    }
}
