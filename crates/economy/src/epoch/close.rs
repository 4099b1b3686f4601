//! The close: the settlement and the root that claims are proven against.

use super::{
    error::CloseError,
    input::EpochInput,
    outcome::{Outcome, Reward},
    settle::settle,
};
use crate::merkle::{Hash, Leaf, TooManyLeaves, root};

/// A closed epoch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// What every wallet and vault gets.
    pub outcome: Outcome,
    /// Root over all wallets' cumulative rewards, in the input's order.
    pub root: Hash,
}

/// Closes an epoch.
///
/// # Errors
/// [`CloseError`] when the input is not sound, or has more than 2²⁰ wallets.
pub fn close(input: &EpochInput) -> Result<Closed, CloseError> {
    let outcome = settle(input)?;
    let root = root_of(input, &outcome.rewards)?;
    Ok(Closed { outcome, root })
}

/// The Merkle root over the wallets of an input with these rewards.
///
/// # Errors
/// [`TooManyLeaves`] beyond 2²⁰ wallets.
pub fn root_of(input: &EpochInput, rewards: &[Reward]) -> Result<Hash, TooManyLeaves> {
    let leaves = input.wallets.iter().zip(rewards).map(|(row, reward)| Leaf {
        network: input.network.tag(),
        wallet: row.wallet,
        cumulative: reward.cumulative,
    });
    root(leaves.map(|leaf| leaf.hash()))
}
