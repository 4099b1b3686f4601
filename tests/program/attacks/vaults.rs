//! Vaults and addresses in each other's place.

use hearth_program_interface::error::ProgramError as E;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;

use super::{Attack, HELD, PENDING, Stage, attack, run, stage, with};
use crate::harness::{Rental, ix};

#[test]
fn vaults_in_each_others_place() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let next = Rental::new(&mut stage.world, &stage.free, &stage.renter);
    let world = &stage.world;
    let (mallory, renter) = (&stage.mallory, &stage.renter);
    let (free, verifier, authority, oracle) = (
        &stage.free.wallet,
        stage.verifier(),
        stage.authority(),
        stage.oracle(),
    );
    let stake = || ix::stake(world, free, [0; 32], &stage.free.node, 1);
    let second = |instructions: Vec<Instruction>, place, account: Pubkey| {
        let [statement, own] = <[_; 2]>::try_from(instructions).unwrap();
        vec![statement, with(own, place, account)]
    };
    let repurchase = ix::repurchase(world, &stage.usdc, &stage.dollar.wallet, &stage.maker, (9, 1));
    let dollar = &stage.dollar.wallet.key;
    vec![
        attack(
            "stake into the fee vault",
            &free.key,
            vec![with(stake(), 4, world.fee_vault)],
            E::WrongAddress,
        ),
        attack(
            "stake into the slash vault",
            &free.key,
            vec![with(stake(), 4, world.slash_vault)],
            E::WrongAddress,
        ),
        attack(
            "stake another's tokens",
            &free.key,
            vec![with(stake(), 3, mallory.token)],
            E::WrongTokenAccount,
        ),
        attack(
            "a lease at another address",
            &renter.key,
            second(next.open(world), 4, stage.closed.escrow),
            E::WrongAddress,
        ),
        attack(
            "another lease's escrow is opened",
            &renter.key,
            second(next.open(world), 5, stage.closed.escrow),
            E::WrongAddress,
        ),
        attack(
            "another lease's escrow pays",
            &renter.key,
            second(stage.open.settle(world, 2_000, 20), 1, stage.usdc.escrow),
            E::WrongAddress,
        ),
        attack(
            "the provider's pay goes elsewhere",
            &renter.key,
            second(stage.open.settle(world, 2_000, 20), 2, mallory.token),
            E::WrongTokenAccount,
        ),
        attack(
            "the fee goes elsewhere",
            &renter.key,
            second(stage.open.settle(world, 2_000, 20), 3, mallory.token),
            E::WrongAddress,
        ),
        attack(
            "the refund goes elsewhere",
            &renter.key,
            second(stage.open.close(world, 0, 0), 3, mallory.token),
            E::WrongTokenAccount,
        ),
        attack(
            "the rent goes elsewhere",
            &renter.key,
            second(stage.open.close(world, 0, 0), 5, mallory.address()),
            E::WrongAddress,
        ),
        attack(
            "a claim on the stake vault",
            &mallory.key,
            vec![with(stage.claim(0), 4, world.stake_vault)],
            E::WrongAddress,
        ),
        attack(
            "a claim on the market vault",
            &mallory.key,
            vec![with(stage.claim(0), 4, world.market_vault)],
            E::WrongAddress,
        ),
        attack(
            "IO for USDC out of the reward vault",
            dollar,
            vec![with(repurchase.clone(), 6, world.reward_vault)],
            E::WrongAddress,
        ),
        attack(
            "USDC to another than the maker",
            dollar,
            vec![with(repurchase, 5, stage.dollar.wallet.usdc)],
            E::WrongTokenAccount,
        ),
        attack(
            "fees become the oracle's",
            &oracle,
            vec![with(
                ix::convert_fees(world, &stage.maker, (9, 1)),
                6,
                mallory.token,
            )],
            E::WrongAddress,
        ),
        attack(
            "fees out of another vault",
            &oracle,
            vec![with(
                ix::convert_fees(world, &stage.maker, (9, 1)),
                2,
                stage.usdc.escrow,
            )],
            E::WrongAddress,
        ),
        attack(
            "a slash into a wallet",
            &mallory.key,
            vec![with(
                ix::take_slash(world, &stage.slashed, PENDING),
                4,
                mallory.token,
            )],
            E::WrongAddress,
        ),
        attack(
            "a slash out of the reward vault",
            &mallory.key,
            vec![with(
                ix::take_slash(world, &stage.slashed, PENDING),
                3,
                world.reward_vault,
            )],
            E::WrongAddress,
        ),
        attack(
            "restored out of the stake vault",
            &authority,
            vec![with(
                ix::restore_slash(world, &stage.slashed, HELD, &mallory.token),
                4,
                world.stake_vault,
            )],
            E::WrongAddress,
        ),
        attack(
            "burned out of the stake vault",
            &verifier,
            vec![with(ix::burn_fees(world, 1), 3, world.stake_vault)],
            E::WrongAddress,
        ),
        attack(
            "burned with another mint",
            &verifier,
            vec![with(ix::burn_fees(world, 1), 4, world.usdc)],
            E::WrongAddress,
        ),
        attack(
            "a root drawn from the stake vault",
            &verifier,
            vec![with(
                ix::post_root(world, stage.new_epoch + 1, &stage.new_tree, 1),
                5,
                world.stake_vault,
            )],
            E::WrongAddress,
        ),
        attack(
            "another owner's count of offers",
            &free.key,
            vec![with(
                ix::offer(world, free, &stage.free.devices[0], (1, 1)),
                2,
                ix::offers_address(world, &Stage::key_of(&stage.shared)),
            )],
            E::WrongAddress,
        ),
        attack(
            "another wallet's claims",
            &mallory.key,
            vec![with(stage.claim(0), 3, world.find(&[b"claimed"]).0)],
            E::WrongAddress,
        ),
    ]
}
