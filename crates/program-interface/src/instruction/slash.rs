//! Slashing: posted, pending for a day, taken into a vault, restored or burned.

use super::{Tag, accounts};
use crate::Bytes32;
use crate::account::SlashReason;
use crate::layout::record;

record! {
    prefix [Tag::PostSlash as u8];
    /// Posts a slash on evidence that was not used for the device before. Nothing of the device's stake leaves
    /// while it is pending.
    pub struct PostSlash {
        /// What for.
        pub reason: SlashReason,
        /// Hash of the evidence; not zero.
        pub evidence: Bytes32,
    }
}

accounts! {
    /// Accounts of [`PostSlash`].
    pub struct PostSlashAccounts {
        /// The network's verifier; pays the rent.
        verifier: signer_writable,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
        /// See [`crate::seeds::slash`]; is made.
        slash: writable,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::VoidSlash as u8];
    /// Drops what was not taken yet of a pending slash; what was taken stays in the slash vault and can be
    /// restored.
    pub struct VoidSlash {}
}

accounts! {
    /// Accounts of [`VoidSlash`].
    pub struct VoidSlashAccounts {
        /// The network's authority.
        authority: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
        /// The slash.
        slash: writable,
    }
}

record! {
    prefix [Tag::TakeSlash as u8];
    /// Moves slashed stake to the slash vault, a day after it was posted: the owner's staked part, then its
    /// cooling part, then the co-staker's. At most 1 % of all stake an epoch over the whole network, so it may
    /// need several. After 30 more days what was not taken is let go. Anyone may send it.
    pub struct TakeSlash {}
}

accounts! {
    /// Accounts of [`TakeSlash`].
    pub struct TakeSlashAccounts {
        /// See [`crate::seeds::network`].
        network: writable,
        /// The device.
        device: writable,
        /// The slash.
        slash: writable,
        /// The network's.
        stake_vault: writable,
        /// The network's.
        slash_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::RestoreSlash as u8];
    /// Gives back what was taken: the owner's part to the device's stake, the co-staker's to its wallet.
    pub struct RestoreSlash {}
}

accounts! {
    /// Accounts of [`RestoreSlash`].
    pub struct RestoreSlashAccounts {
        /// The network's authority.
        authority: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The device.
        device: writable,
        /// The slash.
        slash: writable,
        /// The network's.
        slash_vault: writable,
        /// The network's.
        stake_vault: writable,
        /// A token account of the slash's co-staker; any writable account when nothing of it was taken.
        co_token: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::BurnSlash as u8];
    /// Burns what was taken, 30 days after the last of it. Anyone may send it.
    pub struct BurnSlash {}
}

accounts! {
    /// Accounts of [`BurnSlash`].
    pub struct BurnSlashAccounts {
        /// See [`crate::seeds::network`].
        network: readonly,
        /// The slash.
        slash: writable,
        /// The network's.
        slash_vault: writable,
        /// The network's.
        io_mint: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}
