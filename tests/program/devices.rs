//! Registering devices and saying what they need staked.

use hearth_program_interface::account::{Device, DeviceStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Classified, DeviceRegistered, Event};
use hearth_program_interface::params::{HIGH_SECONDS, MAX_REQUIRED};
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{IO, MIN_STAKE, PURSE, Provider, Rental, World, ix};

const ID: [u8; 32] = [0; 32];

fn staked() -> (World, Provider, Keypair) {
    let mut world = World::new();
    let provider = world.provider(1);
    let verifier = world.verifier.insecure_clone();
    (world, provider, verifier)
}

#[test]
fn a_device_is_registered_and_staked_later() {
    let mut world = World::new();
    let (owner, node) = (world.wallet(), Keypair::new());
    let register = ix::register(&world, &owner, ID, node.pubkey().to_bytes());
    let events = world.ok(&[&owner.key], std::slice::from_ref(&register));
    let address = world.device_address(&owner, ID);
    let device = world.device(&address);
    let expected = Device::new(
        device.bump,
        owner.address().to_bytes(),
        ID,
        node.pubkey().to_bytes(),
        MIN_STAKE,
    );
    assert_eq!(device, expected);
    let logged = DeviceRegistered {
        owner: device.owner,
        device: address.to_bytes(),
        device_id: ID,
        node: device.node,
        required: MIN_STAKE,
        at: world.now(),
    };
    assert_eq!(events, [Event::DeviceRegistered(logged)]);
    assert_eq!(world.refused(&[&owner.key], &[register]), E::AlreadyExists);
    let stake = ix::stake(&world, &owner, ID, &node, MIN_STAKE);
    world.ok(&[&owner.key], &[stake]);
    assert_eq!(world.device(&address).staked, MIN_STAKE);
}

#[test]
fn nobody_registers_for_another() {
    let mut world = World::new();
    let (owner, other) = (world.wallet(), world.wallet());
    let mut theirs = ix::register(&world, &other, ID, [1; 32]);
    theirs.accounts[2].pubkey = world.device_address(&owner, ID);
    assert_eq!(world.refused(&[&other.key], &[theirs]), E::WrongAddress);
    let mut unsigned = ix::register(&world, &owner, ID, [1; 32]);
    unsigned.accounts[0].is_signer = false;
    assert_eq!(world.refused(&[&other.key], &[unsigned]), E::MissingSignature);
}

#[test]
fn the_verifier_classifies_within_bounds() {
    let (mut world, provider, verifier) = staked();
    let device = provider.devices[0];
    let classify = ix::classify(&world, &device, 2 * MIN_STAKE, DeviceStatus::Active);
    let events = world.ok(&[&verifier], &[classify]);
    let logged = Classified {
        device: device.to_bytes(),
        owner: provider.wallet.address().to_bytes(),
        required: 2 * MIN_STAKE,
        highest: 2 * MIN_STAKE,
        status: DeviceStatus::Active,
        at: world.now(),
    };
    assert_eq!(events, [Event::Classified(logged)]);
    for required in [0, MIN_STAKE - 1, MAX_REQUIRED + 1, u64::MAX] {
        let classify = ix::classify(&world, &device, required, DeviceStatus::Active);
        assert_eq!(world.refused(&[&verifier], &[classify]), E::BadRequirement);
    }
    for stranger in [
        world.authority.insecure_clone(),
        world.oracle.insecure_clone(),
        provider.wallet.key.insecure_clone(),
    ] {
        let mut classify = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Active);
        classify.accounts[0].pubkey = stranger.pubkey();
        assert_eq!(world.refused(&[&stranger], &[classify]), E::NotVerifier);
    }
}

#[test]
fn a_blocked_or_under_staked_device_is_not_hired() {
    let (mut world, provider, verifier) = staked();
    let (renter, device) = (world.wallet(), provider.devices[0]);
    let rental = Rental::new(&mut world, &provider, &renter);
    let open = rental.open(&world);
    let block = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Blocked);
    world.ok(&[&verifier], &[block]);
    assert_eq!(world.refused(&[&renter.key], &open), E::DeviceNotActive);
    let raise = ix::classify(&world, &device, MIN_STAKE + 1, DeviceStatus::Active);
    world.ok(&[&verifier], &[raise]);
    assert_eq!(world.refused(&[&renter.key], &open), E::DeviceNotStaked);
    let lower = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Active);
    world.ok(&[&verifier], &[lower]);
    world.ok(&[&renter.key], &open);
}

/// What a lower classification frees cools down: it leaves at once only after the higher requirement is
/// forgotten.
#[test]
fn freed_stake_leaves_after_14_days() {
    let (mut world, provider, verifier) = staked();
    let (owner, device) = (&provider.wallet, provider.devices[0]);
    let raise = ix::classify(&world, &device, 2 * MIN_STAKE, DeviceStatus::Active);
    world.ok(&[&verifier], &[raise]);
    let stake = ix::stake(&world, owner, ID, &provider.node, MIN_STAKE + 7);
    world.ok(&[&owner.key], &[stake]);
    let lower = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Active);
    world.ok(&[&verifier], &[lower]);
    assert!(world.device(&device).is_hireable(world.now()));
    let again = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Blocked);
    world.ok(&[&verifier], &[again]);

    let request = ix::request_unstake(&world, owner, &device, 10);
    world.ok(&[&owner.key], &[request]);
    let now = world.device(&device);
    assert_eq!((now.staked, now.cooling), (2 * MIN_STAKE - 3, 3));
    assert_eq!(world.io(&owner.token), PURSE - 2 * MIN_STAKE);

    world.pass(HIGH_SECONDS - 1);
    let request = ix::request_unstake(&world, owner, &device, 1);
    world.ok(&[&owner.key], std::slice::from_ref(&request));
    assert_eq!(world.device(&device).cooling, 4);
    world.pass(1);
    world.ok(&[&owner.key], &[request]);
    assert_eq!(world.device(&device).cooling, 4);
    assert_eq!(world.io(&owner.token), PURSE - 2 * MIN_STAKE + 1);
}

#[test]
fn a_requirement_falls_once_in_14_days() {
    let (mut world, provider, verifier) = staked();
    let device = provider.devices[0];
    let to = |world: &World, io: u64| ix::classify(world, &device, io * IO, DeviceStatus::Active);
    for io in [900, 600] {
        let step = to(&world, io);
        world.ok(&[&verifier], &[step]);
    }
    let third = to(&world, 300);
    assert_eq!(
        world.refused(&[&verifier], std::slice::from_ref(&third)),
        E::RequirementRemembered
    );
    assert_eq!(world.device(&device).highest_required(world.now()), 900 * IO);
    world.pass(HIGH_SECONDS);
    assert_eq!(world.device(&device).highest_required(world.now()), 600 * IO);
    world.ok(&[&verifier], &[third]);
    assert_eq!(world.device(&device).highest_required(world.now()), 600 * IO);
}
