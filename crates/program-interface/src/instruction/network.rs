//! Making the network.

use super::{Tag, accounts};
use crate::layout::record;
use crate::{Bytes32, NetworkTag};

record! {
    prefix [Tag::InitNetwork as u8];
    /// Makes the network account, the stake vault and the fee vault; once only.
    ///
    /// The program's own address must sign: only who holds the key the program was deployed with can do this,
    /// so nobody can get in between deployment and this instruction. Practice networks use the published
    /// [`crate::PRACTICE_PROGRAM_SECRET`] and send this at genesis, before anyone can connect.
    pub struct InitNetwork {
        /// Names the network; not all zero.
        pub network_tag: NetworkTag,
        /// Attests to devices and proofs; differs from the authority and the oracle.
        pub verifier: Bytes32,
        /// Attests to prices; differs from the authority and the verifier.
        pub oracle: Bytes32,
        /// 1 to [`crate::params::IO_CAP`] base units.
        pub min_stake_per_device: u64,
        /// At most [`crate::params::MAX_COOLDOWN_SECONDS`].
        pub cooldown_seconds: u64,
        /// 1 to [`crate::params::MAX_SETTLE_WINDOW_SECONDS`].
        pub settle_window_seconds: u64,
        /// At most [`crate::params::MAX_MARGIN_BPS`].
        pub margin_bps: u16,
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
        /// See [`crate::seeds::stake_vault`]; is made.
        stake_vault: writable,
        /// See [`crate::seeds::fee_vault`]; is made.
        fee_vault: writable,
        /// [`super::TOKEN_PROGRAM`].
        token_program: readonly,
        /// [`super::SYSTEM_PROGRAM`].
        system_program: readonly,
    }
}
