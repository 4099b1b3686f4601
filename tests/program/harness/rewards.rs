//! Trees of rewards, and the instructions on them.

use hearth_program_interface::instruction::{
    BurnFees, BurnFeesAccounts, Claim, ClaimAccounts, PostRoot, PostRootAccounts, SYSTEM_PROGRAM,
    TOKEN_PROGRAM, VoidRoot, VoidRootAccounts,
};
use hearth_program_interface::{Bytes32, merkle, seeds};
use sha2::{Digest as _, Sha256};
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::instructions::own;
use super::{TAG, Wallet, World};

pub(crate) fn sha256(parts: &[&[u8]]) -> Bytes32 {
    let hasher = parts
        .iter()
        .fold(Sha256::new(), |hasher, part| hasher.chain_update(part));
    hasher.finalize().into()
}

/// Every level of a tree, leaves first.
pub(crate) struct Tree {
    levels: Vec<Vec<Bytes32>>,
    pub(crate) leaves: Vec<(Pubkey, u64)>,
}

impl Tree {
    pub(crate) fn new(leaves: &[(Pubkey, u64)]) -> Self {
        let hashes = leaves
            .iter()
            .map(|(wallet, amount)| merkle::leaf(&TAG, &wallet.to_bytes(), *amount, sha256));
        let mut levels = vec![hashes.collect::<Vec<_>>()];
        while levels.last().unwrap().len() > 1 {
            let below = levels.last().unwrap();
            let pair = |pair: &[Bytes32]| {
                let right = pair.get(1).unwrap_or(&merkle::EMPTY);
                merkle::node(&pair[0], right, sha256)
            };
            levels.push(below.chunks(2).map(pair).collect());
        }
        Self {
            levels,
            leaves: leaves.to_vec(),
        }
    }

    pub(crate) fn root(&self) -> Bytes32 {
        self.levels.last().unwrap()[0]
    }

    pub(crate) fn total(&self) -> u64 {
        self.leaves.iter().map(|(_, amount)| amount).sum()
    }

    pub(crate) fn proof(&self, index: usize) -> Vec<Bytes32> {
        let below_root = &self.levels[..self.levels.len() - 1];
        let sibling = |(height, level): (usize, &Vec<Bytes32>)| {
            let place = (index >> height) ^ 1;
            level.get(place).copied().unwrap_or(merkle::EMPTY)
        };
        below_root.iter().enumerate().map(sibling).collect()
    }

    /// A node of the tree: height 0 = leaves.
    pub(crate) fn node(&self, height: usize, place: usize) -> Bytes32 {
        self.levels[height][place]
    }
}

/// Posts a tree for an epoch; its report's hash is made up.
pub(crate) fn post_root(world: &World, epoch: u64, tree: &Tree, fee_draw: u64) -> Instruction {
    let given = PostRoot {
        epoch,
        root: tree.root(),
        report: [5; 32],
        total: tree.total(),
        fee_draw,
    };
    post_any_root(world, &given)
}

pub(crate) fn post_any_root(world: &World, given: &PostRoot) -> Instruction {
    let accounts = PostRootAccounts {
        verifier: world.verifier.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        rewards: world.rewards.to_bytes(),
        schedule: world.schedule.to_bytes(),
        reward_vault: world.reward_vault.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &given.to_bytes())
}

pub(crate) fn void_root(world: &World, epoch: u64) -> Instruction {
    let accounts = VoidRootAccounts {
        authority: world.authority.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        rewards: world.rewards.to_bytes(),
        reward_vault: world.reward_vault.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &VoidRoot { epoch }.to_bytes())
}

pub(crate) fn burn_fees(world: &World, amount: u64) -> Instruction {
    let accounts = BurnFeesAccounts {
        verifier: world.verifier.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        rewards: world.rewards.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        io_mint: world.mint.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    let given = BurnFees {
        amount,
        report: [5; 32],
    };
    own(world, &accounts.metas(), &given.to_bytes())
}

pub(crate) fn claimed_address(world: &World, wallet: &Pubkey) -> Pubkey {
    world.find(&seeds::claimed(&wallet.to_bytes())).0
}

/// The leaf at this place of the tree, by this wallet.
pub(crate) fn claim(world: &World, wallet: &Wallet, epoch: u64, tree: &Tree, index: usize) -> Instruction {
    let given = Claim {
        epoch,
        index: u32::try_from(index).unwrap(),
        cumulative: tree.leaves[index].1,
    };
    claim_with(world, wallet, &given, &tree.proof(index))
}

pub(crate) fn claim_with(world: &World, wallet: &Wallet, given: &Claim, proof: &[Bytes32]) -> Instruction {
    let accounts = ClaimAccounts {
        wallet: wallet.address().to_bytes(),
        network: world.network.to_bytes(),
        rewards: world.rewards.to_bytes(),
        claimed: claimed_address(world, &wallet.address()).to_bytes(),
        reward_vault: world.reward_vault.to_bytes(),
        wallet_token: wallet.token.to_bytes(),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    let data = [&given.to_bytes()[..], proof.as_flattened()].concat();
    own(world, &accounts.metas(), &data)
}
