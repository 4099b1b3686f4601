//! Messages that are signed off chain with ed25519 and checked on chain through the ed25519 precompile.
//!
//! Each begins with a 16-byte domain (so that no message can pass for another kind), then the network tag and
//! the program's address (so that nothing signed for one network is of use on another). The program reads them
//! out of the precompile's instruction, so its own instruction data does not repeat them.

use crate::layout::record;

/// An address, a key or a hash.
pub type Bytes32 = [u8; 32];
/// Names the network (practice, devnet, mainnet, custom) in everything that is signed; zero-padded ASCII.
pub type NetworkTag = [u8; 16];

/// Domain of [`Quote`].
pub const QUOTE_DOMAIN: [u8; 16] = *b"hearth-quote-v1\0";
/// Domain of [`Voucher`].
pub const VOUCHER_DOMAIN: [u8; 16] = *b"hearth-vouch-v1\0";
/// Domain of [`Close`].
pub const CLOSE_DOMAIN: [u8; 16] = *b"hearth-close-v1\0";
/// Domain of [`Extension`].
pub const EXTENSION_DOMAIN: [u8; 16] = *b"hearth-exten-v1\0";

/// The most devices one lease can hold: a node has at most 8.
pub const MAX_LEASE_DEVICES: usize = 8;

record! {
    prefix QUOTE_DOMAIN;
    /// A node's consent to one lease: who may hire what, at which rate, for how long. Signed by the node key.
    pub struct Quote {
        /// The network it is good on.
        pub network_tag: NetworkTag,
        /// The program it is good for.
        pub program: Bytes32,
        /// Random id of the lease; a lease account can be made once, so the quote can be used once.
        pub lease: Bytes32,
        /// The node's identity key, which signs.
        pub node: Bytes32,
        /// The wallet that owns the devices and is paid.
        pub provider: Bytes32,
        /// The wallet that may open the lease.
        pub renter: Bytes32,
        /// The renter's key for this lease; it signs the vouchers.
        pub session: Bytes32,
        /// SHA-256 over the addresses of the device accounts, in order.
        pub devices_hash: Bytes32,
        /// How many devices (1 to [`MAX_LEASE_DEVICES`]).
        pub device_count: u8,
        /// Currency of escrow and rate: 0 = IO, 1 = USDC.
        pub currency: u8,
        /// Base units a second, for all devices together, the network's margin included.
        pub rate_per_second: u64,
        /// The longest the lease may be paid for; escrow = rate × this.
        pub max_seconds: u64,
        /// Unix second after which it cannot be opened.
        pub expires_at: u64,
    }
}

record! {
    prefix VOUCHER_DOMAIN;
    /// A renter's prepayment: "up to here I pay". Cumulative; the highest wins. Signed by the session key.
    pub struct Voucher {
        /// The network it is good on.
        pub network_tag: NetworkTag,
        /// The program it is good for.
        pub program: Bytes32,
        /// The lease's id.
        pub lease: Bytes32,
        /// Everything paid since the lease opened, base units.
        pub amount: u64,
        /// Everything paid for since the lease opened, seconds.
        pub seconds: u64,
    }
}

record! {
    prefix CLOSE_DOMAIN;
    /// A node's word that a lease is over and what was used of it. Signed by the node key.
    pub struct Close {
        /// The network it is good on.
        pub network_tag: NetworkTag,
        /// The program it is good for.
        pub program: Bytes32,
        /// The lease's id.
        pub lease: Bytes32,
        /// What the node asks for in all; never above the highest voucher.
        pub amount: u64,
        /// Seconds used in all.
        pub seconds: u64,
    }
}

record! {
    prefix EXTENSION_DOMAIN;
    /// A node's consent to a longer lease at the same rate. Signed by the node key.
    pub struct Extension {
        /// The network it is good on.
        pub network_tag: NetworkTag,
        /// The program it is good for.
        pub program: Bytes32,
        /// The lease's id.
        pub lease: Bytes32,
        /// The longest the lease may be paid for in all, seconds.
        pub max_seconds: u64,
        /// Unix second after which it is of no use.
        pub expires_at: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTE: Quote = Quote {
        network_tag: *b"practice\0\0\0\0\0\0\0\0",
        program: [1; 32],
        lease: [2; 32],
        node: [3; 32],
        provider: [4; 32],
        renter: [5; 32],
        session: [6; 32],
        devices_hash: [7; 32],
        device_count: 8,
        currency: 0,
        rate_per_second: 9,
        max_seconds: 10,
        expires_at: 11,
    };

    #[test]
    fn a_quote_is_domain_and_fields_in_order() {
        let bytes = QUOTE.to_bytes();
        assert_eq!(bytes.len(), 282);
        assert_eq!(bytes[..16], QUOTE_DOMAIN);
        assert_eq!(bytes[16..24], *b"practice");
        for field in 1..=7 {
            let at = 32 * usize::from(field);
            assert_eq!(bytes[at..at + 32], [field; 32]);
        }
        assert_eq!(bytes[256..258], [8, 0]);
        assert_eq!(
            bytes[258..],
            [
                9, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 11, 0, 0, 0, 0, 0, 0, 0
            ]
        );
        assert_eq!(Quote::from_bytes(&bytes), Some(QUOTE));
    }

    #[test]
    fn vouchers_and_close_statements_do_not_pass_for_each_other() {
        let voucher = Voucher {
            network_tag: [1; 16],
            program: [2; 32],
            lease: [3; 32],
            amount: 4,
            seconds: 5,
        };
        let close = Close {
            network_tag: [1; 16],
            program: [2; 32],
            lease: [3; 32],
            amount: 4,
            seconds: 5,
        };
        assert_eq!(Voucher::LEN, 112);
        assert_eq!(voucher.to_bytes()[16..], close.to_bytes()[16..]);
        assert_eq!(Voucher::from_bytes(&voucher.to_bytes()), Some(voucher));
        assert_eq!(Close::from_bytes(&close.to_bytes()), Some(close));
        assert_eq!(Voucher::from_bytes(&close.to_bytes()), None);
        assert_eq!(
            (Extension::LEN, Extension::from_bytes(&close.to_bytes())),
            (112, None)
        );
        assert_eq!(Close::from_bytes(&voucher.to_bytes()), None);
    }

    #[test]
    fn other_lengths_are_refused() {
        let bytes = QUOTE.to_bytes();
        assert_eq!(Quote::from_bytes(&bytes[..281]), None);
        let mut longer = [0; 283];
        longer[..282].copy_from_slice(&bytes);
        assert_eq!(Quote::from_bytes(&longer), None);
    }
}
