//! Staking together: an owner offers, one other wallet accepts, and either can end it.

use super::{Tag, accounts};
use crate::layout::record;

record! {
    prefix [Tag::OfferCoStake as u8];
    /// Offers another wallet to stake a part. The terms are locked until the offer is taken back.
    pub struct OfferCoStake {
        /// Base units of IO, not zero, at most half of what the device needs.
        pub amount: u64,
        /// The co-staker's share of the rewards, at most 10,000 basis points.
        pub share_bps: u16,
    }
}

record! {
    prefix [Tag::CancelOffer as u8];
    /// Takes an offer back that nobody accepted, or whose co-staker has nothing left in it.
    pub struct CancelOffer {}
}

accounts! {
    /// Accounts of [`OfferCoStake`] and [`CancelOffer`].
    pub struct OfferAccounts {
        /// The device's owner; pays the rent of `offers` the first time.
        owner: signer_writable,
        /// The device.
        device: writable,
        /// See [`crate::seeds::offers`]; may be made.
        offers: writable,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::AcceptOffer as u8];
    /// Stakes the offered part. The terms are repeated, so that they cannot change under the sender. The owner
    /// must have staked the rest before.
    pub struct AcceptOffer {
        /// As offered.
        pub amount: u64,
        /// As offered.
        pub share_bps: u16,
    }
}

accounts! {
    /// Accounts of [`AcceptOffer`].
    pub struct AcceptOfferAccounts {
        /// The co-staker; not the owner.
        co_staker: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
        /// A token account of the co-staker.
        co_token: writable,
        /// The network's.
        stake_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::LeaveCoStake as u8];
    /// Announces that the co-staker leaves: its part counts for 7 more days, earning nothing, then it cools.
    pub struct LeaveCoStake {}
}

accounts! {
    /// Accounts of [`LeaveCoStake`].
    pub struct LeaveCoStakeAccounts {
        /// The co-staker.
        co_staker: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
    }
}

record! {
    prefix [Tag::WithdrawCoStake as u8];
    /// Pays the co-staker's part out once it has cooled down, and ends the offer; refused while a slash is
    /// pending.
    pub struct WithdrawCoStake {}
}

accounts! {
    /// Accounts of [`WithdrawCoStake`].
    pub struct WithdrawCoStakeAccounts {
        /// The co-staker.
        co_staker: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
        /// The owner's, see [`crate::seeds::offers`].
        offers: writable,
        /// The network's.
        stake_vault: writable,
        /// A token account of the co-staker.
        co_token: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}
