//! Keys that do what is another key's to do.

use hearth_program_interface::account::{DeviceStatus, Leasing, Role, SlashReason};
use hearth_program_interface::error::ProgramError as E;
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::signer::Signer as _;

use super::{Attack, FRESH, HELD, PENDING, Stage, attack, run, stage};
use crate::harness::{MIN_STAKE, ix, parameters};

#[test]
fn keys_without_the_right() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
}

/// Somebody else signs in the first place.
fn by(key: &Keypair, mut instruction: Instruction) -> Vec<Instruction> {
    instruction.accounts[0].pubkey = key.pubkey();
    vec![instruction]
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let mut all = network(stage);
    all.extend(wallets(stage));
    all
}

fn network(stage: &Stage) -> Vec<Attack> {
    let world = &stage.world;
    let (authority, verifier, oracle) = (stage.authority(), stage.verifier(), stage.oracle());
    let device = &stage.slashed;
    let post = || ix::post_root(world, stage.new_epoch, &stage.new_tree, 0);
    let slash = || ix::post_slash(world, device, SlashReason::Spoofed, [9; 32]);
    let classify = || ix::classify(world, device, MIN_STAKE, DeviceStatus::Active);
    let convert = || ix::convert_fees(world, &stage.maker, (1, 1));
    let restore = || ix::restore_slash(world, device, HELD, &stage.mallory.token);
    let mut unsigned = ix::set_leasing(world, Leasing::Paused);
    unsigned.accounts[0].is_signer = false;
    vec![
        attack(
            "the authority posts a root",
            &authority,
            by(&authority, post()),
            E::NotVerifier,
        ),
        attack(
            "the oracle posts a root",
            &oracle,
            by(&oracle, post()),
            E::NotVerifier,
        ),
        attack(
            "the authority posts a slash",
            &authority,
            by(&authority, slash()),
            E::NotVerifier,
        ),
        attack(
            "the authority classifies",
            &authority,
            by(&authority, classify()),
            E::NotVerifier,
        ),
        attack(
            "an owner classifies",
            &stage.free.wallet.key,
            by(&stage.free.wallet.key, classify()),
            E::NotVerifier,
        ),
        attack(
            "the authority burns",
            &authority,
            by(&authority, ix::burn_fees(world, 1)),
            E::NotVerifier,
        ),
        attack(
            "the verifier voids a root",
            &verifier,
            by(&verifier, ix::void_root(world, stage.new_epoch)),
            E::NotAuthority,
        ),
        attack(
            "the verifier voids a slash",
            &verifier,
            by(&verifier, ix::void_slash(world, device, FRESH)),
            E::NotAuthority,
        ),
        attack(
            "the verifier restores",
            &verifier,
            by(&verifier, restore()),
            E::NotAuthority,
        ),
        attack(
            "the verifier sets parameters",
            &verifier,
            by(&verifier, ix::set_parameters(world, parameters().parameters())),
            E::NotAuthority,
        ),
        attack(
            "the oracle pauses",
            &oracle,
            by(&oracle, ix::set_leasing(world, Leasing::Paused)),
            E::NotAuthority,
        ),
        attack(
            "the verifier promises its role",
            &verifier,
            by(&verifier, ix::propose_key(world, Role::Verifier, [1; 32])),
            E::NotAuthority,
        ),
        attack(
            "a role nobody promised",
            &stage.mallory.key,
            vec![ix::accept_key(world, Role::Authority, &stage.mallory.address())],
            E::NoHandOver,
        ),
        attack(
            "the verifier changes fees",
            &verifier,
            by(&verifier, convert()),
            E::NotOracle,
        ),
        attack(
            "the authority changes fees",
            &authority,
            by(&authority, convert()),
            E::NotOracle,
        ),
        attack(
            "nobody signs for the authority",
            &stage.mallory.key,
            vec![unsigned],
            E::MissingSignature,
        ),
        attack(
            "a final root is voided",
            &authority,
            vec![ix::void_root(world, stage.epoch)],
            E::NotLastRoot,
        ),
        attack(
            "a held slash is voided",
            &authority,
            vec![ix::void_slash(world, device, HELD)],
            E::SlashNotPending,
        ),
        attack(
            "a pending slash is restored",
            &authority,
            vec![ix::restore_slash(world, device, PENDING, &stage.mallory.token)],
            E::SlashNotHeld,
        ),
    ]
}

fn wallets(stage: &Stage) -> Vec<Attack> {
    let world = &stage.world;
    let mallory = &stage.mallory;
    let (free, shared) = (&stage.free, &stage.shared);
    let co_device = &shared.devices[0];
    let mut drain = ix::drain_maker(world, mallory, 1);
    drain.accounts[2].pubkey = ix::maker_address(world, &stage.maker.address());
    let mut fund = ix::fund_maker(world, mallory, 1, 1);
    fund.accounts[2].pubkey = ix::maker_address(world, &stage.maker.address());
    let mut claim = stage.claim(1);
    claim.accounts[0].pubkey = mallory.address();
    claim.accounts[5].pubkey = mallory.token;
    vec![
        attack(
            "another's stake is asked back",
            &mallory.key,
            vec![ix::request_unstake(world, mallory, &free.devices[0], 1)],
            E::NotDeviceOwner,
        ),
        attack(
            "another's cooled stake is taken",
            &mallory.key,
            vec![ix::withdraw(world, mallory, co_device)],
            E::NotDeviceOwner,
        ),
        attack(
            "another's device is offered",
            &mallory.key,
            vec![ix::offer(world, mallory, &free.devices[0], (1, 1))],
            E::NotDeviceOwner,
        ),
        attack(
            "another's offer is taken back",
            &mallory.key,
            vec![ix::cancel_offer(world, mallory, co_device)],
            E::NotDeviceOwner,
        ),
        attack(
            "the owner ends a co-stake",
            &shared.wallet.key,
            vec![ix::cancel_offer(world, &shared.wallet, co_device)],
            E::OfferTaken,
        ),
        attack(
            "the owner leaves for the co-staker",
            &shared.wallet.key,
            vec![ix::leave(world, &shared.wallet, co_device)],
            E::NotCoStaker,
        ),
        attack(
            "the owner takes the co-stake",
            &shared.wallet.key,
            vec![ix::withdraw_co(
                world,
                &shared.wallet,
                &shared.wallet.address(),
                co_device,
            )],
            E::NotCoStaker,
        ),
        attack(
            "a co-staker takes the owner's part",
            &stage.co.key,
            vec![ix::withdraw(world, &stage.co, co_device)],
            E::NotDeviceOwner,
        ),
        attack(
            "stake leaves under a slash",
            &free.wallet.key,
            vec![ix::request_unstake(world, &free.wallet, &stage.slashed, 1)],
            E::SlashPending,
        ),
        attack(
            "stake leaves a hired device",
            &stage.hired.wallet.key,
            vec![ix::request_unstake(
                world,
                &stage.hired.wallet,
                &stage.hired.devices[0],
                1,
            )],
            E::DeviceHired,
        ),
        attack(
            "a slash is taken too early",
            &mallory.key,
            vec![ix::take_slash(world, &stage.slashed, FRESH)],
            E::SlashWaits,
        ),
        attack(
            "a slash is burned too early",
            &mallory.key,
            vec![ix::burn_slash(world, &stage.slashed, HELD)],
            E::SlashStillHeld,
        ),
        attack(
            "the renter takes the provider's USDC",
            &stage.renter.key,
            vec![ix::take_usdc(world, &stage.usdc, &stage.renter)],
            E::NotProvider,
        ),
        attack(
            "another provider takes the USDC",
            &stage.hired.wallet.key,
            vec![ix::take_usdc(world, &stage.usdc, &stage.hired.wallet)],
            E::NotProvider,
        ),
        attack(
            "another's market is drained",
            &mallory.key,
            vec![drain],
            E::NotMaker,
        ),
        attack(
            "another's price is changed",
            &mallory.key,
            vec![fund],
            E::NotMaker,
        ),
        attack(
            "another wallet's leaf is claimed",
            &mallory.key,
            vec![{
                claim.accounts[3].pubkey = ix::claimed_address(world, &mallory.address());
                claim
            }],
            E::WrongProof,
        ),
    ]
}
