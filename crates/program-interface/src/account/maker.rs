//! A market maker.

use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [Maker::TYPE, 1];
    /// IO that a market maker sells for USDC at a price of its own. Seeds: [`crate::seeds::maker`].
    pub struct Maker {
        /// Bump of this account's address.
        pub bump: u8,
        /// The market maker; is paid in USDC and gets what is left back.
        pub wallet: Bytes32,
        /// What it has in the market vault, base units of IO.
        pub available: u64,
        /// Base units of USDC for one whole IO.
        pub price: u64,
    }
}

impl Maker {
    /// Type byte.
    pub const TYPE: u8 = 9;
}
