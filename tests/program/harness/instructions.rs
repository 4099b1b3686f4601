//! Instructions as a client builds them.

use hearth_program_interface::instruction::{
    INSTRUCTIONS_SYSVAR, InitNetwork, InitNetworkAccounts, Meta, RequestUnstake, SYSTEM_PROGRAM, Stake,
    StakeAccounts, TOKEN_PROGRAM, UnstakeAccounts, Withdraw,
};
use hearth_program_interface::{Bytes32, precompile};
use solana_keypair::Keypair;
use solana_sdk::instruction::{AccountMeta, Instruction};
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

pub(crate) use super::market::*;
pub(crate) use super::rewards::{
    burn_fees, claim, claim_with, claimed_address, post_any_root, post_root, sha256, void_root,
};
pub(crate) use super::slashing::*;
pub(crate) use super::staking::*;
use super::{Wallet, World};

pub(crate) const SYSVAR: Bytes32 = INSTRUCTIONS_SYSVAR;

/// Limit and price, as every client sends them.
pub(crate) fn budget(units: u32) -> [Instruction; 2] {
    let program_id = Pubkey::from_str_const("ComputeBudget111111111111111111111111111111");
    let instruction = |tag: u8, value: &[u8]| Instruction {
        program_id,
        accounts: Vec::new(),
        data: [&[tag], value].concat(),
    };
    [
        instruction(2, &units.to_le_bytes()),
        instruction(3, &1_u64.to_le_bytes()),
    ]
}

/// One of the program's.
pub(crate) fn own(world: &World, metas: &[Meta], data: &[u8]) -> Instruction {
    let accounts = metas.iter().map(|meta| AccountMeta {
        pubkey: Pubkey::new_from_array(meta.address),
        is_signer: meta.signer,
        is_writable: meta.writable,
    });
    Instruction {
        program_id: world.program,
        accounts: accounts.collect(),
        data: data.to_vec(),
    }
}

/// The precompile's, over a message.
pub(crate) fn statement(key: &Keypair, message: &[u8]) -> Instruction {
    let header = precompile::header(u16::try_from(message.len()).unwrap());
    let signature = key.sign_message(message);
    let data = [&header[..], &key.pubkey().to_bytes(), signature.as_ref(), message].concat();
    Instruction {
        program_id: Pubkey::new_from_array(precompile::ED25519_PROGRAM),
        accounts: Vec::new(),
        data,
    }
}

pub(crate) fn init_network(world: &World, given: &InitNetwork) -> Instruction {
    let accounts = InitNetworkAccounts {
        program: world.program.to_bytes(),
        authority: world.authority.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        io_mint: world.mint.to_bytes(),
        usdc_mint: world.usdc.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        usdc_fee_vault: world.usdc_fee_vault.to_bytes(),
        reward_vault: world.reward_vault.to_bytes(),
        slash_vault: world.slash_vault.to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        rewards: world.rewards.to_bytes(),
        schedule: world.schedule.to_bytes(),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    own(world, &accounts.metas(), &given.to_bytes())
}

pub(crate) fn stake(
    world: &World,
    owner: &Wallet,
    device_id: Bytes32,
    node: &Keypair,
    amount: u64,
) -> Instruction {
    let accounts = StakeAccounts {
        owner: owner.address().to_bytes(),
        network: world.network.to_bytes(),
        device: world.device_address(owner, device_id).to_bytes(),
        owner_token: owner.token.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
        system_program: SYSTEM_PROGRAM,
    };
    let data = Stake {
        device_id,
        node: node.pubkey().to_bytes(),
        amount,
    };
    own(world, &accounts.metas(), &data.to_bytes())
}

fn unstake_accounts(world: &World, owner: &Wallet, device: &Pubkey) -> [Meta; UnstakeAccounts::COUNT] {
    let accounts = UnstakeAccounts {
        owner: owner.address().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        owner_token: owner.token.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    accounts.metas()
}

pub(crate) fn request_unstake(world: &World, owner: &Wallet, device: &Pubkey, amount: u64) -> Instruction {
    own(
        world,
        &unstake_accounts(world, owner, device),
        &RequestUnstake { amount }.to_bytes(),
    )
}

pub(crate) fn withdraw(world: &World, owner: &Wallet, device: &Pubkey) -> Instruction {
    own(
        world,
        &unstake_accounts(world, owner, device),
        &Withdraw {}.to_bytes(),
    )
}

/// A transfer of the token program.
pub(crate) fn transfer(from: &Wallet, to: &Pubkey, amount: u64) -> Instruction {
    let accounts = vec![
        AccountMeta::new(from.token, false),
        AccountMeta::new(*to, false),
        AccountMeta::new_readonly(from.address(), true),
    ];
    let data = [&[3][..], &amount.to_le_bytes()].concat();
    Instruction {
        program_id: Pubkey::new_from_array(TOKEN_PROGRAM),
        accounts,
        data,
    }
}
