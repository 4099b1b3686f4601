//! The life of a lease.

use super::{Tag, accounts};
use crate::layout::record;

/// With more devices than this, a [`Close`] that carries a voucher exceeds a packet when a third party pays the
/// fee: send [`Settle`] first, then a [`Close`] that needs no voucher.
pub const CLOSE_WITH_VOUCHER_DEVICES: usize = 7;

record! {
    prefix [Tag::OpenLease as u8];
    /// Opens a lease on a node's quote and fills its escrow with rate × max_seconds, in IO or USDC as the quote
    /// says. Refused while new leases are paused.
    ///
    /// Directly before: the node's signature over a [`crate::message::Quote`]. Every device must be free, staked
    /// and active.
    pub struct OpenLease {}
}

accounts! {
    /// Accounts of [`OpenLease`]; after them the 1 to 8 devices of the quote, in its order, each by
    /// [`super::Meta::device`]. With eight devices the transaction has room for one signature: payer = renter.
    pub struct OpenLeaseAccounts {
        /// Pays the rent of lease and escrow; may be the renter. The escrow's comes back when the lease closes.
        payer: signer_writable,
        /// The quote's renter.
        renter: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The currency's mint.
        mint: readonly,
        /// See [`crate::seeds::lease`]; is made.
        lease: writable,
        /// See [`crate::seeds::escrow`]; is made.
        escrow: writable,
        /// A token account of the renter.
        renter_token: writable,
        /// [`super::INSTRUCTIONS_SYSVAR`].
        instructions: readonly,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::TopUp as u8];
    /// Extends a lease on the node's consent and adds rate × the further seconds to its escrow. The devices must
    /// still be staked and active.
    ///
    /// Directly before: the node's signature over a [`crate::message::Extension`].
    pub struct TopUp {}
}

accounts! {
    /// Accounts of [`TopUp`]; after them the lease's devices, in order.
    pub struct TopUpAccounts {
        /// The lease's renter.
        renter: signer,
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// A token account of the renter.
        renter_token: writable,
        /// [`super::INSTRUCTIONS_SYSVAR`].
        instructions: readonly,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::Settle as u8];
    /// Pays a voucher: what it adds to what is settled, split between provider and network. Anyone may send it.
    /// Of a lease in USDC the provider's part stays in escrow and waits for a repurchase.
    ///
    /// Directly before: the session key's signature over a [`crate::message::Voucher`].
    pub struct Settle {}
}

accounts! {
    /// Accounts of [`Settle`].
    pub struct SettleAccounts {
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// A token account of the provider, in the lease's currency.
        provider_token: writable,
        /// The lease's fee vault.
        fee_vault: writable,
        /// [`super::INSTRUCTIONS_SYSVAR`].
        instructions: readonly,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::Close as u8];
    /// Closes a lease on the node's word: pays what it asks for beyond what is settled, refunds the rest, closes
    /// the escrow and frees the devices. Anyone may send it.
    ///
    /// Directly before: the node's signature over a [`crate::message::Close`]. When that asks for more than is
    /// settled, directly before that: the session key's signature over a [`crate::message::Voucher`] of at least
    /// that amount and that many seconds. USDC of the provider that waits for a repurchase stays in escrow.
    pub struct Close {}
}

accounts! {
    /// Accounts of [`Close`]; after them the lease's devices, in order.
    pub struct CloseAccounts {
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// A token account of the provider, in the lease's currency.
        provider_token: writable,
        /// A token account of the renter.
        renter_token: writable,
        /// The lease's fee vault.
        fee_vault: writable,
        /// The lease's rent payer.
        rent_payer: writable,
        /// [`super::INSTRUCTIONS_SYSVAR`].
        instructions: readonly,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::CloseExpired as u8];
    /// Closes a lease without the node, from [`crate::account::Lease::expires_at`] on: refunds what is not
    /// settled, closes the escrow (unless USDC of the provider waits in it) and frees the devices. Anyone may
    /// send it.
    pub struct CloseExpired {}
}

accounts! {
    /// Accounts of [`CloseExpired`]; after them the lease's devices, in order.
    pub struct CloseExpiredAccounts {
        /// The lease.
        lease: writable,
        /// Its escrow.
        escrow: writable,
        /// A token account of the renter.
        renter_token: writable,
        /// The lease's rent payer.
        rent_payer: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}
