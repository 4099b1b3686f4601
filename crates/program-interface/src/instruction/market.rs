//! USDC into IO: market makers, repurchases, fees.

use super::{Tag, accounts};
use crate::layout::record;

record! {
    prefix [Tag::FundMaker as u8];
    /// Puts IO up for sale at a price, or changes the price. Makes the market maker's account when it is absent.
    pub struct FundMaker {
        /// Base units of IO to add; may be zero when the account exists.
        pub amount: u64,
        /// Base units of USDC for one whole IO, for everything available; not zero.
        pub price: u64,
    }
}

accounts! {
    /// Accounts of [`FundMaker`].
    pub struct FundMakerAccounts {
        /// The market maker; pays the rent.
        wallet: signer_writable,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::maker`]; may be made.
        maker: writable,
        /// A token account of the market maker, in IO.
        wallet_token: writable,
        /// The network's.
        market_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::DrainMaker as u8];
    /// Takes unsold IO back.
    pub struct DrainMaker {
        /// Base units of IO, not zero, at most what is available.
        pub amount: u64,
    }
}

accounts! {
    /// Accounts of [`DrainMaker`].
    pub struct DrainMakerAccounts {
        /// The market maker.
        wallet: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::maker`].
        maker: writable,
        /// The network's.
        market_vault: writable,
        /// A token account of the market maker, in IO.
        wallet_token: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::Repurchase as u8];
    /// Changes USDC that waits in a lease into IO of a market maker of the provider's choice. When it is the
    /// last of a closed lease, the escrow is closed.
    pub struct Repurchase {
        /// Base units of USDC, not zero, at most what waits.
        pub usdc: u64,
        /// The least IO to get for it, base units.
        pub min_io: u64,
    }
}

accounts! {
    /// Accounts of [`Repurchase`].
    pub struct RepurchaseAccounts {
        /// The lease's provider.
        provider: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// The market maker's account.
        maker: writable,
        /// A token account of the market maker, in USDC.
        maker_usdc: writable,
        /// The network's.
        market_vault: writable,
        /// A token account of the provider, in IO.
        provider_token: writable,
        /// The lease's rent payer.
        rent_payer: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::TakeUsdc as u8];
    /// Pays waiting USDC to the provider as it is, 24 hours after it began to wait. Closes the escrow of a
    /// closed lease.
    pub struct TakeUsdc {}
}

accounts! {
    /// Accounts of [`TakeUsdc`].
    pub struct TakeUsdcAccounts {
        /// The lease's provider.
        provider: signer,
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// A token account of the provider, in USDC.
        provider_usdc: writable,
        /// The lease's rent payer.
        rent_payer: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::ConvertFees as u8];
    /// Changes fees in USDC into IO of a market maker; the IO goes to the fee vault.
    pub struct ConvertFees {
        /// Base units of USDC, not zero.
        pub usdc: u64,
        /// The least IO to get for it, base units.
        pub min_io: u64,
    }
}

accounts! {
    /// Accounts of [`ConvertFees`].
    pub struct ConvertFeesAccounts {
        /// The network's oracle.
        oracle: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The network's.
        usdc_fee_vault: writable,
        /// The market maker's account.
        maker: writable,
        /// A token account of the market maker, in USDC.
        maker_usdc: writable,
        /// The network's.
        market_vault: writable,
        /// The network's.
        fee_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}
