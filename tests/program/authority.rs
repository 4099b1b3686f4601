//! Parameters, the pause, and handing roles over.

use hearth_program_interface::account::{Leasing, Role};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, KeyChanged, KeyProposed, LeasingSet, ParametersSet};
use hearth_program_interface::params::{MAX_COOLDOWN_SECONDS, Parameters, SlashTable};
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{MAX_SECONDS, RATE, Rental, World, ix, parameters};

fn changed() -> Parameters {
    Parameters {
        min_stake_per_device: 7,
        cooldown_seconds: MAX_COOLDOWN_SECONDS,
        settle_window_seconds: 8,
        margin_bps: 250,
        slash: SlashTable {
            spoofed: 9_999,
            ..SlashTable::MOST
        },
    }
}

#[test]
fn parameters_change_within_bounds() {
    let mut world = World::new();
    let authority = world.authority.insecure_clone();
    let set = ix::set_parameters(&world, changed());
    let events = world.ok(&[&authority], &[set]);
    let logged = ParametersSet {
        parameters: changed(),
        at: world.now(),
    };
    assert_eq!(events, [Event::ParametersSet(logged)]);
    assert_eq!(world.network().parameters(), changed());
    for beyond in [
        Parameters {
            min_stake_per_device: 0,
            ..changed()
        },
        Parameters {
            cooldown_seconds: MAX_COOLDOWN_SECONDS + 1,
            ..changed()
        },
        Parameters {
            settle_window_seconds: 0,
            ..changed()
        },
        Parameters {
            margin_bps: 3_001,
            ..changed()
        },
        Parameters {
            slash: SlashTable {
                abandoned: 301,
                ..SlashTable::MOST
            },
            ..changed()
        },
    ] {
        let set = ix::set_parameters(&world, beyond);
        assert_eq!(world.refused(&[&authority], &[set]), E::BadParameter);
    }
    assert_eq!(world.network().parameters(), changed());
}

#[test]
fn running_leases_keep_their_terms() {
    let mut world = World::new();
    let (provider, renter) = (world.provider(1), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    let before = world.lease(&rental.lease);
    let authority = world.authority.insecure_clone();
    let set = ix::set_parameters(&world, changed());
    world.ok(&[&authority], &[set]);
    assert_eq!(world.lease(&rental.lease), before);
    let settle = rental.settle(&world, 1_000, 1);
    world.ok(&[&renter.key], &settle);
    assert_eq!(world.io(&world.fee_vault), 100);
}

#[test]
fn a_pause_stops_new_leases_and_nothing_else() {
    let mut world = World::new();
    let (provider, renter, idle) = (world.provider(1), world.wallet(), world.provider(1));
    let rental = Rental::opened(&mut world, &provider, &renter);
    let authority = world.authority.insecure_clone();
    let pause = ix::set_leasing(&world, Leasing::Paused);
    let events = world.ok(&[&authority], &[pause]);
    let logged = LeasingSet {
        leasing: Leasing::Paused,
        at: world.now(),
    };
    assert_eq!(events, [Event::LeasingSet(logged)]);
    let next = Rental::new(&mut world, &idle, &renter);
    let open = next.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::LeasesPaused);

    let longer = rental.top_up(&world, MAX_SECONDS + 1);
    world.ok(&[&renter.key], &longer);
    let settle = rental.settle(&world, RATE, 1);
    world.ok(&[&renter.key], &settle);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let stake = ix::stake(&world, &idle.wallet, [0; 32], &idle.node, 5);
    world.ok(&[&idle.wallet.key], &[stake]);
    let request = ix::request_unstake(&world, &idle.wallet, &idle.devices[0], 5);
    world.ok(&[&idle.wallet.key], &[request]);

    let go_on = ix::set_leasing(&world, Leasing::Open);
    world.ok(&[&authority], &[go_on]);
    world.ok(&[&renter.key], &open);
}

#[test]
fn every_role_is_handed_over_in_two_steps() {
    for role in [Role::Authority, Role::Verifier, Role::Oracle] {
        let mut world = World::new();
        let (authority, new) = (world.authority.insecure_clone(), Keypair::new());
        world.svm.airdrop(&new.pubkey(), 1_000_000_000).unwrap();
        let key = new.pubkey().to_bytes();
        let propose = ix::propose_key(&world, role, key);
        let events = world.ok(&[&authority], &[propose]);
        let at = world.now();
        assert_eq!(events, [Event::KeyProposed(KeyProposed { role, key, at })]);
        let before = world.network();
        let old = match role {
            Role::Authority => before.authority,
            Role::Verifier => before.verifier,
            Role::Oracle => before.oracle,
        };
        assert_ne!(old, key, "one step is not enough");

        let accept = ix::accept_key(&world, role, &new.pubkey());
        let events = world.ok(&[&new], std::slice::from_ref(&accept));
        let logged = KeyChanged {
            role,
            old,
            new: key,
            at,
        };
        assert_eq!(events, [Event::KeyChanged(logged)]);
        let now = world.network();
        let holds = [now.authority, now.verifier, now.oracle].map(|holder| holder == key);
        let place = usize::from(role as u8) - 1;
        assert_eq!(
            (holds[place], holds.iter().filter(|holds| **holds).count()),
            (true, 1)
        );
        assert_eq!(world.refused(&[&new], &[accept]), E::NoHandOver);
    }
}

#[test]
fn the_old_authority_has_no_power_left() {
    let mut world = World::new();
    let (authority, new) = (world.authority.insecure_clone(), Keypair::new());
    world.svm.airdrop(&new.pubkey(), 1_000_000_000).unwrap();
    let propose = ix::propose_key(&world, Role::Authority, new.pubkey().to_bytes());
    world.ok(&[&authority], &[propose]);
    let accept = ix::accept_key(&world, Role::Authority, &new.pubkey());
    world.ok(&[&new], &[accept]);
    let set = ix::set_parameters(&world, parameters().parameters());
    assert_eq!(world.refused(&[&authority], &[set]), E::NotAuthority);
}

#[test]
fn a_promise_is_checked_and_can_be_taken_back() {
    let mut world = World::new();
    let (authority, new, other) = (world.authority.insecure_clone(), Keypair::new(), Keypair::new());
    for key in [&new, &other] {
        world.svm.airdrop(&key.pubkey(), 1_000_000_000).unwrap();
    }
    for held in [
        world.authority.pubkey(),
        world.verifier.pubkey(),
        world.oracle.pubkey(),
    ] {
        let propose = ix::propose_key(&world, Role::Oracle, held.to_bytes());
        assert_eq!(world.refused(&[&authority], &[propose]), E::KeysNotDistinct);
    }
    let accept = |world: &World, key: &Keypair, role| ix::accept_key(world, role, &key.pubkey());
    let early = accept(&world, &new, Role::Oracle);
    assert_eq!(world.refused(&[&new], &[early]), E::NoHandOver);
    let propose = ix::propose_key(&world, Role::Oracle, new.pubkey().to_bytes());
    world.ok(&[&authority], &[propose]);
    let theirs = accept(&world, &other, Role::Oracle);
    assert_eq!(world.refused(&[&other], &[theirs]), E::WrongNewKey);
    let another_role = accept(&world, &new, Role::Authority);
    assert_eq!(world.refused(&[&new], &[another_role]), E::NoHandOver);
    let nobody = ix::propose_key(&world, Role::Oracle, [0; 32]);
    world.ok(&[&authority], &[nobody]);
    let late = accept(&world, &new, Role::Oracle);
    assert_eq!(world.refused(&[&new], &[late]), E::NoHandOver);
}

#[test]
fn only_the_authority_changes_the_network() {
    let mut world = World::new();
    for stranger in [
        world.verifier.insecure_clone(),
        world.oracle.insecure_clone(),
        world.wallet().key,
    ] {
        for mut instruction in [
            ix::set_parameters(&world, changed()),
            ix::set_leasing(&world, Leasing::Paused),
            ix::propose_key(&world, Role::Verifier, [9; 32]),
        ] {
            instruction.accounts[0].pubkey = stranger.pubkey();
            assert_eq!(
                world.refused(&[&stranger], &[instruction.clone()]),
                E::NotAuthority
            );
            instruction.accounts[0].pubkey = world.authority.pubkey();
            instruction.accounts[0].is_signer = false;
            assert_eq!(world.refused(&[&stranger], &[instruction]), E::MissingSignature);
        }
    }
}
