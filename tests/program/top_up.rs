//! Making leases longer.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, ToppedUp};

use crate::harness::{MAX_SECONDS, PURSE, Provider, RATE, Rental, WINDOW, Wallet, World, ix, statement};

const LONGER: u64 = MAX_SECONDS + 600;

fn scene() -> (World, Provider, Wallet, Rental) {
    let mut world = World::new();
    let (provider, renter) = (world.provider(2), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    (world, provider, renter, rental)
}

#[test]
fn a_lease_grows_with_its_escrow() {
    let (mut world, _, renter, rental) = scene();
    world.pass(60);
    let top_up = rental.top_up(&world, LONGER);
    let events = world.ok(&[&renter.key], &top_up);
    let logged = ToppedUp {
        lease: rental.quote.lease,
        renter: rental.quote.renter,
        provider: rental.quote.provider,
        currency: 0,
        max_seconds: LONGER,
        added: RATE * 600,
        escrowed: RATE * LONGER,
        at: world.now(),
    };
    assert_eq!(events, [Event::ToppedUp(logged)]);
    let lease = world.lease(&rental.lease);
    assert_eq!((lease.max_seconds, lease.escrowed), (LONGER, RATE * LONGER));
    assert_eq!(lease.expires_at, lease.opened_at + LONGER + WINDOW);
    assert_eq!(world.io(&renter.token), PURSE - RATE * LONGER);
    let settle = rental.settle(&world, RATE * LONGER, LONGER);
    world.ok(&[&renter.key], &settle);
    assert_eq!(world.refused(&[&renter.key], &top_up), E::NothingToExtend);
}

#[test]
fn it_needs_the_nodes_consent_for_this_lease() {
    let (mut world, provider, renter, mut rental) = scene();
    let alone = rental.top_up_alone(&world);
    assert_eq!(
        world.refused(&[&renter.key], std::slice::from_ref(&alone)),
        E::MissingStatement
    );
    let extension = rental.extension(LONGER, world.now() + 60);
    for key in [&rental.session, &renter.key, &provider.wallet.key] {
        let top_up = [statement(key, &extension.to_bytes()), alone.clone()];
        assert_eq!(world.refused(&[&renter.key], &top_up), E::WrongStatementSigner);
    }
    let voucher = rental.voucher(LONGER, world.now() + 60);
    let top_up = [statement(&rental.node, &voucher.to_bytes()), alone.clone()];
    assert_eq!(world.refused(&[&renter.key], &top_up), E::BadStatement);
    for (other, reason) in [
        (
            {
                let mut other = extension;
                other.lease = [1; 32];
                other
            },
            E::WrongLease,
        ),
        (
            {
                let mut other = extension;
                other.network_tag[0] ^= 1;
                other
            },
            E::WrongNetwork,
        ),
        (
            {
                let mut other = extension;
                other.program[0] ^= 1;
                other
            },
            E::WrongNetwork,
        ),
    ] {
        let top_up = [statement(&rental.node, &other.to_bytes()), alone.clone()];
        assert_eq!(world.refused(&[&renter.key], &top_up), reason);
    }
    let late = rental.top_up(&world, LONGER);
    world.pass(61);
    assert_eq!(world.refused(&[&renter.key], &late), E::ExtensionExpired);
    rental.quote.renter = provider.wallet.address().to_bytes();
    let theirs = rental.top_up(&world, LONGER);
    assert_eq!(world.refused(&[&provider.wallet.key], &theirs), E::NotRenter);
}

#[test]
fn it_has_bounds() {
    let (mut world, _, renter, mut rental) = scene();
    for seconds in [0, MAX_SECONDS - 1, MAX_SECONDS] {
        let top_up = rental.top_up(&world, seconds);
        assert_eq!(world.refused(&[&renter.key], &top_up), E::NothingToExtend);
    }
    let overflow = rental.top_up(&world, u64::MAX);
    assert_eq!(world.refused(&[&renter.key], &overflow), E::ArithmeticOverflow);
    let dear = rental.top_up(&world, u64::MAX / RATE);
    assert_eq!(world.refused(&[&renter.key], &dear), E::InsufficientFunds);
    let all = rental.devices.clone();
    for devices in [vec![], vec![all[0]], vec![all[1], all[0]], vec![all[0], all[0]]] {
        rental.devices = devices;
        let top_up = rental.top_up(&world, LONGER);
        assert_eq!(world.refused(&[&renter.key], &top_up), E::WrongDevices);
    }
    rental.devices = all;
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let closed = rental.top_up(&world, LONGER);
    assert_eq!(world.refused(&[&renter.key], &closed), E::LeaseClosed);
}

#[test]
fn the_devices_must_still_be_good() {
    use hearth_program_interface::account::DeviceStatus::{Active, Blocked};
    let (mut world, _, renter, rental) = scene();
    let verifier = world.verifier.insecure_clone();
    let required = world.device(&rental.devices[1]).required;
    for (required, status, reason) in [
        (required, Blocked, E::DeviceNotActive),
        (required + 1, Active, E::DeviceNotStaked),
    ] {
        let classify = ix::classify(&world, &rental.devices[1], required, status);
        world.ok(&[&verifier], &[classify]);
        let top_up = rental.top_up(&world, LONGER);
        assert_eq!(world.refused(&[&renter.key], &top_up), reason);
    }
}

#[test]
fn a_lease_in_usdc_grows_too() {
    let mut world = World::new();
    let (provider, renter) = (world.provider(1), world.wallet());
    let rental = Rental::opened_in_usdc(&mut world, &provider, &renter);
    let top_up = rental.top_up(&world, LONGER);
    world.ok(&[&renter.key], &top_up);
    assert_eq!(world.io(&rental.escrow), RATE * LONGER);
}
