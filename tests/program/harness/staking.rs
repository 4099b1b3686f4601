//! Instructions of the authority, on devices and on co-stakes.

use hearth_program_interface::Bytes32;
use hearth_program_interface::account::{DeviceStatus, Leasing, Role};
use hearth_program_interface::instruction::{
    AcceptKey, AcceptKeyAccounts, AcceptOffer, AcceptOfferAccounts, AuthorityAccounts, CancelOffer, Classify,
    ClassifyAccounts, LeaveCoStake, LeaveCoStakeAccounts, OfferAccounts, OfferCoStake, ProposeKey,
    RegisterDevice, RegisterDeviceAccounts, SYSTEM_PROGRAM, SetLeasing, SetParameters, TOKEN_PROGRAM,
    WithdrawCoStake, WithdrawCoStakeAccounts,
};
use hearth_program_interface::params::Parameters;
use hearth_program_interface::seeds;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::instructions::own;
use super::{Wallet, World};

fn by_authority(world: &World, data: &[u8]) -> Instruction {
    let accounts = AuthorityAccounts {
        authority: world.authority.pubkey().to_bytes(),
        network: world.network.to_bytes(),
    };
    own(world, &accounts.metas(), data)
}

pub(crate) fn set_parameters(world: &World, parameters: Parameters) -> Instruction {
    by_authority(world, &SetParameters { parameters }.to_bytes())
}

pub(crate) fn set_leasing(world: &World, leasing: Leasing) -> Instruction {
    by_authority(world, &SetLeasing { leasing }.to_bytes())
}

pub(crate) fn propose_key(world: &World, role: Role, key: Bytes32) -> Instruction {
    by_authority(world, &ProposeKey { role, key }.to_bytes())
}

pub(crate) fn accept_key(world: &World, role: Role, key: &Pubkey) -> Instruction {
    let accounts = AcceptKeyAccounts {
        key: key.to_bytes(),
        network: world.network.to_bytes(),
    };
    own(world, &accounts.metas(), &AcceptKey { role }.to_bytes())
}

pub(crate) fn register(world: &World, owner: &Wallet, device_id: Bytes32, node: Bytes32) -> Instruction {
    let accounts = RegisterDeviceAccounts {
        owner: owner.address().to_bytes(),
        network: world.network.to_bytes(),
        device: world.device_address(owner, device_id).to_bytes(),
        system_program: SYSTEM_PROGRAM,
    };
    own(
        world,
        &accounts.metas(),
        &RegisterDevice { device_id, node }.to_bytes(),
    )
}

pub(crate) fn classify(world: &World, device: &Pubkey, required: u64, status: DeviceStatus) -> Instruction {
    let accounts = ClassifyAccounts {
        verifier: world.verifier.pubkey().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
    };
    own(
        world,
        &accounts.metas(),
        &Classify { required, status }.to_bytes(),
    )
}

pub(crate) fn offers_address(world: &World, owner: &Pubkey) -> Pubkey {
    world.find(&seeds::offers(&owner.to_bytes())).0
}

fn offer_accounts(world: &World, owner: &Wallet, device: &Pubkey, data: &[u8]) -> Instruction {
    let accounts = OfferAccounts {
        owner: owner.address().to_bytes(),
        device: device.to_bytes(),
        offers: offers_address(world, &owner.address()).to_bytes(),
        system_program: SYSTEM_PROGRAM,
    };
    own(world, &accounts.metas(), data)
}

pub(crate) fn offer(
    world: &World,
    owner: &Wallet,
    device: &Pubkey,
    (amount, share_bps): (u64, u16),
) -> Instruction {
    offer_accounts(
        world,
        owner,
        device,
        &OfferCoStake { amount, share_bps }.to_bytes(),
    )
}

pub(crate) fn cancel_offer(world: &World, owner: &Wallet, device: &Pubkey) -> Instruction {
    offer_accounts(world, owner, device, &CancelOffer {}.to_bytes())
}

pub(crate) fn accept_offer(
    world: &World,
    co_staker: &Wallet,
    device: &Pubkey,
    (amount, share_bps): (u64, u16),
) -> Instruction {
    let accounts = AcceptOfferAccounts {
        co_staker: co_staker.address().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        co_token: co_staker.token.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(
        world,
        &accounts.metas(),
        &AcceptOffer { amount, share_bps }.to_bytes(),
    )
}

pub(crate) fn leave(world: &World, co_staker: &Wallet, device: &Pubkey) -> Instruction {
    let accounts = LeaveCoStakeAccounts {
        co_staker: co_staker.address().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
    };
    own(world, &accounts.metas(), &LeaveCoStake {}.to_bytes())
}

pub(crate) fn withdraw_co(world: &World, co_staker: &Wallet, owner: &Pubkey, device: &Pubkey) -> Instruction {
    let accounts = WithdrawCoStakeAccounts {
        co_staker: co_staker.address().to_bytes(),
        network: world.network.to_bytes(),
        device: device.to_bytes(),
        offers: offers_address(world, owner).to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        co_token: co_staker.token.to_bytes(),
        token_program: TOKEN_PROGRAM,
    };
    own(world, &accounts.metas(), &WithdrawCoStake {}.to_bytes())
}
