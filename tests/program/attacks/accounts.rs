//! Accounts that are not what they are passed as.

use hearth_program_interface::account::{Leasing, SlashReason};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::instruction::TOKEN_PROGRAM;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use super::{Attack, HELD, PENDING, Stage, attack, run, stage, with};
use crate::harness::{ix, parameters, program_key};

#[test]
fn accounts_that_are_not_what_they_seem() {
    let mut stage = stage();
    let attacks = attacks(&mut stage);
    run(&mut stage.world, attacks);
    // Two signatures: the program's own and the authority's.
    let init = ix::init_network(&stage.world, &parameters());
    let authority = stage.authority();
    let again = stage.world.refused(&[&authority, &program_key()], &[init]);
    assert_eq!(again, E::AlreadyExists, "the network is made again");
}

pub(super) fn attacks(stage: &mut Stage) -> Vec<Attack> {
    let mut all = confused(stage);
    all.extend(copied(stage));
    all
}

/// Accounts of one type in the place of another.
fn confused(stage: &Stage) -> Vec<Attack> {
    let world = &stage.world;
    let (mallory, verifier, free) = (&stage.mallory, stage.verifier(), &stage.free.wallet);
    let slash = ix::slash_address(world, &stage.slashed, HELD);
    let post = || ix::post_root(world, stage.new_epoch, &stage.new_tree, 0);
    let drain = ix::drain_maker(world, &stage.maker, 1);
    vec![
        attack(
            "a lease as a device",
            &free.key,
            vec![with(
                ix::request_unstake(world, free, &stage.free.devices[0], 1),
                2,
                stage.open.lease,
            )],
            E::WrongAccountType,
        ),
        attack(
            "a device as the network",
            &free.key,
            vec![with(
                ix::request_unstake(world, free, &stage.free.devices[0], 1),
                1,
                stage.slashed,
            )],
            E::WrongAccountType,
        ),
        attack(
            "a device as a lease",
            &stage.dollar.wallet.key,
            vec![with(
                ix::take_usdc(world, &stage.usdc, &stage.dollar.wallet),
                1,
                stage.slashed,
            )],
            E::WrongAccountType,
        ),
        attack(
            "the schedule as the roots",
            &verifier,
            vec![with(post(), 2, world.schedule)],
            E::WrongAccountType,
        ),
        attack(
            "the roots as the schedule",
            &verifier,
            vec![with(post(), 3, world.rewards)],
            E::WrongAccountType,
        ),
        attack(
            "a slash as what was claimed",
            &mallory.key,
            vec![with(stage.claim(0), 3, slash)],
            E::WrongAccountType,
        ),
        attack(
            "a slash as a market maker",
            &stage.maker.key,
            vec![with(drain.clone(), 2, slash)],
            E::WrongAccountType,
        ),
        attack(
            "a market maker as a slash",
            &mallory.key,
            vec![with(
                ix::take_slash(world, &stage.slashed, PENDING),
                2,
                ix::maker_address(world, &stage.maker.address()),
            )],
            E::WrongAccountType,
        ),
        attack(
            "a market maker as offers",
            &free.key,
            vec![with(
                ix::offer(world, free, &stage.free.devices[0], (1, 1)),
                2,
                ix::maker_address(world, &stage.maker.address()),
            )],
            E::WrongAccountType,
        ),
        attack(
            "a token account as a market maker",
            &stage.maker.key,
            vec![with(drain, 2, stage.maker.usdc)],
            E::WrongOwner,
        ),
        attack(
            "a slash of another device",
            &mallory.key,
            vec![with(
                ix::take_slash(world, &stage.slashed, PENDING),
                1,
                stage.free.devices[0],
            )],
            E::WrongSlash,
        ),
        attack(
            "evidence twice",
            &verifier,
            vec![ix::post_slash(world, &stage.slashed, SlashReason::Spoofed, HELD)],
            E::AlreadyExists,
        ),
        attack(
            "a device twice",
            &free.key,
            vec![ix::register(world, free, [0; 32], [1; 32])],
            E::AlreadyExists,
        ),
        attack(
            "another token program",
            &free.key,
            vec![with(
                ix::request_unstake(world, free, &stage.free.devices[0], 1),
                5,
                world.program,
            )],
            E::WrongProgramAccount,
        ),
        attack(
            "another system program",
            &mallory.key,
            vec![with(stage.claim(0), 7, Pubkey::new_from_array(TOKEN_PROGRAM))],
            E::WrongProgramAccount,
        ),
        attack(
            "an account too many",
            &free.key,
            vec![{
                let mut request = ix::request_unstake(world, free, &stage.free.devices[0], 1);
                request.accounts.push(request.accounts[0].clone());
                request
            }],
            E::NotEnoughAccounts,
        ),
        attack(
            "a network that is not to change",
            &mallory.key,
            vec![{
                let mut take = ix::take_slash(world, &stage.slashed, PENDING);
                take.accounts[0].is_writable = false;
                take
            }],
            E::NotWritable,
        ),
    ]
}

/// The right bytes at a wrong address, of a wrong owner or version.
fn copied(stage: &mut Stage) -> Vec<Attack> {
    let mine = stage.mallory.key.pubkey();
    let (network, rewards, schedule) = (stage.world.network, stage.world.rewards, stage.world.schedule);
    let maker = ix::maker_address(&stage.world, &stage.maker.address());
    let slash = ix::slash_address(&stage.world, &stage.slashed, PENDING);
    let offers = ix::offers_address(&stage.world, &Stage::key_of(&stage.shared));
    let (device, lease) = (stage.free.devices[0], stage.usdc.lease);
    let mut copy = |of: &Pubkey| stage.world.decoy(of, |_| {});
    let copies = [
        copy(&network),
        copy(&rewards),
        copy(&schedule),
        copy(&maker),
        copy(&slash),
        copy(&device),
        copy(&lease),
        copy(&offers),
    ];
    // Mallory as the authority of a network of another program.
    let crowned = stage.world.decoy(&network, |account| {
        account.owner = Pubkey::new_from_array([3; 32]);
        account.data[19..51].copy_from_slice(mine.as_ref());
    });
    let older = stage.world.decoy(&rewards, |account| account.data[1] = 0);
    let world = &stage.world;
    let (mallory, verifier) = (&stage.mallory.key, stage.verifier());
    let (free, dollar) = (&stage.free.wallet, &stage.dollar.wallet);
    let mut own = ix::set_leasing(world, Leasing::Paused);
    own.accounts[0].pubkey = mallory.pubkey();
    let claim = || stage.claim(0);
    let post = ix::post_root(world, stage.new_epoch, &stage.new_tree, 0);
    let drain = ix::drain_maker(world, &stage.maker, 1);
    let take = ix::take_slash(world, &stage.slashed, PENDING);
    let request = ix::request_unstake(world, free, &device, 1);
    let usdc = ix::take_usdc(world, &stage.usdc, dollar);
    let cancel = ix::cancel_offer(world, free, &device);
    let elsewhere = E::WrongAddress;
    vec![
        attack(
            "a network at another address",
            mallory,
            vec![with(claim(), 1, copies[0])],
            elsewhere,
        ),
        attack(
            "roots at another address",
            mallory,
            vec![with(claim(), 2, copies[1])],
            elsewhere,
        ),
        attack(
            "a schedule at another address",
            &verifier,
            vec![with(post, 3, copies[2])],
            elsewhere,
        ),
        attack(
            "a market maker at another address",
            &stage.maker.key,
            vec![with(drain, 2, copies[3])],
            elsewhere,
        ),
        attack(
            "a slash at another address",
            mallory,
            vec![with(take, 2, copies[4])],
            elsewhere,
        ),
        attack(
            "a device at another address",
            &free.key,
            vec![with(request, 2, copies[5])],
            elsewhere,
        ),
        attack(
            "a lease at another address",
            &dollar.key,
            vec![with(usdc, 1, copies[6])],
            elsewhere,
        ),
        attack(
            "nobody's offer, another's count",
            &free.key,
            vec![with(cancel, 2, copies[7])],
            E::NoOffer,
        ),
        attack(
            "a network of another program",
            mallory,
            vec![with(own, 1, crowned)],
            E::WrongOwner,
        ),
        attack(
            "roots of another version",
            mallory,
            vec![with(claim(), 2, older)],
            E::WrongAccountType,
        ),
    ]
}
