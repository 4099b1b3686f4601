//! Amounts and times at the ends of what fits.

use hearth_program_interface::account::DeviceStatus;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::PostRoot;
use hearth_program_interface::params::EPOCH_SECONDS;

use super::{Attack, Stage, attack, run, stage};
use crate::harness::{MAX_SECONDS, Rental, ix};

const MAX: u64 = u64::MAX;

#[test]
fn amounts_that_do_not_fit() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let mut dear = Rental::new(&mut stage.world, &stage.free, &stage.renter);
    dear.quote.rate_per_second = MAX;
    let mut long = Rental::new(&mut stage.world, &stage.free, &stage.renter);
    (long.quote.rate_per_second, long.quote.max_seconds) = (1, MAX);
    let world = &stage.world;
    let (free, maker, verifier) = (&stage.free.wallet, &stage.maker, stage.verifier());
    let device = &stage.free.devices[0];
    let (renter, dollar, oracle) = (&stage.renter.key, &stage.dollar.wallet, stage.oracle());
    let root = |change: &dyn Fn(&mut PostRoot)| {
        let mut given = PostRoot {
            epoch: world.now() / EPOCH_SECONDS - 1,
            root: [1; 32],
            report: [2; 32],
            total: stage.new_tree.total(),
            fee_draw: 0,
        };
        // The last root is of that epoch: one hour later in the same network.
        given.epoch += 1;
        change(&mut given);
        vec![ix::post_any_root(world, &given)]
    };
    let repurchase = |amounts| vec![ix::repurchase(world, &stage.usdc, dollar, maker, amounts)];
    vec![
        attack(
            "stake all there can be",
            &free.key,
            vec![ix::stake(world, free, [0; 32], &stage.free.node, MAX)],
            E::InsufficientFunds,
        ),
        attack(
            "stake nothing",
            &free.key,
            vec![ix::stake(world, free, [0; 32], &stage.free.node, 0)],
            E::ZeroAmount,
        ),
        attack(
            "unstake all there can be",
            &free.key,
            vec![ix::request_unstake(world, free, device, MAX)],
            E::InsufficientStake,
        ),
        attack(
            "unstake nothing",
            &free.key,
            vec![ix::request_unstake(world, free, device, 0)],
            E::ZeroAmount,
        ),
        attack(
            "a requirement beyond all",
            &verifier,
            vec![ix::classify(world, device, MAX, DeviceStatus::Active)],
            E::BadRequirement,
        ),
        attack(
            "a requirement of nothing",
            &verifier,
            vec![ix::classify(world, device, 0, DeviceStatus::Active)],
            E::BadRequirement,
        ),
        attack(
            "an offer of all",
            &free.key,
            vec![ix::offer(world, free, device, (MAX, 1))],
            E::AboveHalf,
        ),
        attack(
            "a share of more than all",
            &free.key,
            vec![ix::offer(world, free, device, (1, u16::MAX))],
            E::BadShare,
        ),
        attack(
            "the dearest lease",
            renter,
            dear.open(world),
            E::ArithmeticOverflow,
        ),
        attack(
            "the longest lease",
            renter,
            long.open(world),
            E::InsufficientFunds,
        ),
        attack(
            "the highest voucher",
            renter,
            stage.open.settle(world, MAX, MAX),
            E::AboveEscrow,
        ),
        attack(
            "the highest close",
            renter,
            stage.open.close_with(world, (MAX, MAX), (MAX, MAX)),
            E::AboveEscrow,
        ),
        attack(
            "a voucher for all time",
            renter,
            stage.open.settle(world, 1_001, MAX),
            E::AboveRate,
        ),
        attack(
            "the longest extension",
            renter,
            stage.open.top_up(world, MAX),
            E::ArithmeticOverflow,
        ),
        attack(
            "an extension nobody can pay",
            renter,
            stage.open.top_up(world, MAX / 1_003),
            E::InsufficientFunds,
        ),
        attack(
            "no extension",
            renter,
            stage.open.top_up(world, MAX_SECONDS),
            E::NothingToExtend,
        ),
        attack(
            "a sale of all there can be",
            &maker.key,
            vec![ix::fund_maker(world, maker, MAX, 1)],
            E::InsufficientFunds,
        ),
        attack(
            "a sale for nothing",
            &maker.key,
            vec![ix::fund_maker(world, maker, 1, 0)],
            E::BadPrice,
        ),
        attack(
            "all taken back",
            &maker.key,
            vec![ix::drain_maker(world, maker, MAX)],
            E::MakerHasLess,
        ),
        attack(
            "all repurchased",
            &dollar.key,
            repurchase((MAX, 0)),
            E::NothingWaits,
        ),
        attack(
            "nothing repurchased",
            &dollar.key,
            repurchase((0, 0)),
            E::ZeroAmount,
        ),
        attack(
            "more IO than the price gives",
            &dollar.key,
            repurchase((1, MAX)),
            E::BelowMinimumOut,
        ),
        attack(
            "all fees changed",
            &oracle,
            vec![ix::convert_fees(world, maker, (MAX, 0))],
            E::InsufficientFunds,
        ),
        attack(
            "all fees burned",
            &verifier,
            vec![ix::burn_fees(world, MAX)],
            E::InsufficientFunds,
        ),
        attack(
            "rewards of all there can be",
            &verifier,
            root(&|given| (given.epoch, given.total) = (given.epoch, MAX)),
            E::EpochNotOver,
        ),
        attack(
            "rewards that fall",
            &verifier,
            root(&|given| (given.epoch, given.total) = (stage.epoch, 0)),
            E::EpochOutOfOrder,
        ),
        attack(
            "an epoch at the end of time",
            &verifier,
            root(&|given| given.epoch = MAX),
            E::EpochNotOver,
        ),
    ]
}
