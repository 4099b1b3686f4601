//! Stake in and out.

use hearth_program_interface::account::Device;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, Staked, UnstakeRequested, Withdrawn};
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{COOLDOWN, IO, MIN_STAKE, PURSE, Provider, Rental, World, ix};

const ID: [u8; 32] = [0; 32];

/// A world with one device at its least stake.
fn staked() -> (World, Provider) {
    let mut world = World::new();
    let provider = world.provider(1);
    (world, provider)
}

#[test]
fn the_first_stake_makes_the_device() {
    let mut world = World::new();
    let (owner, node) = (world.wallet(), Keypair::new());
    let address = world.device_address(&owner, ID);
    let stake = ix::stake(&world, &owner, ID, &node, MIN_STAKE);
    let events = world.ok(&[&owner.key], &[stake]);
    let device = world.device(&address);
    let expected = Device {
        staked: MIN_STAKE,
        ..Device::new(
            device.bump,
            owner.address().to_bytes(),
            ID,
            node.pubkey().to_bytes(),
            MIN_STAKE,
        )
    };
    assert_eq!(device, expected);
    let logged = Staked {
        owner: device.owner,
        device: address.to_bytes(),
        device_id: ID,
        node: device.node,
        amount: MIN_STAKE,
        staked: MIN_STAKE,
        at: world.now(),
    };
    assert_eq!(events, [Event::Staked(logged)]);
    assert_eq!(
        (world.io(&owner.token), world.io(&world.stake_vault)),
        (PURSE - MIN_STAKE, MIN_STAKE)
    );
}

#[test]
fn more_stake_adds_up() {
    let (
        mut world,
        Provider {
            wallet,
            node,
            devices,
        },
    ) = staked();
    let stake = ix::stake(&world, &wallet, ID, &node, 1);
    world.ok(&[&wallet.key], &[stake]);
    assert_eq!(world.device(&devices[0]).staked, MIN_STAKE + 1);
    assert_eq!(world.io(&wallet.token), PURSE - MIN_STAKE - 1);
}

#[test]
fn staking_is_checked() {
    let (mut world, Provider { wallet, node, .. }) = staked();
    let other = world.wallet();
    let good = |amount| ix::stake(&world, &wallet, ID, &node, amount);
    let (fine, zero, much, most) = (good(1), good(0), good(PURSE), good(u64::MAX));
    let other_node = ix::stake(&world, &wallet, ID, &Keypair::new(), 1);
    let other_id = {
        let mut stake = ix::stake(&world, &wallet, [9; 32], &node, 1);
        stake.accounts[2].pubkey = world.device_address(&wallet, ID);
        stake
    };
    let key = &wallet.key;
    assert_eq!(world.refused(&[key], &[zero]), E::ZeroAmount);
    assert_eq!(world.refused(&[key], &[much]), E::InsufficientFunds);
    assert_eq!(world.refused(&[key], &[most]), E::InsufficientFunds);
    assert_eq!(world.refused(&[key], &[other_node]), E::WrongNode);
    assert_eq!(world.refused(&[key], &[other_id]), E::WrongAddress);

    let mut theirs = fine.clone();
    theirs.accounts[3].pubkey = other.token;
    assert_eq!(world.refused(&[key], &[theirs]), E::WrongTokenAccount);
    let mut vault = fine.clone();
    vault.accounts[4].pubkey = world.fee_vault;
    assert_eq!(world.refused(&[key], &[vault]), E::WrongAddress);
    let mut unsigned = fine;
    unsigned.accounts[0].is_signer = false;
    assert_eq!(world.refused(&[&other.key], &[unsigned]), E::MissingSignature);
}

#[test]
fn nobody_stakes_on_the_device_of_another() {
    let (mut world, Provider { node, devices, .. }) = staked();
    let other = world.wallet();
    let mut stake = ix::stake(&world, &other, ID, &node, 1);
    stake.accounts[2].pubkey = devices[0];
    assert_eq!(world.refused(&[&other.key], &[stake]), E::NotDeviceOwner);
    let mut stake = ix::stake(&world, &other, ID, &node, 1);
    stake.accounts[2].pubkey = world.find(&[b"device"]).0;
    assert_eq!(world.refused(&[&other.key], &[stake]), E::WrongAddress);
}

#[test]
fn the_excess_leaves_at_once_and_the_rest_cools() {
    let (
        mut world,
        Provider {
            wallet,
            node,
            devices,
        },
    ) = staked();
    let device = devices[0];
    let more = ix::stake(&world, &wallet, ID, &node, 50 * IO);
    world.ok(&[&wallet.key], &[more]);
    let before = world.io(&wallet.token);

    let request = ix::request_unstake(&world, &wallet, &device, 30 * IO);
    world.ok(&[&wallet.key], &[request]);
    let now = world.device(&device);
    assert_eq!(
        (now.staked, now.cooling, now.unlock_at),
        (MIN_STAKE + 20 * IO, 0, 0)
    );
    assert_eq!(world.io(&wallet.token), before + 30 * IO);

    let request = ix::request_unstake(&world, &wallet, &device, 60 * IO);
    let events = world.ok(&[&wallet.key], &[request]);
    let logged = UnstakeRequested {
        owner: wallet.address().to_bytes(),
        device: device.to_bytes(),
        amount: 60 * IO,
        paid: 20 * IO,
        staked: MIN_STAKE - 40 * IO,
        cooling: 40 * IO,
        unlock_at: world.now() + COOLDOWN,
        at: world.now(),
    };
    assert_eq!(events, [Event::UnstakeRequested(logged)]);
    assert_eq!(world.io(&wallet.token), before + 50 * IO);
    assert!(!world.device(&device).is_hireable(world.now()));
}

#[test]
fn asking_again_restarts_the_time_for_all() {
    let (mut world, Provider { wallet, devices, .. }) = staked();
    let request = ix::request_unstake(&world, &wallet, &devices[0], 10 * IO);
    world.ok(&[&wallet.key], &[request]);
    world.pass(COOLDOWN - 1);
    let request = ix::request_unstake(&world, &wallet, &devices[0], 5 * IO);
    world.ok(&[&wallet.key], &[request]);
    let device = world.device(&devices[0]);
    assert_eq!(
        (device.cooling, device.unlock_at),
        (15 * IO, world.now() + COOLDOWN)
    );
    world.pass(1);
    let withdraw = ix::withdraw(&world, &wallet, &devices[0]);
    assert_eq!(world.refused(&[&wallet.key], &[withdraw]), E::StillCooling);
}

#[test]
fn cooled_stake_is_paid_out_once() {
    let (mut world, Provider { wallet, devices, .. }) = staked();
    let device = devices[0];
    let request = ix::request_unstake(&world, &wallet, &device, MIN_STAKE);
    world.ok(&[&wallet.key], &[request]);
    let withdraw = ix::withdraw(&world, &wallet, &device);
    world.pass(COOLDOWN - 1);
    assert_eq!(
        world.refused(&[&wallet.key], std::slice::from_ref(&withdraw)),
        E::StillCooling
    );
    world.pass(1);
    let events = world.ok(&[&wallet.key], std::slice::from_ref(&withdraw));
    let owner = wallet.address().to_bytes();
    let logged = Withdrawn {
        owner,
        device: device.to_bytes(),
        amount: MIN_STAKE,
        at: world.now(),
    };
    assert_eq!(events, [Event::Withdrawn(logged)]);
    assert_eq!(
        (world.io(&wallet.token), world.io(&world.stake_vault)),
        (PURSE, 0)
    );
    assert_eq!(world.refused(&[&wallet.key], &[withdraw]), E::NothingCooling);
}

#[test]
fn unstaking_is_checked() {
    let (mut world, Provider { wallet, devices, .. }) = staked();
    let device = devices[0];
    for (amount, reason) in [
        (0, E::ZeroAmount),
        (MIN_STAKE + 1, E::InsufficientStake),
        (u64::MAX, E::InsufficientStake),
    ] {
        let request = ix::request_unstake(&world, &wallet, &device, amount);
        assert_eq!(world.refused(&[&wallet.key], &[request]), reason);
    }
}

#[test]
fn only_the_wallet_that_staked_takes_it_back() {
    let (mut world, Provider { wallet, devices, .. }) = staked();
    let (other, device) = (world.wallet(), devices[0]);
    let request = ix::request_unstake(&world, &wallet, &device, MIN_STAKE);
    world.ok(&[&wallet.key], &[request]);
    world.pass(COOLDOWN);
    let theirs = [
        ix::withdraw(&world, &other, &device),
        ix::request_unstake(&world, &other, &device, 1),
    ];
    for instruction in theirs {
        assert_eq!(world.refused(&[&other.key], &[instruction]), E::NotDeviceOwner);
    }
    let mut astray = ix::withdraw(&world, &wallet, &device);
    astray.accounts[4].pubkey = other.token;
    assert_eq!(world.refused(&[&wallet.key], &[astray]), E::WrongTokenAccount);
    let mut unsigned = ix::withdraw(&world, &wallet, &device);
    unsigned.accounts[0].is_signer = false;
    assert_eq!(world.refused(&[&other.key], &[unsigned]), E::MissingSignature);
}

#[test]
fn nothing_leaves_while_hired() {
    let (mut world, provider) = staked();
    let renter = world.wallet();
    Rental::opened(&mut world, &provider, &renter);
    let request = ix::request_unstake(&world, &provider.wallet, &provider.devices[0], 1);
    assert_eq!(world.refused(&[&provider.wallet.key], &[request]), E::DeviceHired);
}
