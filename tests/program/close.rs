//! Closing leases, with and without the node.

use hearth_program_interface::account::{Device, LeaseStatus, NO_LEASE};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Closed, ClosedBy, Event};

use crate::harness::{IO, MAX_SECONDS, MIN_STAKE, PURSE, Provider, RATE, Rental, WINDOW, Wallet, World, ix};

const ESCROW: u64 = RATE * MAX_SECONDS;

fn scene(devices: u8) -> (World, Provider, Wallet, Rental) {
    let mut world = World::new();
    let (provider, renter) = (world.provider(devices), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    (world, provider, renter, rental)
}

#[test]
fn the_node_closes_at_what_is_settled() {
    let (mut world, provider, renter, rental) = scene(2);
    let stranger = world.wallet();
    let settle = rental.settle(&world, 10_030, 10);
    world.ok(&[&stranger.key], &settle);
    let before = world.svm.get_balance(&renter.address()).unwrap();
    // What it asks for is below what is settled: nothing is taken back.
    let close = rental.close(&world, 8_000, 8);
    let events = world.ok(&[&stranger.key], &close);
    let logged = Closed {
        lease: rental.quote.lease,
        renter: rental.quote.renter,
        provider: rental.quote.provider,
        by: ClosedBy::Node,
        currency: 0,
        settled: 10_030,
        seconds: 10,
        provider_amount: 0,
        fee_amount: 0,
        refunded: ESCROW - 10_030,
        at: world.now(),
    };
    assert_eq!(events, [Event::Closed(logged)]);
    assert_eq!(world.io(&renter.token), PURSE - 10_030);
    assert_eq!(world.io(&provider.wallet.token), PURSE - 2 * MIN_STAKE + 9_027);
    assert_eq!(world.io(&world.fee_vault), 1_003);
    for device in &provider.devices {
        assert_eq!(world.device(device).lease, NO_LEASE);
    }
    let lease = world.lease(&rental.lease);
    assert_eq!(
        (lease.status, lease.closed_at),
        (LeaseStatus::Closed, world.now())
    );
    // The escrow is gone and its rent is back.
    assert!(
        world
            .svm
            .get_account(&rental.escrow)
            .is_none_or(|account| account.lamports == 0)
    );
    let rent = world.svm.minimum_balance_for_rent_exemption(165);
    assert_eq!(world.svm.get_balance(&renter.address()).unwrap(), before + rent);
}

#[test]
fn the_node_closes_with_a_voucher() {
    let (mut world, provider, renter, rental) = scene(1);
    let settle = rental.settle(&world, 1_003, 1);
    world.ok(&[&renter.key], &settle);
    let close = rental.close_with(&world, (9_001, 9), (10_030, 10));
    let events = world.ok(&[&renter.key], &close);
    let Some(Event::Closed(closed)) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (closed.settled, closed.seconds, closed.refunded),
        (9_001, 9, ESCROW - 9_001)
    );
    assert_eq!(closed.provider_amount, 9_001 * 9 / 10 - 1_003 * 9 / 10);
    assert_eq!(closed.provider_amount + closed.fee_amount, 9_001 - 1_003);
    assert_eq!(world.io(&renter.token), PURSE - 9_001);
    assert_eq!(
        world.io(&provider.wallet.token),
        PURSE - MIN_STAKE + 9_001 * 9 / 10
    );
}

#[test]
fn the_node_takes_no_more_than_the_voucher() {
    let (mut world, _, renter, rental) = scene(1);
    for (asked, voucher) in [((10, 2), (9, 2)), ((10, 2), (10, 1))] {
        let close = rental.close_with(&world, asked, voucher);
        assert_eq!(world.refused(&[&renter.key], &close), E::VoucherTooLow);
    }
    let close = rental.close(&world, 10, 1);
    assert_eq!(world.refused(&[&renter.key], &close), E::MissingStatement);
    let close = rental.close_with(&world, (RATE + 1, 1), (RATE + 1, 1));
    assert_eq!(world.refused(&[&renter.key], &close), E::AboveRate);
    let close = rental.close_with(&world, (ESCROW + 1, MAX_SECONDS), (u64::MAX, u64::MAX));
    assert_eq!(world.refused(&[&renter.key], &close), E::AboveEscrow);
}

#[test]
fn a_lease_closes_once() {
    let (mut world, _, renter, rental) = scene(1);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    assert_eq!(world.refused(&[&renter.key], &close), E::LeaseClosed);
    world.pass(MAX_SECONDS + WINDOW);
    let expired = rental.close_expired(&world);
    assert_eq!(world.refused(&[&renter.key], &[expired]), E::LeaseClosed);
}

#[test]
fn without_the_node_it_closes_after_the_window() {
    let (mut world, provider, renter, rental) = scene(2);
    let settle = rental.settle(&world, 10_030, 10);
    world.ok(&[&renter.key], &settle);
    let expired = rental.close_expired(&world);
    world.pass(MAX_SECONDS + WINDOW - 1);
    assert_eq!(
        world.refused(&[&renter.key], std::slice::from_ref(&expired)),
        E::LeaseNotExpired
    );
    world.pass(1);
    // A voucher that came late can still be settled as long as nobody closed.
    let settle = rental.settle(&world, 20_060, 20);
    world.ok(&[&provider.wallet.key], &settle);
    let stranger = world.wallet();
    let events = world.ok(&[&stranger.key], &[expired]);
    let Some(Event::Closed(closed)) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (closed.by, closed.settled, closed.refunded),
        (ClosedBy::Expiry, 20_060, ESCROW - 20_060)
    );
    assert_eq!(world.io(&renter.token), PURSE - 20_060);
    for device in &provider.devices {
        assert_eq!(world.device(device).lease, NO_LEASE);
    }
}

#[test]
fn only_the_node_closes_before() {
    let (mut world, _, renter, mut rental) = scene(1);
    rental.node = rental.session.insecure_clone();
    let close = rental.close(&world, 0, 0);
    assert_eq!(world.refused(&[&renter.key], &close), E::WrongStatementSigner);
    let alone = rental.close_alone(&world);
    assert_eq!(world.refused(&[&renter.key], &[alone]), E::MissingStatement);
}

#[test]
fn all_devices_of_the_lease_are_freed() {
    let (mut world, _, renter, mut rental) = scene(2);
    let all = rental.devices.clone();
    for devices in [
        vec![all[0]],
        vec![],
        vec![all[1], all[0]],
        vec![all[0], all[0]],
        vec![all[0], all[1], all[1]],
    ] {
        rental.devices = devices;
        let close = rental.close(&world, 0, 0);
        assert_eq!(world.refused(&[&renter.key], &close), E::WrongDevices);
    }
}

#[test]
fn a_device_hired_under_another_lease_is_not_freed() {
    let (mut world, _, renter, rental) = scene(1);
    let address = rental.devices[0];
    let mut account = world.svm.get_account(&address).unwrap();
    account.data = Device {
        lease: [9; 32],
        ..world.device(&address)
    }
    .to_bytes()
    .to_vec();
    world.set(address, account);
    let close = rental.close(&world, 0, 0);
    assert_eq!(world.refused(&[&renter.key], &close), E::WrongLease);
}

#[test]
fn a_freed_device_is_hired_and_unstaked_again() {
    let (mut world, provider, renter, rental) = scene(1);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let next = Rental::opened(&mut world, &provider, &renter);
    let close = next.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let request = ix::request_unstake(&world, &provider.wallet, &provider.devices[0], MIN_STAKE);
    world.ok(&[&provider.wallet.key], &[request]);
}

#[test]
fn refund_and_rent_go_where_they_belong() {
    let (mut world, provider, renter, mut rental) = scene(1);
    let (renter_token, payer) = (rental.renter_token, rental.payer);
    rental.renter_token = provider.wallet.token;
    let close = rental.close(&world, 0, 0);
    assert_eq!(world.refused(&[&renter.key], &close), E::WrongTokenAccount);
    (rental.renter_token, rental.payer) = (renter_token, provider.wallet.address());
    let close = rental.close(&world, 0, 0);
    assert_eq!(world.refused(&[&renter.key], &close), E::WrongAddress);
    rental.payer = payer;
    let mut vault = rental.close(&world, 0, 0);
    vault[1].accounts[4].pubkey = world.stake_vault;
    assert_eq!(world.refused(&[&renter.key], &vault), E::WrongAddress);
}

#[test]
fn a_gift_to_the_escrow_does_not_lock_it() {
    let (mut world, _, renter, rental) = scene(1);
    let stranger = world.wallet();
    let gift = ix::transfer(&stranger, &rental.escrow, IO);
    world.ok(&[&stranger.key], &[gift]);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    assert_eq!(world.io(&renter.token), PURSE + IO);
    assert_eq!(world.lease(&rental.lease).refunded, ESCROW);
}
