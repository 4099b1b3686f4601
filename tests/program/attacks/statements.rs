//! Signed statements that are forged, replayed, of something else, or shown in the wrong way.

use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::precompile;

use super::{Attack, Stage, attack, run, stage};
use crate::harness::{MAX_SECONDS, Rental, hash_of, ix, statement};

#[test]
fn statements_that_do_not_hold() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let mut all = vouchers(stage);
    all.extend(quotes(stage));
    all.extend(closes_and_extensions(stage));
    all
}

fn vouchers(stage: &mut Stage) -> Vec<Attack> {
    let world = &stage.world;
    let (key, mallory, open) = (&stage.renter.key, &stage.mallory.key, &stage.open);
    let settle = open.settle_alone(world);
    let by = |signer, message: &[u8]| vec![statement(signer, message), settle.clone()];
    let good = open.voucher(2_000, 20);
    let changed = |change: &dyn Fn(&mut hearth_program_interface::message::Voucher)| {
        let mut voucher = good;
        change(&mut voucher);
        by(&open.session, &voucher.to_bytes())
    };
    let mut pointed = statement(&open.session, &open.voucher(3_000_000, 3_000).to_bytes());
    pointed.data[precompile::SIGNATURE_AT..precompile::MESSAGE_AT].fill(0);
    for at in [4, 8, 14] {
        // The honest instruction below, behind the two of the compute budget.
        pointed.data[at..at + 2].copy_from_slice(&2_u16.to_le_bytes());
    }
    let honest = statement(mallory, &good.to_bytes());
    let mut empty = statement(&open.session, &good.to_bytes());
    empty.data[0] = 0;
    empty.data.truncate(2);
    vec![
        attack(
            "a voucher signed by a stranger",
            key,
            by(mallory, &good.to_bytes()),
            E::WrongStatementSigner,
        ),
        attack(
            "a voucher signed by the provider",
            key,
            by(&stage.hired.wallet.key, &good.to_bytes()),
            E::WrongStatementSigner,
        ),
        attack(
            "a voucher signed by the renter's wallet",
            key,
            by(key, &good.to_bytes()),
            E::WrongStatementSigner,
        ),
        attack(
            "a voucher for another lease",
            key,
            changed(&|voucher| voucher.lease = stage.usdc.quote.lease),
            E::WrongLease,
        ),
        attack(
            "a voucher of another lease",
            key,
            vec![stage.usdc.settle(world, 20_000, 20).remove(0), settle.clone()],
            E::WrongStatementSigner,
        ),
        attack(
            "a voucher for another program",
            key,
            changed(&|voucher| voucher.program = [1; 32]),
            E::WrongNetwork,
        ),
        attack(
            "a voucher for another network",
            key,
            changed(&|voucher| voucher.network_tag = *b"mainnet\0\0\0\0\0\0\0\0\0"),
            E::WrongNetwork,
        ),
        attack(
            "a voucher replayed",
            key,
            open.settle(world, 1_000, 10),
            E::NothingToSettle,
        ),
        attack(
            "a voucher out of order",
            key,
            open.settle(world, 999, 11),
            E::VoucherOutOfOrder,
        ),
        attack(
            "a voucher for less time",
            key,
            open.settle(world, 1_001, 9),
            E::VoucherOutOfOrder,
        ),
        attack(
            "a voucher above rate times seconds",
            key,
            open.settle(world, 1_003 * 20 + 1, 20),
            E::AboveRate,
        ),
        attack(
            "a voucher longer than the lease",
            key,
            open.settle(world, 2_000, MAX_SECONDS + 1),
            E::AboveRate,
        ),
        attack(
            "no voucher at all",
            key,
            vec![settle.clone()],
            E::MissingStatement,
        ),
        attack(
            "the voucher behind",
            key,
            vec![settle.clone(), statement(&open.session, &good.to_bytes())],
            E::MissingStatement,
        ),
        attack(
            "a transfer between",
            key,
            vec![
                statement(&open.session, &good.to_bytes()),
                ix::transfer(&stage.renter, &stage.renter.token, 0),
                settle.clone(),
            ],
            E::MissingStatement,
        ),
        attack(
            "one voucher for two settlements",
            key,
            vec![
                statement(&open.session, &good.to_bytes()),
                settle.clone(),
                settle.clone(),
            ],
            E::MissingStatement,
        ),
        attack(
            "a header that points elsewhere",
            key,
            vec![honest, pointed, settle.clone()],
            E::BadStatementLayout,
        ),
        attack(
            "a check of no signature",
            key,
            vec![empty, settle.clone()],
            E::BadStatementLayout,
        ),
        attack(
            "a shorter message",
            key,
            by(&open.session, &good.to_bytes()[..111]),
            E::BadStatementLayout,
        ),
        attack(
            "a close as a voucher",
            key,
            by(&open.session, &open.close_statement(2_000, 20).to_bytes()),
            E::BadStatement,
        ),
        attack(
            "a voucher on a closed lease",
            key,
            stage.closed.settle(world, 10, 10),
            E::LeaseClosed,
        ),
    ]
}

fn quotes(stage: &mut Stage) -> Vec<Attack> {
    let mut fresh = || Rental::new(&mut stage.world, &stage.free, &stage.renter);
    let (mut own, mut twice, mut foreign, mut late, mut elsewhere) =
        (fresh(), fresh(), fresh(), fresh(), fresh());
    own.node = stage.renter.key.insecure_clone();
    twice.devices.push(twice.devices[0]);
    (twice.quote.device_count, twice.quote.devices_hash) = (2, hash_of(&twice.devices));
    foreign.devices.clone_from(&stage.hired.devices);
    foreign.quote.devices_hash = hash_of(&foreign.devices);
    late.quote.expires_at = stage.world.now() - 1;
    elsewhere.quote.program = [1; 32];
    let stolen = Rental::new(&mut stage.world, &stage.free, &stage.mallory);
    let hired = Rental::new(&mut stage.world, &stage.hired, &stage.renter);
    let world = &stage.world;
    let key = &stage.renter.key;
    let mut theft = stolen.open(world);
    theft[1].accounts[0].pubkey = stage.renter.address();
    theft[1].accounts[1].pubkey = stage.renter.address();
    vec![
        attack(
            "a lease without the node's consent",
            key,
            own.open(world),
            E::WrongStatementSigner,
        ),
        attack(
            "a lease without any quote",
            key,
            vec![own.open_alone(world)],
            E::MissingStatement,
        ),
        attack("another renter's quote", key, theft, E::WrongRenter),
        attack(
            "the same device twice",
            key,
            twice.open(world),
            E::DuplicateDevice,
        ),
        attack("a device that is hired", key, hired.open(world), E::DeviceHired),
        attack(
            "a hired device of another provider",
            key,
            foreign.open(world),
            E::DeviceHired,
        ),
        attack("a quote that has expired", key, late.open(world), E::QuoteExpired),
        attack(
            "a quote for another program",
            key,
            elsewhere.open(world),
            E::WrongNetwork,
        ),
        attack(
            "a closed lease opened again",
            key,
            {
                let mut again = stage.closed.quote;
                again.expires_at = world.now() + 60;
                vec![
                    statement(&stage.closed.node, &again.to_bytes()),
                    stage.closed.open_alone(world),
                ]
            },
            E::AlreadyExists,
        ),
    ]
}

fn closes_and_extensions(stage: &mut Stage) -> Vec<Attack> {
    let world = &stage.world;
    let (key, open) = (&stage.renter.key, &stage.open);
    let longer = MAX_SECONDS + 60;
    let extension = open.extension(longer, world.now() + 60);
    let top_up = |signer, extension: hearth_program_interface::message::Extension| {
        vec![statement(signer, &extension.to_bytes()), open.top_up_alone(world)]
    };
    vec![
        attack(
            "a close signed by the renter",
            key,
            vec![
                statement(key, &open.close_statement(0, 0).to_bytes()),
                open.close_alone(world),
            ],
            E::WrongStatementSigner,
        ),
        attack(
            "a close above the voucher",
            key,
            open.close_with(world, (3_000, 30), (2_999, 30)),
            E::VoucherTooLow,
        ),
        attack(
            "a close without its voucher",
            key,
            open.close(world, 3_000, 30),
            E::MissingStatement,
        ),
        attack(
            "a close that closed already",
            key,
            stage.closed.close(world, 0, 0),
            E::LeaseClosed,
        ),
        attack(
            "an expiry too early",
            key,
            vec![open.close_expired(world)],
            E::LeaseNotExpired,
        ),
        attack(
            "an extension signed by the renter",
            key,
            top_up(key, extension),
            E::WrongStatementSigner,
        ),
        attack(
            "an extension of another lease",
            key,
            top_up(&open.node, stage.usdc.extension(longer, world.now() + 60)),
            E::WrongLease,
        ),
        attack(
            "an extension that has expired",
            key,
            top_up(&open.node, open.extension(longer, world.now() - 1)),
            E::ExtensionExpired,
        ),
        attack(
            "an extension to what it is",
            key,
            top_up(&open.node, open.extension(MAX_SECONDS, world.now())),
            E::NothingToExtend,
        ),
        attack(
            "an extension of a closed lease",
            key,
            stage.closed.top_up(world, longer),
            E::LeaseClosed,
        ),
    ]
}
