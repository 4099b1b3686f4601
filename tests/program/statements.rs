//! Signed statements: forged, of another lease, network or key, or in another place.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::message::Voucher;
use hearth_program_interface::precompile;
use solana_keypair::Keypair;
use solana_sdk::instruction::{Instruction, InstructionError};

use crate::harness::{Provider, Rental, Wallet, World, ix, statement};

fn scene() -> (World, Provider, Wallet, Rental) {
    let mut world = World::new();
    let (provider, renter) = (world.provider(1), world.wallet());
    let rental = Rental::opened(&mut world, &provider, &renter);
    (world, provider, renter, rental)
}

/// What the program says to a settlement behind these bytes signed by the session key.
fn refused_voucher(change: impl FnOnce(&mut Voucher)) -> E {
    let (mut world, _, renter, rental) = scene();
    let mut voucher = rental.voucher(10, 10);
    change(&mut voucher);
    let settle = [
        statement(&rental.session, &voucher.to_bytes()),
        rental.settle_alone(&world),
    ];
    world.refused(&[&renter.key], &settle)
}

#[test]
fn a_voucher_is_for_one_lease_on_one_network() {
    assert_eq!(refused_voucher(|voucher| voucher.lease = [8; 32]), E::WrongLease);
    assert_eq!(
        refused_voucher(|voucher| voucher.network_tag[0] = b'P'),
        E::WrongNetwork
    );
    assert_eq!(
        refused_voucher(|voucher| voucher.program[0] ^= 1),
        E::WrongNetwork
    );
}

#[test]
fn a_voucher_of_a_second_lease_of_the_same_renter_is_refused() {
    let (mut world, _, renter, rental) = scene();
    let other = world.provider(1);
    let second = Rental::opened(&mut world, &other, &renter);
    let settle = [
        second.settle(&world, 10, 10).remove(0),
        rental.settle_alone(&world),
    ];
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongStatementSigner);
}

#[test]
fn only_the_session_key_pays() {
    let (mut world, provider, renter, mut rental) = scene();
    for key in [
        provider.node.insecure_clone(),
        renter.key.insecure_clone(),
        Keypair::new(),
    ] {
        rental.session = key;
        let settle = rental.settle(&world, 10, 10);
        assert_eq!(world.refused(&[&renter.key], &settle), E::WrongStatementSigner);
    }
}

#[test]
fn a_forged_signature_fails_in_the_precompile() {
    let (mut world, _, renter, rental) = scene();
    let mut settle = rental.settle(&world, 10, 10);
    settle[0].data[precompile::SIGNATURE_AT] ^= 1;
    let (at, error) = world.failed(&[&renter.key], &settle);
    assert_eq!((at, error), (0, InstructionError::Custom(2)));

    // The key of the lease over a signature by another.
    let mut settle = rental.settle(&world, 10, 10);
    let forged = statement(&Keypair::new(), &rental.voucher(10, 10).to_bytes());
    settle[0].data[precompile::SIGNATURE_AT..].copy_from_slice(&forged.data[precompile::SIGNATURE_AT..]);
    assert_eq!(
        world.failed(&[&renter.key], &settle),
        (0, InstructionError::Custom(2))
    );
}

#[test]
fn one_kind_of_statement_is_not_another() {
    let (mut world, _, renter, rental) = scene();
    let close = rental.close_statement(10, 10).to_bytes();
    let settle = [statement(&rental.session, &close), rental.settle_alone(&world)];
    assert_eq!(world.refused(&[&renter.key], &settle), E::BadStatement);
    let voucher = rental.voucher(10, 10).to_bytes();
    let close = [statement(&rental.node, &voucher), rental.close_alone(&world)];
    assert_eq!(world.refused(&[&renter.key], &close), E::BadStatement);
    let settle = [
        statement(&rental.session, &voucher[..111]),
        rental.settle_alone(&world),
    ];
    assert_eq!(world.refused(&[&renter.key], &settle), E::BadStatementLayout);
}

#[test]
fn the_statement_is_directly_before() {
    let (mut world, _, renter, rental) = scene();
    let voucher = rental.settle(&world, 10, 10).remove(0);
    let settle = rental.settle_alone(&world);
    let other = statement(&Keypair::new(), &rental.voucher(9, 10).to_bytes());
    let between = ix::transfer(&renter, &renter.token, 0);
    let key = &[&renter.key];
    assert_eq!(
        world.refused(key, std::slice::from_ref(&settle)),
        E::MissingStatement
    );
    assert_eq!(
        world.refused(key, &[settle.clone(), voucher.clone()]),
        E::MissingStatement
    );
    assert_eq!(
        world.refused(key, &[voucher.clone(), between, settle.clone()]),
        E::MissingStatement
    );
    assert_eq!(
        world.refused(key, &[voucher.clone(), other, settle.clone()]),
        E::WrongStatementSigner
    );
    // A voucher serves one settlement only: the second has none before it.
    assert_eq!(
        world.refused(key, &[voucher, settle.clone(), settle]),
        E::MissingStatement
    );
}

/// The precompile is pointed at bytes that verify, while the program is shown others.
#[test]
fn a_header_that_points_elsewhere_is_refused() {
    let (mut world, _, renter, rental) = scene();
    let attacker = Keypair::new();
    let honest = statement(&attacker, &rental.voucher(10, 10).to_bytes());
    // Shows the lease's key and message; all three offsets lead to instruction 2, the honest one.
    let mut shown = statement(&rental.session, &rental.voucher(10_000, 10).to_bytes());
    shown.data[precompile::SIGNATURE_AT..precompile::MESSAGE_AT].fill(0);
    for at in [4, 8, 14] {
        shown.data[at..at + 2].copy_from_slice(&2_u16.to_le_bytes());
    }
    let settle = [honest, shown, rental.settle_alone(&world)];
    assert_eq!(world.refused(&[&renter.key], &settle), E::BadStatementLayout);
}

#[test]
fn two_signatures_or_a_longer_instruction_are_refused() {
    let (mut world, _, renter, rental) = scene();
    let mut longer = rental.settle(&world, 10, 10);
    longer[0].data.push(0);
    assert_eq!(world.refused(&[&renter.key], &longer), E::BadStatementLayout);
    let mut none = rental.settle(&world, 10, 10);
    none[0].data[0] = 0;
    // The precompile itself takes "no signatures" with nothing behind; the program must not.
    none[0].data.truncate(2);
    assert_eq!(world.refused(&[&renter.key], &none), E::BadStatementLayout);
}

#[test]
fn the_sysvar_is_the_real_one() {
    let (mut world, _, renter, rental) = scene();
    let mut settle = rental.settle(&world, 10, 10);
    settle[1].accounts[4].pubkey = rental.lease;
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongProgramAccount);
}

#[test]
fn a_quote_is_signed_by_the_node_it_names() {
    let (mut world, _, renter, _) = scene();
    let provider = world.provider(1);
    let mut rental = Rental::new(&mut world, &provider, &renter);
    rental.node = renter.key.insecure_clone();
    let open = rental.open(&world);
    assert_eq!(world.refused(&[&renter.key], &open), E::WrongStatementSigner);
    let open = rental.open_alone(&world);
    assert_eq!(world.refused(&[&renter.key], &[open]), E::MissingStatement);
}

#[test]
fn compute_budget_instructions_may_come_anywhere_before() {
    let (mut world, _, renter, rental) = scene();
    // `World::send` puts two of them first; a third kind (heap size) here.
    let mut heap: Instruction = ix::budget(0)[0].clone();
    heap.data = [&[1][..], &65_536_u32.to_le_bytes()].concat();
    let mut settle = vec![heap];
    settle.extend(rental.settle(&world, 10, 10));
    world.ok(&[&renter.key], &settle);
}
