//! Accounts that are not what they are passed as.

use hearth_program_interface::account::SlashReason;
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
    let place = |stage: &mut Stage, of: Pubkey, change: &dyn Fn(&mut solana_account::Account)| {
        let mut account = stage.world.svm.get_account(&of).unwrap();
        change(&mut account);
        let address = Pubkey::new_unique();
        stage.world.set(address, account);
        address
    };
    let network = stage.world.network;
    let elsewhere = place(stage, network, &|_| {});
    let mine = stage.mallory.key.pubkey();
    // Mallory as authority, verifier and oracle.
    let crowned = place(stage, network, &|account| {
        account.owner = Pubkey::new_from_array([3; 32]);
        account.data[19..51].copy_from_slice(mine.as_ref());
    });
    let rewards = stage.world.rewards;
    let other_roots = place(stage, rewards, &|_| {});
    let older = place(stage, rewards, &|account| account.data[1] = 0);
    let world = &stage.world;
    let mallory = &stage.mallory.key;
    let mut own = ix::set_leasing(world, hearth_program_interface::account::Leasing::Paused);
    own.accounts[0].pubkey = mallory.pubkey();
    vec![
        attack(
            "a network at another address",
            mallory,
            vec![with(stage.claim(0), 1, elsewhere)],
            E::WrongAddress,
        ),
        attack(
            "a network of another program",
            mallory,
            vec![with(own, 1, crowned)],
            E::WrongOwner,
        ),
        attack(
            "roots at another address",
            mallory,
            vec![with(stage.claim(0), 2, other_roots)],
            E::WrongAddress,
        ),
        attack(
            "roots of another version",
            mallory,
            vec![with(stage.claim(0), 2, older)],
            E::WrongAccountType,
        ),
    ]
}
