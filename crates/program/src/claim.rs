//! Paying what a leaf of a kept root gives a wallet beyond what it has claimed.

use hearth_program_interface::account::{Claimed, Rewards, Root};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event;
use hearth_program_interface::instruction::{Claim, ClaimAccounts, SYSTEM_PROGRAM, TOKEN_PROGRAM};
use hearth_program_interface::{Bytes32, NetworkTag, merkle, seeds};
use pinocchio::{AccountView, Address, ProgramResult, error::ProgramError};

use crate::create::{NewAccount, is_free};
use crate::loaders::Holder;
use crate::payment::Move;
use crate::refusal::{add, ensure, fixed, or, sub};
use crate::runtime::{now, sha256};
use crate::{Context, loaders, store};

#[inline(never)]
pub(crate) fn process(context: &mut Context) -> ProgramResult {
    let id = context.id;
    let (given, proof) = or(Claim::split(context.data), E::BadInstruction)?;
    let [
        wallet,
        network_account,
        rewards_account,
        claimed_account,
        reward_vault,
        wallet_token,
        token_program,
        system_program,
    ] = fixed!(context, ClaimAccounts);
    loaders::signer(wallet)?;
    loaders::program(token_program, &TOKEN_PROGRAM)?;
    loaders::program(system_program, &SYSTEM_PROGRAM)?;
    let network = loaders::network(network_account, id)?;
    loaders::recorded(reward_vault, &network.reward_vault)?;
    let key = *wallet.address().as_array();
    loaders::token(
        wallet_token,
        &Holder {
            owner: &key,
            mint: &network.io_mint,
        },
    )?;
    let mut rewards = loaders::rewards(rewards_account, id)?;
    let at = now()?;
    let found = find(rewards_account, given.epoch, at)?;
    Leaf {
        network_tag: &network.network_tag,
        wallet: &key,
        given: &given,
        proof,
    }
    .leads_to(&found.root)?;

    let mut claimed = if is_free(claimed_account) {
        make(id, wallet, claimed_account)?
    } else {
        loaders::claimed(claimed_account, &key, id)?
    };
    ensure(given.cumulative > claimed.total, E::NothingToClaim)?;
    let amount = sub(given.cumulative, claimed.total)?;
    rewards.claimed = add(rewards.claimed, amount)?;
    ensure(rewards.claimed <= found.claimable, E::AbovePosted)?;
    claimed.total = given.cumulative;
    Move {
        from: reward_vault,
        to: wallet_token,
        authority: network_account,
    }
    .signed_by_network(&network, amount)?;
    store::bytes(claimed_account, &claimed.to_bytes())?;
    store::rewards(rewards_account, &rewards)?;
    let happened = event::Claimed {
        wallet: key,
        epoch: given.epoch,
        amount,
        total: claimed.total,
        at,
    };
    crate::event::log(&happened.to_bytes());
    Ok(())
}

/// A root, and what may be claimed over all wallets: the highest total of a claimable root, because others may
/// have claimed against a later one.
struct Found {
    root: Bytes32,
    claimable: u64,
}

#[inline(never)]
fn find(account: &AccountView, epoch: u64, at: u64) -> Result<Found, ProgramError> {
    let data = account.try_borrow()?;
    let (mut root, mut claimable) = (None, 0);
    for kept in Rewards::roots(&data) {
        if kept.is_claimable(at) {
            claimable = kept.total.max(claimable);
        }
        if kept.epoch == epoch {
            root = Some(kept);
        }
    }
    let root: Root = or(root, E::UnknownRoot)?;
    ensure(root.is_claimable(at), E::RootTooNew)?;
    Ok(Found {
        root: root.root,
        claimable,
    })
}

struct Leaf<'a> {
    network_tag: &'a NetworkTag,
    wallet: &'a Bytes32,
    given: &'a Claim,
    proof: &'a [Bytes32],
}

impl Leaf<'_> {
    #[inline(never)]
    fn leads_to(&self, root: &Bytes32) -> ProgramResult {
        let leaf = merkle::leaf(self.network_tag, self.wallet, self.given.cumulative, sha256);
        let reached = merkle::root(leaf, self.given.index, self.proof, sha256);
        ensure(reached == Some(*root), E::WrongProof)
    }
}

#[inline(never)]
fn make(id: &Address, wallet: &AccountView, account: &mut AccountView) -> Result<Claimed, ProgramError> {
    loaders::writable(wallet)?;
    let key = *wallet.address().as_array();
    let bump = NewAccount {
        id,
        payer: wallet,
        account,
        seeds: &seeds::claimed(&key),
    }
    .create(Claimed::LEN)?;
    Ok(Claimed {
        bump,
        wallet: key,
        total: 0,
    })
}
