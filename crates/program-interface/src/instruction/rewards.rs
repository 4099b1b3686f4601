//! Rewards: roots, burning, claims.

use super::{Tag, accounts};
use crate::Bytes32;
use crate::layout::record;

record! {
    prefix [Tag::PostRoot as u8];
    /// Posts the root of an epoch that is over. It can be claimed against an hour later.
    ///
    /// What is drawn from the schedule is `total` less everything ever moved from fees; with what the schedule
    /// gave before the network began it never exceeds what is unlocked, and the reward vault must cover what is
    /// not claimed yet.
    pub struct PostRoot {
        /// Unix time / 3,600 of the epoch's begin; later than the last one posted.
        pub epoch: u64,
        /// Root of the tree, see [`crate::merkle`]; not zero.
        pub root: Bytes32,
        /// Hash of the epoch's report; not zero.
        pub report: Bytes32,
        /// Everything that the leaves give since the beginning, base units of IO; never falls.
        pub total: u64,
        /// What moves from the fee vault to the reward vault with it, base units of IO.
        pub fee_draw: u64,
    }
}

accounts! {
    /// Accounts of [`PostRoot`].
    pub struct PostRootAccounts {
        /// The network's verifier.
        verifier: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::rewards`].
        rewards: writable,
        /// See [`crate::seeds::schedule`].
        schedule: readonly,
        /// The network's.
        reward_vault: writable,
        /// The network's.
        fee_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::VoidRoot as u8];
    /// Takes the last root back while it cannot be claimed against, and what was drawn from fees with it.
    pub struct VoidRoot {
        /// Its epoch.
        pub epoch: u64,
    }
}

accounts! {
    /// Accounts of [`VoidRoot`].
    pub struct VoidRootAccounts {
        /// The network's authority.
        authority: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::rewards`].
        rewards: writable,
        /// The network's.
        reward_vault: writable,
        /// The network's.
        fee_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::BurnFees as u8];
    /// Burns IO out of the fee vault.
    pub struct BurnFees {
        /// Base units of IO, not zero.
        pub amount: u64,
        /// Hash of the report that asks for it.
        pub report: Bytes32,
    }
}

accounts! {
    /// Accounts of [`BurnFees`].
    pub struct BurnFeesAccounts {
        /// The network's verifier.
        verifier: signer,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::rewards`].
        rewards: writable,
        /// The network's.
        fee_vault: writable,
        /// The network's.
        io_mint: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
    }
}

record! {
    prefix [Tag::Claim as u8];
    /// Pays a wallet what a leaf gives it beyond what it has claimed. In the instruction's data the proof
    /// follows: up to [`crate::merkle::MAX_DEPTH`] siblings of 32 bytes, from the leaf upwards.
    pub struct Claim {
        /// Epoch of a root that is kept and claimable.
        pub epoch: u64,
        /// The leaf's place in the tree.
        pub index: u32,
        /// What the leaf gives since the beginning, base units of IO.
        pub cumulative: u64,
    }
}

impl Claim {
    /// Splits an instruction's data into the claim and its proof; `None` when they are neither.
    #[must_use]
    pub fn split(data: &[u8]) -> Option<(Self, &[Bytes32])> {
        let (head, rest) = data.split_at_checked(Self::LEN)?;
        let (proof, odd) = rest.as_chunks();
        if !odd.is_empty() {
            return None;
        }
        Some((Self::from_bytes(head)?, proof))
    }
}

accounts! {
    /// Accounts of [`Claim`].
    pub struct ClaimAccounts {
        /// The wallet; pays the rent of `claimed` the first time.
        wallet: signer_writable,
        /// See [`crate::seeds::network`].
        network: readonly,
        /// See [`crate::seeds::rewards`].
        rewards: writable,
        /// See [`crate::seeds::claimed`]; may be made.
        claimed: writable,
        /// The network's.
        reward_vault: writable,
        /// A token account of the wallet.
        wallet_token: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}
