//! Instructions on slashes.

use hearth_program_interface::Bytes32;
use hearth_program_interface::account::{Slash, SlashReason};
use hearth_program_interface::instruction::{
    BurnSlash, BurnSlashAccounts, PostSlash, PostSlashAccounts, RestoreSlash, RestoreSlashAccounts,
    SYSTEM_PROGRAM, TOKEN_PROGRAM, TakeSlash, TakeSlashAccounts, VoidSlash, VoidSlashAccounts,
};
use hearth_program_interface::seeds;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::World;
use super::instructions::own;

pub(crate) fn slash_address(world: &World, device: &Pubkey, evidence: Bytes32) -> Pubkey {
    world.find(&seeds::slash(&device.to_bytes(), &evidence)).0
}

pub(crate) fn slash_of(world: &World, device: &Pubkey, evidence: Bytes32) -> Slash {
    world.read(&slash_address(world, device, evidence), Slash::from_bytes)
}

pub(crate) fn post_slash(
    world: &World,
    device: &Pubkey,
    reason: SlashReason,
    evidence: Bytes32,
) -> Instruction {
    let accounts = PostSlashAccounts {
        verifier: world.verifier.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        slash: slash_address(world, device, evidence).to_bytes(),
        system_program: SYSTEM_PROGRAM,
    };
    own(
        world,
        &accounts.metas(),
        &PostSlash { reason, evidence }.to_bytes(),
    )
}

pub(crate) fn void_slash(world: &World, device: &Pubkey, evidence: Bytes32) -> Instruction {
    let accounts = VoidSlashAccounts {
        authority: world.authority.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        slash: slash_address(world, device, evidence).to_bytes(),
    };
    own(world, &accounts.metas(), &VoidSlash {}.to_bytes())
}

pub(crate) fn take_slash(world: &World, device: &Pubkey, evidence: Bytes32) -> Instruction {
    let accounts = TakeSlashAccounts {
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        slash: slash_address(world, device, evidence).to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        slash_vault: world.slash_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &TakeSlash {}.to_bytes())
}

pub(crate) fn restore_slash(
    world: &World,
    device: &Pubkey,
    evidence: Bytes32,
    co_token: &Pubkey,
) -> Instruction {
    let accounts = RestoreSlashAccounts {
        authority: world.authority.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        slash: slash_address(world, device, evidence).to_bytes(),
        slash_vault: world.slash_vault.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        co_token: co_token.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &RestoreSlash {}.to_bytes())
}

pub(crate) fn burn_slash(world: &World, device: &Pubkey, evidence: Bytes32) -> Instruction {
    let accounts = BurnSlashAccounts {
        network: world.network.to_bytes(),
        slash: slash_address(world, device, evidence).to_bytes(),
        slash_vault: world.slash_vault.to_bytes(),
        io_mint: world.mint.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &BurnSlash {}.to_bytes())
}
