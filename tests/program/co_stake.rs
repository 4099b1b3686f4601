//! Staking together.

use hearth_program_interface::account::{CoStake, DeviceStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{
    CoStakeLeaving, CoStakeOffered, CoStakeWithdrawn, CoStaked, CooledTogether, Event, OfferCancelled,
};
use hearth_program_interface::params::CO_WAIT_SECONDS;
use solana_sdk::pubkey::Pubkey;

use crate::harness::{COOLDOWN, IO, MIN_STAKE, PURSE, Provider, Rental, Wallet, World, ix};

const HALF: u64 = MIN_STAKE / 2;
const TERMS: (u64, u16) = (HALF, 4_000);

struct Scene {
    world: World,
    provider: Provider,
    co: Wallet,
    device: Pubkey,
}

/// A device at its least stake, half of which its owner offers.
fn offered() -> Scene {
    let mut world = World::new();
    let (provider, co) = (world.provider(1), world.wallet());
    let device = provider.devices[0];
    let offer = ix::offer(&world, &provider.wallet, &device, TERMS);
    world.ok(&[&provider.wallet.key], &[offer]);
    Scene {
        world,
        provider,
        co,
        device,
    }
}

/// The same, accepted.
fn accepted() -> Scene {
    let mut scene = offered();
    let accept = ix::accept_offer(&scene.world, &scene.co, &scene.device, TERMS);
    scene.world.ok(&[&scene.co.key], &[accept]);
    scene
}

#[test]
fn an_offer_is_accepted_on_its_terms() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = offered();
    for (terms, reason) in [
        ((HALF - 1, 4_000), E::TermsChanged),
        ((HALF, 3_999), E::TermsChanged),
        ((0, 4_000), E::TermsChanged),
    ] {
        let accept = ix::accept_offer(&world, &co, &device, terms);
        assert_eq!(world.refused(&[&co.key], &[accept]), reason);
    }
    let accept = ix::accept_offer(&world, &co, &device, TERMS);
    let events = world.ok(&[&co.key], std::slice::from_ref(&accept));
    let logged = CoStaked {
        device: device.to_bytes(),
        owner: provider.wallet.address().to_bytes(),
        co_staker: co.address().to_bytes(),
        amount: HALF,
        share_bps: 4_000,
        at: world.now(),
    };
    assert_eq!(events, [Event::CoStaked(logged)]);
    assert_eq!(world.io(&co.token), PURSE - HALF);
    // The owner may take its own half out now; the pair still has enough.
    let request = ix::request_unstake(&world, &provider.wallet, &device, HALF);
    world.ok(&[&provider.wallet.key], &[request]);
    assert_eq!(world.io(&provider.wallet.token), PURSE - HALF);
    assert!(world.device(&device).is_hireable(world.now()));
    let other = world.wallet();
    let second = ix::accept_offer(&world, &other, &device, TERMS);
    assert_eq!(world.refused(&[&other.key], &[second]), E::OfferTaken);
}

#[test]
fn offers_have_bounds() {
    let mut world = World::new();
    let provider = world.provider(3);
    let (owner, first) = (&provider.wallet, provider.devices[0]);
    for (terms, reason) in [
        ((0, 1), E::ZeroAmount),
        ((HALF + 1, 1), E::AboveHalf),
        ((u64::MAX, 1), E::AboveHalf),
        ((1, 10_001), E::BadShare),
    ] {
        let offer = ix::offer(&world, owner, &first, terms);
        assert_eq!(world.refused(&[&owner.key], &[offer]), reason);
    }
    for device in &provider.devices[..2] {
        let offer = ix::offer(&world, owner, device, TERMS);
        let events = world.ok(&[&owner.key], &[offer]);
        let logged = CoStakeOffered {
            device: device.to_bytes(),
            owner: owner.address().to_bytes(),
            amount: HALF,
            share_bps: 4_000,
            at: world.now(),
        };
        assert_eq!(events, [Event::CoStakeOffered(logged)]);
    }
    let again = ix::offer(&world, owner, &first, (1, 1));
    assert_eq!(world.refused(&[&owner.key], &[again]), E::OfferExists);
    let third = ix::offer(&world, owner, &provider.devices[2], TERMS);
    assert_eq!(
        world.refused(&[&owner.key], std::slice::from_ref(&third)),
        E::TooManyOffers
    );
    let cancel = ix::cancel_offer(&world, owner, &first);
    let events = world.ok(&[&owner.key], std::slice::from_ref(&cancel));
    let logged = OfferCancelled {
        device: first.to_bytes(),
        owner: owner.address().to_bytes(),
        at: world.now(),
    };
    assert_eq!(events, [Event::OfferCancelled(logged)]);
    assert_eq!(world.refused(&[&owner.key], &[cancel]), E::NoOffer);
    world.ok(&[&owner.key], &[third]);
}

#[test]
fn the_owner_stakes_first_and_not_with_itself() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = offered();
    let owner = &provider.wallet;
    let own = ix::accept_offer(&world, owner, &device, TERMS);
    assert_eq!(world.refused(&[&owner.key], &[own]), E::OwnOffer);
    let request = ix::request_unstake(&world, owner, &device, HALF + 1);
    world.ok(&[&owner.key], &[request]);
    let accept = ix::accept_offer(&world, &co, &device, TERMS);
    assert_eq!(
        world.refused(&[&co.key], std::slice::from_ref(&accept)),
        E::OwnerFirst
    );
    let stake = ix::stake(&world, owner, [0; 32], &provider.node, 1);
    world.ok(&[&owner.key], &[stake]);
    world.ok(&[&co.key], &[accept]);
}

#[test]
fn a_co_staker_leaves_in_7_and_14_days() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = accepted();
    let withdraw = ix::withdraw_co(&world, &co, &provider.wallet.address(), &device);
    assert_eq!(
        world.refused(&[&co.key], std::slice::from_ref(&withdraw)),
        E::NotLeaving
    );
    let leave = ix::leave(&world, &co, &device);
    let events = world.ok(&[&co.key], std::slice::from_ref(&leave));
    let at = world.now();
    let logged = CoStakeLeaving {
        device: device.to_bytes(),
        owner: provider.wallet.address().to_bytes(),
        co_staker: co.address().to_bytes(),
        amount: HALF,
        leaves_at: at + CO_WAIT_SECONDS,
        unlock_at: at + CO_WAIT_SECONDS + COOLDOWN,
        at,
    };
    assert_eq!(events, [Event::CoStakeLeaving(logged)]);
    assert_eq!(world.refused(&[&co.key], &[leave]), E::AlreadyLeaving);
    world.pass(CO_WAIT_SECONDS - 1);
    assert_eq!(world.device(&device).co_counted(world.now()), HALF);
    world.pass(1);
    assert_eq!(world.device(&device).co_counted(world.now()), 0);
    world.pass(COOLDOWN - 1);
    assert_eq!(
        world.refused(&[&co.key], std::slice::from_ref(&withdraw)),
        E::StillCooling
    );
    world.pass(1);
    let events = world.ok(&[&co.key], std::slice::from_ref(&withdraw));
    let logged = CoStakeWithdrawn {
        device: device.to_bytes(),
        owner: provider.wallet.address().to_bytes(),
        co_staker: co.address().to_bytes(),
        amount: HALF,
        at: world.now(),
    };
    assert_eq!(events, [Event::CoStakeWithdrawn(logged)]);
    assert_eq!(
        (world.io(&co.token), world.device(&device).co),
        (PURSE, CoStake::NONE)
    );
    assert_eq!(world.refused(&[&co.key], &[withdraw]), E::NotCoStaker);
}

#[test]
fn both_cool_down_when_the_owner_falls_short() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = accepted();
    let owner = &provider.wallet;
    // Half is in excess beside the co-stake, one more unit is not.
    let request = ix::request_unstake(&world, owner, &device, HALF + 1);
    let events = world.ok(&[&owner.key], &[request]);
    let (at, unlock_at) = (world.now(), world.now() + COOLDOWN);
    let cooled = CooledTogether {
        device: device.to_bytes(),
        owner: owner.address().to_bytes(),
        cooling: HALF,
        unlock_at,
        at,
    };
    assert_eq!((events.len(), events[1]), (3, Event::CooledTogether(cooled)));
    let now = world.device(&device);
    assert_eq!((now.staked, now.cooling, now.unlock_at), (0, HALF, unlock_at));
    assert_eq!((now.co.leaves_at, now.co.unlock_at), (at, unlock_at));
    world.pass(COOLDOWN);
    let withdraw = ix::withdraw_co(&world, &co, &owner.address(), &device);
    world.ok(&[&co.key], &[withdraw]);
    let withdraw = ix::withdraw(&world, owner, &device);
    world.ok(&[&owner.key], &[withdraw]);
    assert_eq!((world.io(&co.token), world.io(&owner.token)), (PURSE, PURSE));
}

#[test]
fn a_lowered_requirement_never_makes_the_co_staker_the_larger_part() {
    let mut world = World::new();
    let (provider, co) = (world.provider(1), world.wallet());
    let (owner, device) = (&provider.wallet, provider.devices[0]);
    let verifier = world.verifier.insecure_clone();
    let raise = ix::classify(&world, &device, 2 * MIN_STAKE, DeviceStatus::Active);
    world.ok(&[&verifier], &[raise]);
    let terms = (MIN_STAKE, 1);
    let offer = ix::offer(&world, owner, &device, terms);
    world.ok(&[&owner.key], &[offer]);
    let accept = ix::accept_offer(&world, &co, &device, terms);
    world.ok(&[&co.key], &[accept]);
    let lower = ix::classify(&world, &device, MIN_STAKE, DeviceStatus::Active);
    world.ok(&[&verifier], &[lower]);
    world.pass(COOLDOWN);
    // The co-staker alone would do, but the owner must keep as much.
    assert_eq!(world.device(&device).excess(world.now()), 0);
    let request = ix::request_unstake(&world, owner, &device, 1);
    world.ok(&[&owner.key], &[request]);
    assert_eq!(world.device(&device).staked, 0);
}

#[test]
fn a_co_stake_makes_a_device_hireable_until_it_leaves() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = accepted();
    let (owner, renter) = (&provider.wallet, world.wallet());
    let request = ix::request_unstake(&world, owner, &device, HALF);
    world.ok(&[&owner.key], &[request]);
    let rental = Rental::opened(&mut world, &provider, &renter);
    // The co-staker may ask to leave even now; the lease goes on.
    let leave = ix::leave(&world, &co, &device);
    world.ok(&[&co.key], &[leave]);
    world.pass(CO_WAIT_SECONDS);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let next = Rental::new(&mut world, &provider, &renter);
    let open = next.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::DeviceNotStaked);
    let stake = ix::stake(&world, owner, [0; 32], &provider.node, HALF);
    world.ok(&[&owner.key], &[stake]);
    world.ok(&[&renter.key], &open);
}

#[test]
fn co_stakes_are_their_own_wallets() {
    let Scene {
        mut world,
        provider,
        co,
        device,
    } = accepted();
    let (owner, stranger) = (&provider.wallet, world.wallet());
    for wallet in [owner, &stranger] {
        let leave = ix::leave(&world, wallet, &device);
        assert_eq!(world.refused(&[&wallet.key], &[leave]), E::NotCoStaker);
        let withdraw = ix::withdraw_co(&world, wallet, &owner.address(), &device);
        assert_eq!(world.refused(&[&wallet.key], &[withdraw]), E::NotCoStaker);
    }
    let cancel = ix::cancel_offer(&world, owner, &device);
    assert_eq!(world.refused(&[&owner.key], &[cancel]), E::OfferTaken);
    let offer = ix::offer(&world, &co, &device, (1, 1));
    assert_eq!(world.refused(&[&co.key], &[offer]), E::NotDeviceOwner);
    let withdraw = ix::withdraw(&world, &co, &device);
    assert_eq!(world.refused(&[&co.key], &[withdraw]), E::NotDeviceOwner);
    let poor = {
        let mut poor = world.wallet();
        poor.token = world.purse(&poor.address(), IO);
        poor
    };
    let second = world.provider(1);
    let offer = ix::offer(&world, &second.wallet, &second.devices[0], TERMS);
    world.ok(&[&second.wallet.key], &[offer]);
    let accept = ix::accept_offer(&world, &poor, &second.devices[0], TERMS);
    assert_eq!(world.refused(&[&poor.key], &[accept]), E::InsufficientFunds);
}
