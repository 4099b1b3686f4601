//! USDC into IO.

use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [26];
    /// A market maker put IO up for sale or changed the price.
    pub struct MakerFunded {
        /// The market maker.
        pub wallet: Bytes32,
        /// What moved.
        pub amount: u64,
        /// What is for sale now.
        pub available: u64,
        /// Base units of USDC for one whole IO.
        pub price: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [27];
    /// A market maker took IO back.
    pub struct MakerDrained {
        /// The market maker.
        pub wallet: Bytes32,
        /// What moved.
        pub amount: u64,
        /// What is for sale now.
        pub available: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [28];
    /// USDC that waited for a provider became IO.
    pub struct Repurchased {
        /// The lease's id.
        pub lease: Bytes32,
        /// Who got the IO.
        pub provider: Bytes32,
        /// The market maker's wallet.
        pub maker: Bytes32,
        /// What the market maker got.
        pub usdc: u64,
        /// What the provider got.
        pub io: u64,
        /// What of the provider's part has left the escrow in all.
        pub paid_out: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [29];
    /// USDC that waited was paid to the provider as it is.
    pub struct UsdcTaken {
        /// The lease's id.
        pub lease: Bytes32,
        /// Who got it.
        pub provider: Bytes32,
        /// What of the provider's part moved.
        pub usdc: u64,
        /// What of it has left the escrow in all.
        pub paid_out: u64,
        /// Chain time.
        pub at: u64,
    }
}

record! {
    prefix [30];
    /// Fees in USDC became IO in the fee vault.
    pub struct FeesConverted {
        /// The market maker's wallet.
        pub maker: Bytes32,
        /// What the market maker got.
        pub usdc: u64,
        /// What the fee vault got.
        pub io: u64,
        /// Chain time.
        pub at: u64,
    }
}
