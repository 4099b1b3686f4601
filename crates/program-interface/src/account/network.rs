//! The network's own account.

use crate::layout::{byte_enum, record};
use crate::params::{Parameters, SlashTable};
use crate::{Bytes32, NetworkTag};

byte_enum! {
    /// The three powers over a network, each held by another key.
    pub enum Role {
        /// Changes parameters and keys, pauses new leases, voids roots and slashes, restores slashed stake.
        Authority = 1,
        /// Classifies devices, posts slashes and roots, burns fees.
        Verifier = 2,
        /// Changes fees in USDC into IO.
        Oracle = 3,
    }
}

byte_enum! {
    /// Whether new leases can be opened. Everything else goes on in either case.
    pub enum Leasing {
        /// They can.
        Open = 1,
        /// They cannot.
        Paused = 2,
    }
}

record! {
    prefix [Network::TYPE, 2];
    /// The one network of a program: its keys, mints, vaults and parameters. Seeds: [`crate::seeds::network`].
    pub struct Network {
        /// Bump of this account's address.
        pub bump: u8,
        /// Names the network in everything signed.
        pub network_tag: NetworkTag,
        /// Holds [`Role::Authority`].
        pub authority: Bytes32,
        /// Holds [`Role::Verifier`].
        pub verifier: Bytes32,
        /// Holds [`Role::Oracle`].
        pub oracle: Bytes32,
        /// Mint of IO.
        pub io_mint: Bytes32,
        /// Token account of all stake.
        pub stake_vault: Bytes32,
        /// Token account of the network's margin in IO.
        pub fee_vault: Bytes32,
        /// What a new device needs staked to be hired, base units of IO.
        pub min_stake_per_device: u64,
        /// How long unstaked IO cools down, seconds.
        pub cooldown_seconds: u64,
        /// How long after a lease's last second vouchers can be settled, seconds.
        pub settle_window_seconds: u64,
        /// The network's part of lease pay, basis points.
        pub margin_bps: u16,
        /// What is slashed for what.
        pub slash: SlashTable,
        /// Mint of USDC.
        pub usdc_mint: Bytes32,
        /// Token account of the network's margin in USDC.
        pub usdc_fee_vault: Bytes32,
        /// Token account that rewards are paid from.
        pub reward_vault: Bytes32,
        /// Token account of slashed stake.
        pub slash_vault: Bytes32,
        /// Token account of market makers' IO.
        pub market_vault: Bytes32,
        /// The key that a role was promised to; all zero = none.
        pub next_key: Bytes32,
        /// Which role that is; means nothing while `next_key` is zero.
        pub next_role: Role,
        /// Whether new leases can be opened.
        pub leasing: Leasing,
        /// The epoch that the two amounts below are of.
        pub slash_epoch: u64,
        /// The most that can be slashed in that epoch, base units of IO.
        pub slash_cap: u64,
        /// What was slashed in it so far, base units of IO.
        pub slash_taken: u64,
    }
}

impl Network {
    /// Type byte.
    pub const TYPE: u8 = 1;

    /// What the authority may change, as one value.
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

    /// Puts parameters into force.
    pub const fn set(&mut self, parameters: &Parameters) {
        self.min_stake_per_device = parameters.min_stake_per_device;
        self.cooldown_seconds = parameters.cooldown_seconds;
        self.settle_window_seconds = parameters.settle_window_seconds;
        self.margin_bps = parameters.margin_bps;
        self.slash = parameters.slash;
    }

    /// Whether authority, verifier and oracle are three keys, none of them zero.
    #[must_use]
    pub fn keys_are_distinct(&self) -> bool {
        let keys = [&self.authority, &self.verifier, &self.oracle];
        let real = keys.iter().all(|key| **key != [0; 32]);
        real && keys[0] != keys[1] && keys[0] != keys[2] && keys[1] != keys[2]
    }
}
