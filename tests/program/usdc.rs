//! Leases in USDC, market makers, and what becomes IO.

use hearth_program_interface::account::{LeaseStatus, Maker};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{
    Event, FeesConverted, MakerDrained, MakerFunded, Repurchased, UsdcTaken,
};
use hearth_program_interface::params::REPURCHASE_WAIT_SECONDS;
use solana_sdk::signer::Signer as _;

use crate::harness::{
    IO, MAX_SECONDS, MIN_STAKE, PURSE, Provider, RATE, Rental, USDC_PURSE, WINDOW, Wallet, World, ix,
};

/// A quarter of a USDC for one IO.
const PRICE: u64 = 250_000;
const ESCROW: u64 = RATE * MAX_SECONDS;

struct Scene {
    world: World,
    provider: Provider,
    renter: Wallet,
    maker: Wallet,
    rental: Rental,
}

/// A lease in USDC of which 10,030 are settled: 9,027 of the provider wait. A market maker sells 1,000 IO.
fn settled() -> Scene {
    let mut world = World::new();
    let (provider, renter, maker) = (world.provider(1), world.wallet(), world.wallet());
    let rental = Rental::opened_in_usdc(&mut world, &provider, &renter);
    let settle = rental.settle(&world, 10_030, 10);
    world.ok(&[&renter.key], &settle);
    let fund = ix::fund_maker(&world, &maker, 1_000 * IO, PRICE);
    world.ok(&[&maker.key], &[fund]);
    Scene {
        world,
        provider,
        renter,
        maker,
        rental,
    }
}

impl Scene {
    fn exists(&self) -> bool {
        self.world.data(&self.rental.escrow).is_some()
    }

    fn repurchase(&self, usdc: u64, min_io: u64) -> solana_sdk::instruction::Instruction {
        ix::repurchase(
            &self.world,
            &self.rental,
            &self.provider.wallet,
            &self.maker,
            (usdc, min_io),
        )
    }
}

#[test]
fn usdc_of_the_provider_waits_in_escrow() {
    let mut scene = settled();
    let world = &scene.world;
    let lease = world.lease(&scene.rental.lease);
    assert_eq!(
        (lease.unpaid(), lease.paid_out, lease.waits_since),
        (9_027, 0, world.now())
    );
    assert_eq!(world.io(&world.usdc_fee_vault), 1_003);
    assert_eq!(world.io(&scene.rental.escrow), ESCROW - 1_003);
    assert_eq!(world.io(&scene.provider.wallet.usdc), USDC_PURSE);
    // Closing refunds the renter and keeps what waits.
    let close = scene.rental.close(&scene.world, 0, 0);
    scene.world.ok(&[&scene.renter.key], &close);
    assert_eq!(scene.world.io(&scene.renter.usdc), USDC_PURSE - 10_030);
    assert_eq!(scene.world.io(&scene.rental.escrow), 9_027);
    let lease = scene.world.lease(&scene.rental.lease);
    assert_eq!(
        (lease.status, lease.refunded),
        (LeaseStatus::Closed, ESCROW - 10_030)
    );
}

#[test]
fn usdc_becomes_io_at_the_makers_price() {
    let mut scene = settled();
    let (provider, maker) = (scene.provider.wallet.key.insecure_clone(), scene.maker.address());
    for (usdc, min_io, reason) in [
        (9_028, 0, E::NothingWaits),
        (0, 0, E::ZeroAmount),
        (u64::MAX, 0, E::NothingWaits),
        (1_000, 400_001, E::BelowMinimumOut),
    ] {
        let instruction = scene.repurchase(usdc, min_io);
        assert_eq!(
            scene.world.refused(&[&provider], &[instruction]),
            reason,
            "{usdc}"
        );
    }
    let instruction = scene.repurchase(1_000, 400_000);
    let events = scene.world.ok(&[&provider], &[instruction]);
    let logged = Repurchased {
        lease: scene.rental.quote.lease,
        provider: provider.pubkey().to_bytes(),
        maker: maker.to_bytes(),
        usdc: 1_000,
        io: 400_000,
        paid_out: 1_000,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::Repurchased(logged)]);
    assert_eq!(scene.world.io(&scene.maker.usdc), USDC_PURSE + 1_000);
    assert_eq!(
        scene.world.io(&scene.provider.wallet.token),
        PURSE - MIN_STAKE + 400_000
    );
    let account = scene
        .world
        .read(&ix::maker_address(&scene.world, &maker), Maker::from_bytes);
    assert_eq!(account.available, 1_000 * IO - 400_000);
}

#[test]
fn the_last_repurchase_of_a_closed_lease_closes_the_escrow() {
    let mut scene = settled();
    let provider = scene.provider.wallet.key.insecure_clone();
    let close = scene.rental.close(&scene.world, 0, 0);
    scene.world.ok(&[&scene.renter.key], &close);
    let before = scene.world.svm.get_balance(&scene.renter.address()).unwrap();
    let part = scene.repurchase(27, 1);
    scene.world.ok(&[&provider], &[part]);
    assert!(scene.exists());
    let rest = scene.repurchase(9_000, 1);
    scene.world.ok(&[&provider], std::slice::from_ref(&rest));
    assert!(!scene.exists());
    let rent = scene.world.svm.minimum_balance_for_rent_exemption(165);
    let after = scene.world.svm.get_balance(&scene.renter.address()).unwrap();
    assert_eq!(after, before + rent);
    assert_eq!(scene.world.lease(&scene.rental.lease).waits_since, 0);
    assert!(scene.world.send(&[&provider], &[rest], 200_000).is_err());
}

#[test]
fn unfilled_for_a_day_the_provider_takes_the_usdc() {
    let mut scene = settled();
    let provider = scene.provider.wallet.key.insecure_clone();
    let take = ix::take_usdc(&scene.world, &scene.rental, &scene.provider.wallet);
    scene.world.pass(REPURCHASE_WAIT_SECONDS - 1);
    assert_eq!(
        scene.world.refused(&[&provider], std::slice::from_ref(&take)),
        E::StillWaiting
    );
    scene.world.pass(1);
    let events = scene.world.ok(&[&provider], std::slice::from_ref(&take));
    let logged = UsdcTaken {
        lease: scene.rental.quote.lease,
        provider: provider.pubkey().to_bytes(),
        usdc: 9_027,
        paid_out: 9_027,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::UsdcTaken(logged)]);
    assert_eq!(scene.world.io(&scene.provider.wallet.usdc), USDC_PURSE + 9_027);
    assert_eq!(
        scene.world.refused(&[&provider], std::slice::from_ref(&take)),
        E::NothingWaits
    );
    // What is settled later waits anew.
    let settle = scene.rental.settle(&scene.world, 20_060, 20);
    scene.world.ok(&[&scene.renter.key], &settle);
    assert_eq!(scene.world.refused(&[&provider], &[take]), E::StillWaiting);
}

#[test]
fn a_gift_to_a_usdc_escrow_does_not_lock_it() {
    let mut scene = settled();
    let provider = scene.provider.wallet.key.insecure_clone();
    let close = scene.rental.close(&scene.world, 0, 0);
    scene.world.ok(&[&scene.renter.key], &close);
    let mut gift = ix::transfer(&scene.renter, &scene.rental.escrow, 5);
    gift.accounts[0].pubkey = scene.renter.usdc;
    scene.world.ok(&[&scene.renter.key], &[gift]);
    scene.world.pass(REPURCHASE_WAIT_SECONDS);
    let take = ix::take_usdc(&scene.world, &scene.rental, &scene.provider.wallet);
    scene.world.ok(&[&provider], &[take]);
    assert_eq!(scene.world.io(&scene.provider.wallet.usdc), USDC_PURSE + 9_032);
    assert!(!scene.exists());
}

#[test]
fn a_lease_in_usdc_expires_with_what_waits() {
    let mut scene = settled();
    scene.world.pass(MAX_SECONDS + WINDOW);
    let expired = scene.rental.close_expired(&scene.world);
    scene.world.ok(&[&scene.renter.key], &[expired]);
    assert_eq!(scene.world.io(&scene.rental.escrow), 9_027);
    let take = ix::take_usdc(&scene.world, &scene.rental, &scene.provider.wallet);
    scene.world.ok(&[&scene.provider.wallet.key], &[take]);
    assert!(!scene.exists());
}

#[test]
fn only_the_provider_takes_what_waits() {
    let mut scene = settled();
    scene.world.pass(REPURCHASE_WAIT_SECONDS);
    let theirs = [
        ix::take_usdc(&scene.world, &scene.rental, &scene.renter),
        ix::repurchase(&scene.world, &scene.rental, &scene.renter, &scene.maker, (1, 1)),
    ];
    for instruction in theirs {
        assert_eq!(
            scene.world.refused(&[&scene.renter.key], &[instruction]),
            E::NotProvider
        );
    }
    let mut astray = ix::take_usdc(&scene.world, &scene.rental, &scene.provider.wallet);
    astray.accounts[3].pubkey = scene.renter.usdc;
    let provider = scene.provider.wallet.key.insecure_clone();
    assert_eq!(scene.world.refused(&[&provider], &[astray]), E::WrongTokenAccount);
    let mut in_io = ix::take_usdc(&scene.world, &scene.rental, &scene.provider.wallet);
    in_io.accounts[3].pubkey = scene.provider.wallet.token;
    assert_eq!(scene.world.refused(&[&provider], &[in_io]), E::WrongMint);
}

#[test]
fn a_lease_in_io_has_nothing_to_repurchase() {
    let mut world = World::new();
    let (provider, renter, maker) = (world.provider(1), world.wallet(), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    let fund = ix::fund_maker(&world, &maker, IO, PRICE);
    world.ok(&[&maker.key], &[fund]);
    for instruction in [
        ix::take_usdc(&world, &rental, &provider.wallet),
        ix::repurchase(&world, &rental, &provider.wallet, &maker, (1, 1)),
    ] {
        assert_eq!(
            world.refused(&[&provider.wallet.key], &[instruction]),
            E::WrongCurrency
        );
    }
}

#[test]
fn market_makers_fund_change_and_drain() {
    let mut world = World::new();
    let maker = world.wallet();
    let nothing = ix::fund_maker(&world, &maker, 0, PRICE);
    assert_eq!(
        world.refused(&[&maker.key], std::slice::from_ref(&nothing)),
        E::ZeroAmount
    );
    let free = ix::fund_maker(&world, &maker, IO, 0);
    assert_eq!(world.refused(&[&maker.key], &[free]), E::BadPrice);
    let much = ix::fund_maker(&world, &maker, PURSE + 1, PRICE);
    assert_eq!(world.refused(&[&maker.key], &[much]), E::InsufficientFunds);
    let fund = ix::fund_maker(&world, &maker, 5 * IO, PRICE + 1);
    world.ok(&[&maker.key], &[fund]);
    // No amount: another price only.
    let events = world.ok(&[&maker.key], &[nothing]);
    let wallet = maker.address().to_bytes();
    let logged = MakerFunded {
        wallet,
        amount: 0,
        available: 5 * IO,
        price: PRICE,
        at: world.now(),
    };
    assert_eq!(events, [Event::MakerFunded(logged)]);
    for (amount, reason) in [(0, E::ZeroAmount), (5 * IO + 1, E::MakerHasLess)] {
        let drain = ix::drain_maker(&world, &maker, amount);
        assert_eq!(world.refused(&[&maker.key], &[drain]), reason);
    }
    let drain = ix::drain_maker(&world, &maker, 2 * IO);
    let events = world.ok(&[&maker.key], &[drain]);
    let logged = MakerDrained {
        wallet,
        amount: 2 * IO,
        available: 3 * IO,
        at: world.now(),
    };
    assert_eq!(events, [Event::MakerDrained(logged)]);
    let stranger = world.wallet();
    let mut theirs = ix::drain_maker(&world, &stranger, 1);
    theirs.accounts[2].pubkey = ix::maker_address(&world, &maker.address());
    assert_eq!(world.refused(&[&stranger.key], &[theirs]), E::NotMaker);
}

#[test]
fn the_oracle_changes_fees_into_io() {
    let mut scene = settled();
    let oracle = scene.world.oracle.insecure_clone();
    for (amounts, reason) in [
        ((1_004, 0), E::InsufficientFunds),
        ((0, 0), E::ZeroAmount),
        ((1_003, 401_201), E::BelowMinimumOut),
    ] {
        let convert = ix::convert_fees(&scene.world, &scene.maker, amounts);
        assert_eq!(scene.world.refused(&[&oracle], &[convert]), reason);
    }
    let convert = ix::convert_fees(&scene.world, &scene.maker, (1_003, 401_200));
    let events = scene.world.ok(&[&oracle], &[convert]);
    let logged = FeesConverted {
        maker: scene.maker.address().to_bytes(),
        usdc: 1_003,
        io: 401_200,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::FeesConverted(logged)]);
    assert_eq!(scene.world.io(&scene.world.usdc_fee_vault), 0);
    assert_eq!(scene.world.io(&scene.world.fee_vault), 401_200);
    let authority = scene.world.authority.insecure_clone();
    let mut theirs = ix::convert_fees(&scene.world, &scene.maker, (1, 1));
    theirs.accounts[0].pubkey = authority.pubkey();
    assert_eq!(scene.world.refused(&[&authority], &[theirs]), E::NotOracle);
}

#[test]
fn a_maker_sells_no_more_than_it_has() {
    let mut scene = settled();
    let provider = scene.provider.wallet.key.insecure_clone();
    let drain = ix::drain_maker(&scene.world, &scene.maker, 1_000 * IO - 399_999);
    scene.world.ok(&[&scene.maker.key], &[drain]);
    let instruction = scene.repurchase(1_000, 1);
    assert_eq!(scene.world.refused(&[&provider], &[instruction]), E::MakerHasLess);
    // So cheap that the product does not fit; so dear that nothing comes out.
    for (price, usdc, reason) in [(u64::MAX, 9_000, E::BelowMinimumOut), (1, 9_000, E::MakerHasLess)] {
        let fund = ix::fund_maker(&scene.world, &scene.maker, 0, price);
        scene.world.ok(&[&scene.maker.key], &[fund]);
        let instruction = scene.repurchase(usdc, 0);
        assert_eq!(scene.world.refused(&[&provider], &[instruction]), reason);
    }
}
