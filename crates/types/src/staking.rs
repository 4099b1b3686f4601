//! Staking together, slashes and rewards as shown.

use serde::{Deserialize, Serialize};

use crate::{
    id::{Address, DeviceId, Digest, WalletAddress},
    money::Io,
    time::UnixMillis,
};

/// The most of a device's requirement that can be offered to a co-staker: one part of this many.
pub const CO_STAKE_DIVISOR: u64 = 2;
/// The whole of the rewards, basis points.
pub const WHOLE_BPS: u16 = 10_000;

/// A part of a device's stake that its owner leaves to another wallet. The terms are locked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoStakeView {
    /// The device's account on chain; names the offer to others.
    pub account: Address,
    /// The device's owner.
    pub owner: WalletAddress,
    /// The owner's id of the device.
    pub device: DeviceId,
    /// What is asked for.
    pub offered: Io,
    /// The co-staker's share of the rewards, basis points.
    pub share_bps: u16,
    /// What the device needs staked in all.
    pub required: Io,
    /// What the owner has staked itself.
    pub owner_staked: Io,
    /// How far it has come.
    pub standing: CoStakeStanding,
    /// Why nobody can accept it now; nothing when it is not open or can be accepted.
    pub obstacle: Option<CoStakeObstacle>,
}

/// How far a co-stake has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CoStakeStanding {
    /// Nobody has accepted it.
    Open,
    /// It counts and earns.
    Active {
        /// Who accepted.
        co_staker: WalletAddress,
        /// What it has staked.
        staked: Io,
    },
    /// It is on its way out: it earns nothing, and counts only until it leaves.
    Leaving {
        /// Who accepted.
        co_staker: WalletAddress,
        /// What it has staked.
        staked: Io,
        /// From when on it does not count (the chain's clock).
        leaves_at: UnixMillis,
        /// When it can be withdrawn (the chain's clock).
        unlock_at: UnixMillis,
    },
}

/// Why an open offer cannot be accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CoStakeObstacle {
    /// The owner must have staked the rest first.
    OwnerFirst,
    /// The device's requirement has fallen, so that the offer is more than half of it.
    AboveHalf,
    /// A slash of the device is pending.
    SlashPending,
}

/// Co-stakes from one wallet's view.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoStakes {
    /// On its own devices.
    pub given: Vec<CoStakeView>,
    /// Its parts in others' devices.
    pub taken: Vec<CoStakeView>,
    /// What others offer.
    pub open: Vec<CoStakeView>,
}

/// What a device is slashed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlashReason {
    /// Its hardware is not what it says.
    Spoofed,
    /// Three failed proofs in 24 hours.
    FailedProofs,
    /// Cheating about utilisation.
    Cheating,
    /// A lease was abandoned and the heartbeats stopped too.
    Abandoned,
}

/// Where a slash stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SlashStanding {
    /// Nothing was taken yet; the network's authority can drop it.
    Waiting {
        /// From when on it is taken (the chain's clock).
        takes_from: UnixMillis,
    },
    /// It is taken, perhaps in parts.
    Taking {
        /// When what was not taken by then is let go (the chain's clock).
        lapses_at: UnixMillis,
    },
    /// What was taken is kept, and can be given back until it is burned.
    Held {
        /// From when on it can be burned for good (the chain's clock).
        burns_from: UnixMillis,
    },
    /// It was given back.
    Restored,
    /// It was burned for good.
    Burned,
    /// It was dropped before anything was taken.
    Voided,
}

/// A slash of a device that this wallet has stake in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlashView {
    /// The device's account on chain.
    pub account: Address,
    /// The device's owner.
    pub owner: WalletAddress,
    /// The owner's id of the device.
    pub device: DeviceId,
    /// What for.
    pub reason: SlashReason,
    /// SHA-256 of the evidence, which anyone can replay.
    pub evidence: Digest,
    /// The highest requirement of the 14 days before, of which the slash is a share.
    pub base: Io,
    /// What is to be taken.
    pub amount: Io,
    /// What was taken of this wallet's stake.
    pub taken: Io,
    /// What was taken of the other party's: the co-staker's for an owner, the owner's for a co-staker.
    pub taken_of_other: Io,
    /// What no stake covered; it is left out of rewards that are not mature yet.
    pub uncovered: Io,
    /// When it was posted (the chain's clock).
    pub posted_at: UnixMillis,
    /// Where it stands.
    pub standing: SlashStanding,
}

/// What gives a wallet its rewards: its leaf in the tree of an epoch, and the way to the root.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RewardProof {
    /// The epoch: Unix time / 3,600.
    pub epoch: u64,
    /// The leaf's place in the tree.
    pub index: u32,
    /// What the leaf gives since the beginning.
    pub cumulative: Io,
    /// The siblings, from the leaf upwards; at most 20.
    pub siblings: Vec<Digest>,
}

/// A root that rewards can be claimed against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RewardRoot {
    /// The epoch: Unix time / 3,600.
    pub epoch: u64,
    /// Root of the tree.
    pub root: Digest,
    /// Hash of the epoch's report.
    pub report: Digest,
    /// Everything that the leaves give since the beginning.
    pub total: Io,
    /// When it was posted (the chain's clock).
    pub posted_at: UnixMillis,
    /// From when on it can be claimed against (the chain's clock).
    pub claimable_from: UnixMillis,
    /// Whether it can by now.
    pub claimable: bool,
}

/// What a wallet has claimed, and what there is to claim against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// What this wallet has claimed in all.
    pub claimed: Io,
    /// The roots that the chain keeps, newest epoch first.
    pub roots: Vec<RewardRoot>,
}
