//! Paying vouchers.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, Settled};

use crate::harness::{MAX_SECONDS, PURSE, Provider, RATE, Rental, Wallet, World};

fn scene() -> (World, Provider, Wallet, Rental) {
    let mut world = World::new();
    let (provider, renter) = (world.provider(1), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    (world, provider, renter, rental)
}

/// What the provider has earned.
fn earned(world: &World, provider: &Provider) -> u64 {
    world.io(&provider.wallet.token) - (PURSE - 200 * crate::harness::IO)
}

#[test]
fn a_voucher_is_split_between_provider_and_network() {
    let (mut world, provider, renter, rental) = scene();
    let settle = rental.settle(&world, 10_030, 10);
    let events = world.ok(&[&renter.key], &settle);
    let logged = Settled {
        lease: rental.quote.lease,
        renter: rental.quote.renter,
        provider: rental.quote.provider,
        currency: 0,
        settled: 10_030,
        seconds: 10,
        provider_amount: 9_027,
        fee_amount: 1_003,
        at: world.now(),
    };
    assert_eq!(events, [Event::Settled(logged)]);
    assert_eq!(
        (earned(&world, &provider), world.io(&world.fee_vault)),
        (9_027, 1_003)
    );
    assert_eq!(world.io(&rental.escrow), RATE * MAX_SECONDS - 10_030);
    let lease = world.lease(&rental.lease);
    assert_eq!((lease.settled, lease.seconds_settled), (10_030, 10));
}

#[test]
fn many_small_vouchers_come_to_one_large() {
    let (mut world, provider, _, rental) = scene();
    let stranger = world.wallet();
    // 1, 2, 3, … base units: each floor alone would lose up to one.
    let mut total = 0;
    for step in 1..=40 {
        total += step;
        let settle = rental.settle(&world, total, step);
        world.ok(&[&stranger.key], &settle);
        assert_eq!(earned(&world, &provider), total * 9 / 10);
        assert_eq!(world.io(&world.fee_vault), total - total * 9 / 10);
    }
}

#[test]
fn the_whole_escrow_can_be_earned() {
    let (mut world, provider, renter, rental) = scene();
    let all = RATE * MAX_SECONDS;
    let settle = rental.settle(&world, all, MAX_SECONDS);
    world.ok(&[&renter.key], &settle);
    assert_eq!(
        (earned(&world, &provider), world.io(&rental.escrow)),
        (all * 9 / 10, 0)
    );
}

#[test]
fn vouchers_only_go_up() {
    let (mut world, _, renter, rental) = scene();
    let settle = rental.settle(&world, 5_000, 10);
    world.ok(&[&renter.key], &settle);
    assert_eq!(world.refused(&[&renter.key], &settle), E::NothingToSettle);
    for (amount, seconds) in [(4_999, 10), (4_999, 11), (0, 0), (5_001, 9)] {
        let older = rental.settle(&world, amount, seconds);
        assert_eq!(world.refused(&[&renter.key], &older), E::VoucherOutOfOrder);
    }
}

#[test]
fn vouchers_have_bounds() {
    let (mut world, _, renter, rental) = scene();
    for (amount, seconds, reason) in [
        (RATE * MAX_SECONDS + 1, MAX_SECONDS, E::AboveEscrow),
        (u64::MAX, u64::MAX, E::AboveEscrow),
        (RATE * 10 + 1, 10, E::AboveRate),
        (1, 0, E::AboveRate),
        (1, MAX_SECONDS + 1, E::AboveRate),
        (1, u64::MAX, E::AboveRate),
    ] {
        let settle = rental.settle(&world, amount, seconds);
        assert_eq!(
            world.refused(&[&renter.key], &settle),
            reason,
            "{amount} for {seconds} s"
        );
    }
}

#[test]
fn only_the_provider_and_the_network_are_paid() {
    let (mut world, _, renter, mut rental) = scene();
    let mut vault = rental.settle(&world, 10, 10);
    vault[1].accounts[3].pubkey = renter.token;
    assert_eq!(world.refused(&[&renter.key], &vault), E::WrongAddress);
    let mut vault = rental.settle(&world, 10, 10);
    vault[1].accounts[3].pubkey = world.stake_vault;
    assert_eq!(world.refused(&[&renter.key], &vault), E::WrongAddress);
    rental.provider_token = renter.token;
    let settle = rental.settle(&world, 10, 10);
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongTokenAccount);
}

#[test]
fn the_escrow_of_another_lease_pays_nothing() {
    let (mut world, _, renter, mut rental) = scene();
    let other = world.provider(1);
    rental.escrow = Rental::opened(&mut world, &other, &renter).escrow;
    let settle = rental.settle(&world, 10, 10);
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongAddress);
}

#[test]
fn a_closed_lease_pays_nothing() {
    let (mut world, _, renter, rental) = scene();
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let settle = rental.settle(&world, 10, 10);
    assert_eq!(world.refused(&[&renter.key], &settle), E::LeaseClosed);
}
