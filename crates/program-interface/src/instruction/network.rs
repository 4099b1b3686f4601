//! Making the network and changing it.

use super::{Tag, accounts};
use crate::account::{Leasing, Role};
use crate::layout::record;
use crate::params::{Parameters, SlashTable};
use crate::{Bytes32, NetworkTag};

record! {
    prefix [Tag::InitNetwork as u8];
    /// Makes the network account, its vaults, the account of roots and the schedule; once only.
    ///
    /// The program's own address must sign: only who holds the key the program was deployed with can do this,
    /// so nobody can get in between deployment and this instruction. Practice networks use the published
    /// [`crate::PRACTICE_PROGRAM_SECRET`] and send this at genesis, before anyone can connect.
    pub struct InitNetwork {
        /// Names the network; not all zero.
        pub network_tag: NetworkTag,
        /// Classifies, slashes, posts roots; differs from the authority and the oracle.
        pub verifier: Bytes32,
        /// Changes fees into IO; differs from the authority and the verifier.
        pub oracle: Bytes32,
        /// 1 to [`crate::params::MAX_REQUIRED`] base units.
        pub min_stake_per_device: u64,
        /// At most [`crate::params::MAX_COOLDOWN_SECONDS`].
        pub cooldown_seconds: u64,
        /// 1 to [`crate::params::MAX_SETTLE_WINDOW_SECONDS`].
        pub settle_window_seconds: u64,
        /// At most [`crate::params::MAX_MARGIN_BPS`].
        pub margin_bps: u16,
        /// Within [`SlashTable::MOST`].
        pub slash: SlashTable,
        /// When the first month of the emission schedule begins, Unix seconds;
        /// [`crate::emission::PUBLIC_START`] on a public network.
        pub schedule_starts_at: u64,
        /// What the schedule had given out before, base units of IO; at most what it has unlocked by now.
        pub drawn_before: u64,
    }
}

impl InitNetwork {
    /// The parameters in it.
    #[must_use]
    pub const fn parameters(&self) -> Parameters {
        Parameters {
            min_stake_per_device: self.min_stake_per_device,
            cooldown_seconds: self.cooldown_seconds,
            settle_window_seconds: self.settle_window_seconds,
            margin_bps: self.margin_bps,
            slash: self.slash,
        }
    }
}

accounts! {
    /// Accounts of [`InitNetwork`].
    pub struct InitNetworkAccounts {
        /// The program's own address.
        program: signer,
        /// Becomes the authority; pays the rent.
        authority: signer_writable,
        /// See [`crate::seeds::network`]; is made.
        network: writable,
        /// Mint of IO, 8 decimals.
        io_mint: readonly,
        /// Mint of USDC, 6 decimals.
        usdc_mint: readonly,
        /// See [`crate::seeds::stake_vault`]; is made.
        stake_vault: writable,
        /// See [`crate::seeds::fee_vault`]; is made.
        fee_vault: writable,
        /// See [`crate::seeds::usdc_fee_vault`]; is made.
        usdc_fee_vault: writable,
        /// See [`crate::seeds::reward_vault`]; is made.
        reward_vault: writable,
        /// See [`crate::seeds::slash_vault`]; is made.
        slash_vault: writable,
        /// See [`crate::seeds::market_vault`]; is made.
        market_vault: writable,
        /// See [`crate::seeds::rewards`]; is made.
        rewards: writable,
        /// See [`crate::seeds::schedule`]; is made.
        schedule: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}

record! {
    prefix [Tag::SetParameters as u8];
    /// Puts other parameters into force, all within their bounds. What is under way keeps its terms: leases
    /// their margin and window, cooling stake its date, devices their requirement.
    pub struct SetParameters {
        /// All of them.
        pub parameters: Parameters,
    }
}

record! {
    prefix [Tag::SetLeasing as u8];
    /// Pauses new leases, or opens them again. Running leases, vouchers, stake and rewards go on.
    pub struct SetLeasing {
        /// Which.
        pub leasing: Leasing,
    }
}

record! {
    prefix [Tag::ProposeKey as u8];
    /// Promises a role to a key, which takes it by [`AcceptKey`]. Replaces an earlier promise; the zero key
    /// takes it back. The key must hold no role.
    pub struct ProposeKey {
        /// Which role.
        pub role: Role,
        /// The new key.
        pub key: Bytes32,
    }
}

accounts! {
    /// Accounts of [`SetParameters`], [`SetLeasing`] and [`ProposeKey`].
    pub struct AuthorityAccounts {
        /// The network's authority.
        authority: signer,
        /// See [`crate::seeds::network`].
        network: writable,
    }
}

record! {
    prefix [Tag::AcceptKey as u8];
    /// Takes a promised role. The old key has no power from then on.
    pub struct AcceptKey {
        /// Which role.
        pub role: Role,
    }
}

accounts! {
    /// Accounts of [`AcceptKey`].
    pub struct AcceptKeyAccounts {
        /// The key that the role was promised to.
        key: signer,
        /// See [`crate::seeds::network`].
        network: writable,
    }
}
