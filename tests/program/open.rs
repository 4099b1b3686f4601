//! Opening leases.

use hearth_program_interface::account::{Lease, LeaseStatus, NO_LEASE};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, LeaseOpened};
use hearth_program_interface::message::Quote;
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{
    IO, MARGIN_BPS, MAX_SECONDS, MIN_STAKE, PURSE, Provider, RATE, Rental, TAG, WINDOW, Wallet, World,
    hash_of, ix, statement, token,
};

fn scene(devices: u8) -> (World, Provider, Wallet) {
    let mut world = World::new();
    let (provider, renter) = (world.provider(devices), world.wallet());
    (world, provider, renter)
}

/// What the program says to a quote changed by the node itself.
fn refused(change: impl FnOnce(&mut World, &mut Quote)) -> E {
    let (mut world, provider, renter) = scene(2);
    let rental = Rental::new(&mut world, &provider, &renter);
    let mut quote = rental.quote;
    change(&mut world, &mut quote);
    let open = [
        statement(&rental.node, &quote.to_bytes()),
        rental.open_alone(&world),
    ];
    world.refused(&[&renter.key], &open)
}

#[test]
fn a_lease_keeps_the_quote_and_the_terms() {
    let (mut world, provider, renter) = scene(2);
    let rental = Rental::new(&mut world, &provider, &renter);
    let open = rental.open(&world);
    let events = world.ok(&[&renter.key], &open);
    let (quote, escrowed) = (rental.quote, RATE * MAX_SECONDS);
    let expected = Lease {
        bump: rental.bumps.0,
        escrow_bump: rental.bumps.1,
        id: quote.lease,
        renter: quote.renter,
        provider: quote.provider,
        session: quote.session,
        node: quote.node,
        devices_hash: quote.devices_hash,
        rent_payer: quote.renter,
        mint: world.mint.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        network_tag: TAG,
        device_count: 2,
        currency: 0,
        status: LeaseStatus::Open,
        margin_bps: MARGIN_BPS,
        rate_per_second: RATE,
        max_seconds: MAX_SECONDS,
        escrowed,
        settled: 0,
        seconds_settled: 0,
        refunded: 0,
        opened_at: world.now(),
        expires_at: world.now() + MAX_SECONDS + WINDOW,
        closed_at: 0,
        paid_out: 0,
        waits_since: 0,
    };
    assert_eq!(world.lease(&rental.lease), expected);
    let logged = LeaseOpened {
        lease: quote.lease,
        renter: quote.renter,
        provider: quote.provider,
        node: quote.node,
        session: quote.session,
        devices_hash: quote.devices_hash,
        device_count: 2,
        currency: 0,
        margin_bps: MARGIN_BPS,
        rate_per_second: RATE,
        max_seconds: MAX_SECONDS,
        escrowed,
        at: world.now(),
    };
    assert_eq!(events, [Event::LeaseOpened(logged)]);
    assert_eq!(
        (world.io(&renter.token), world.io(&rental.escrow)),
        (PURSE - escrowed, escrowed)
    );
    for device in &provider.devices {
        assert_eq!(world.device(device).lease, quote.lease);
    }
}

#[test]
fn somebody_else_may_pay_the_rent() {
    let (mut world, provider, renter) = scene(1);
    let sponsor = world.wallet();
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.payer = sponsor.address();
    let before = world.svm.get_balance(&renter.address());
    let open = rental.open(&world);
    world.ok(&[&sponsor.key, &renter.key], &open);
    assert_eq!(world.svm.get_balance(&renter.address()), before);
    assert_eq!(
        world.lease(&rental.lease).rent_payer,
        sponsor.address().to_bytes()
    );
}

#[test]
fn a_quote_is_good_to_its_last_second() {
    let (mut world, provider, renter) = scene(1);
    let rental = Rental::new(&mut world, &provider, &renter);
    world.pass(60);
    let open = rental.open(&world);
    world.ok(&[&renter.key], &open);
    assert_eq!(refused(|world, _| world.pass(61)), E::QuoteExpired);
}

#[test]
fn a_quote_is_for_one_renter_and_one_network() {
    assert_eq!(
        refused(|_, quote| quote.renter = Keypair::new().pubkey().to_bytes()),
        E::WrongRenter
    );
    assert_eq!(
        refused(|_, quote| quote.network_tag = *b"mainnet\0\0\0\0\0\0\0\0\0"),
        E::WrongNetwork
    );
    assert_eq!(refused(|_, quote| quote.program = [5; 32]), E::WrongNetwork);
    assert_eq!(refused(|_, quote| quote.currency = 2), E::UnknownCurrency);
    // In USDC with everything else of IO.
    assert_eq!(refused(|_, quote| quote.currency = 1), E::WrongMint);
}

#[test]
fn amounts_at_the_edges_are_refused() {
    assert_eq!(refused(|_, quote| quote.rate_per_second = 0), E::ZeroAmount);
    assert_eq!(refused(|_, quote| quote.max_seconds = 0), E::ZeroAmount);
    assert_eq!(
        refused(|_, quote| quote.rate_per_second = u64::MAX),
        E::ArithmeticOverflow
    );
    assert_eq!(
        refused(|_, quote| quote.rate_per_second = 1 << 52),
        E::InsufficientFunds
    );
    let longest =
        |_: &mut World, quote: &mut Quote| (quote.rate_per_second, quote.max_seconds) = (1, u64::MAX);
    assert_eq!(refused(longest), E::InsufficientFunds);
}

#[test]
fn a_rich_renter_overflows_nothing() {
    let (mut world, provider, mut renter) = scene(1);
    renter.token = world.purse(&renter.address(), u64::MAX - 2 * PURSE);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    (rental.quote.rate_per_second, rental.quote.max_seconds) = (1, u64::MAX - 2 * PURSE);
    let open = rental.open(&world);
    // Opened now, expiring in 500 thousand million years, which still fits; everything goes into escrow.
    world.ok(&[&renter.key], &open);
    assert_eq!(world.io(&renter.token), 0);
}

#[test]
fn the_devices_are_those_of_the_quote() {
    assert_eq!(refused(|_, quote| quote.device_count = 1), E::WrongDevices);
    assert_eq!(refused(|_, quote| quote.device_count = 0), E::WrongDevices);
    assert_eq!(refused(|_, quote| quote.device_count = 9), E::WrongDevices);
    assert_eq!(refused(|_, quote| quote.devices_hash = [0; 32]), E::WrongDevices);

    let (mut world, provider, renter) = scene(2);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.devices.reverse();
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongDevices);
    rental.devices.clear();
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongDevices);
}

#[test]
fn a_hired_device_is_not_hired_again() {
    let (mut world, provider, renter) = scene(2);
    Rental::opened(&mut world, &provider, &renter);
    let second = Rental::new(&mut world, &provider, &renter);
    let open = second.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::DeviceHired);
}

#[test]
fn the_same_device_twice_is_refused() {
    let (mut world, provider, renter) = scene(1);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.devices.push(provider.devices[0]);
    rental.quote.devices_hash = hash_of(&rental.devices);
    rental.quote.device_count = 2;
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::DuplicateDevice);
    assert_eq!(world.device(&provider.devices[0]).lease, NO_LEASE);
}

#[test]
fn devices_of_others_are_refused() {
    let (mut world, provider, renter) = scene(1);
    let stranger = world.provider(1);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.devices = stranger.devices;
    rental.quote.devices_hash = hash_of(&rental.devices);
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongProvider);
    // Another node of the same wallet cannot rent it out either.
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.node = Keypair::new();
    rental.quote.node = rental.node.pubkey().to_bytes();
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongNode);
}

#[test]
fn a_device_below_its_stake_is_refused() {
    let (mut world, provider, renter) = scene(1);
    let request = ix::request_unstake(&world, &provider.wallet, &provider.devices[0], 1);
    world.ok(&[&provider.wallet.key], &[request]);
    let rental = Rental::new(&mut world, &provider, &renter);
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::DeviceNotStaked);
    let stake = ix::stake(&world, &provider.wallet, [0; 32], &provider.node, 1);
    world.ok(&[&provider.wallet.key], &[stake]);
    world.ok(&[&renter.key], &open);
    assert_eq!(world.device(&provider.devices[0]).staked, MIN_STAKE);
}

#[test]
fn a_quote_is_used_once() {
    let (mut world, provider, renter) = scene(1);
    let rental = Rental::opened(&mut world, &provider, &renter);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::AlreadyExists);
}

#[test]
fn a_lower_bump_does_not_make_a_second_lease() {
    let (mut world, provider, renter) = scene(1);
    let mut rental = Rental::opened(&mut world, &provider, &renter);
    let close = rental.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);
    let lower = (0..rental.bumps.0).rev().find_map(|bump| {
        let seeds: [&[u8]; 3] = [b"lease", &rental.quote.lease, &[bump]];
        solana_sdk::pubkey::Pubkey::create_program_address(&seeds, &world.program).ok()
    });
    rental.lease = lower.unwrap();
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongAddress);
}

#[test]
fn the_renter_pays_from_an_account_of_its_own() {
    let (mut world, provider, renter) = scene(1);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.renter_token = provider.wallet.token;
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongTokenAccount);
    rental.renter_token = world.purse(&renter.address(), IO / 100);
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::InsufficientFunds);
}

#[test]
fn the_escrow_is_in_the_mint_of_the_network() {
    let (mut world, provider, renter) = scene(1);
    let rental = Rental::new(&mut world, &provider, &renter);
    let mut open = rental.open(&world);
    let other = Keypair::new().pubkey();
    world.set(other, token::mint(8));
    open[1].accounts[3].pubkey = other;
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongMint);
}

#[test]
fn lamports_sent_ahead_do_not_stop_a_lease() {
    let (mut world, provider, renter) = scene(1);
    let rental = Rental::new(&mut world, &provider, &renter);
    for address in [rental.lease, rental.escrow] {
        world.svm.airdrop(&address, 1_000_000).unwrap();
    }
    let open = rental.open(&world);
    world.ok(&[&renter.key], &open);
}
