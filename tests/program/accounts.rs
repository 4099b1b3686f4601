//! Accounts that are not what they are passed as, for every instruction and every place.

use hearth_program_interface::account::{Account, Lease};
use hearth_program_interface::error::ProgramError as E;
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use crate::harness::{COOLDOWN, MAX_SECONDS, MIN_STAKE, Provider, Rental, WINDOW, Wallet, World, ix};

struct Scene {
    world: World,
    provider: Provider,
    renter: Wallet,
    open: Rental,
}

fn scene() -> Scene {
    let mut world = World::new();
    let (provider, renter) = (world.provider(1), world.wallet());
    let open = Rental::opened(&mut world, &provider, &renter);
    Scene {
        world,
        provider,
        renter,
        open,
    }
}

impl Scene {
    /// One good transaction of each kind but the first, with its signer; each would be taken now.
    fn all(&mut self) -> Vec<(&'static str, Keypair, Vec<Instruction>)> {
        let Self {
            world, renter, open, ..
        } = self;
        let free = world.provider(1);
        let cooled = world.provider(1);
        let request = ix::request_unstake(world, &cooled.wallet, &cooled.devices[0], MIN_STAKE);
        world.ok(&[&cooled.wallet.key], &[request]);
        // By then the lease has expired as well.
        const { assert!(COOLDOWN > MAX_SECONDS + WINDOW) };
        world.pass(COOLDOWN);
        let next = Rental::new(world, &free, renter);
        let owner = |provider: &Provider| provider.wallet.key.insecure_clone();
        let renter_key = || renter.key.insecure_clone();
        let withdraw = ix::withdraw(world, &cooled.wallet, &cooled.devices[0]);
        let all = vec![
            (
                "stake",
                owner(&free),
                vec![ix::stake(world, &free.wallet, [0; 32], &free.node, 1)],
            ),
            (
                "unstake",
                owner(&free),
                vec![ix::request_unstake(world, &free.wallet, &free.devices[0], 1)],
            ),
            ("withdraw", owner(&cooled), vec![withdraw]),
            ("open", renter_key(), next.open(world)),
            ("settle", renter_key(), open.settle(world, 10, 10)),
            ("close", renter_key(), open.close(world, 0, 0)),
            ("close expired", renter_key(), vec![open.close_expired(world)]),
        ];
        for (name, signer, instructions) in &all {
            assert!(world.would_take(signer, instructions), "{name}");
        }
        all
    }
}

/// Every account of every instruction replaced by each of these: nothing is taken, nothing moves.
#[test]
fn no_account_passes_for_another() {
    let mut scene = scene();
    let all = scene.all();
    let Scene {
        mut world,
        provider,
        open,
        ..
    } = scene;
    let stranger = world.wallet();
    let strangers = [
        stranger.address(),
        stranger.token,
        world.network,
        world.stake_vault,
        world.fee_vault,
        provider.devices[0],
        open.lease,
        open.escrow,
        world.mint,
        Pubkey::new_unique(),
    ];
    for (name, signer, instructions) in &all {
        let last = instructions.len() - 1;
        for place in 0..instructions[last].accounts.len() {
            for other in &strangers {
                let mut changed = instructions.clone();
                let meta = &mut changed[last].accounts[place];
                if meta.pubkey == *other || meta.is_signer {
                    continue;
                }
                meta.pubkey = *other;
                let before = world.svm.get_program_accounts(&world.program);
                let outcome = world.send(&[signer], &changed, 400_000);
                assert!(outcome.is_err(), "{name}: account {place} replaced by {other}");
                assert_eq!(before, world.svm.get_program_accounts(&world.program));
            }
        }
    }
}

#[test]
fn writable_accounts_are_writable() {
    let mut scene = scene();
    let all = scene.all();
    let mut world = scene.world;
    for (name, signer, instructions) in &all {
        let last = instructions.len() - 1;
        for place in 0..instructions[last].accounts.len() {
            let mut changed = instructions.clone();
            let meta = &mut changed[last].accounts[place];
            if !meta.is_writable || meta.is_signer {
                continue;
            }
            // The fee payer is always writable.
            if meta.pubkey == signer.pubkey() {
                continue;
            }
            changed[last].accounts[place].is_writable = false;
            assert_eq!(
                world.refused(&[signer], &changed),
                E::NotWritable,
                "{name}: account {place}"
            );
        }
    }
    world.pass(MAX_SECONDS + WINDOW);
    let (_, signer, expired) = all.last().unwrap();
    for place in [0, 1, 2, 5] {
        let mut changed = expired.clone();
        changed[0].accounts[place].is_writable = false;
        assert_eq!(
            world.refused(&[signer], &changed),
            E::NotWritable,
            "account {place}"
        );
    }
}

#[test]
fn accounts_are_neither_missing_nor_surplus() {
    let mut scene = scene();
    let all = scene.all();
    let mut world = scene.world;
    for (name, signer, instructions) in &all {
        let last = instructions.len() - 1;
        let mut fewer = instructions.clone();
        fewer[last].accounts.truncate(3);
        assert_eq!(world.refused(&[signer], &fewer), E::NotEnoughAccounts, "{name}");
        let mut more = instructions.clone();
        let surplus = more[last].accounts[0].clone();
        more[last].accounts.push(surplus);
        let reason = world.refused(&[signer], &more);
        assert!(
            matches!(reason, E::NotEnoughAccounts | E::WrongDevices),
            "{name}: {reason:?}"
        );
    }
}

#[test]
fn data_has_one_length() {
    let mut scene = scene();
    let all = scene.all();
    let mut world = scene.world;
    for (name, signer, instructions) in &all {
        let last = instructions.len() - 1;
        let mut longer = instructions.clone();
        longer[last].data.push(0);
        assert_eq!(world.refused(&[signer], &longer), E::BadInstruction, "{name}");
        let mut unknown = instructions.clone();
        unknown[last].data[0] = 200;
        assert_eq!(world.refused(&[signer], &unknown), E::BadInstruction, "{name}");
        let mut empty = instructions.clone();
        empty[last].data.clear();
        assert_eq!(world.refused(&[signer], &empty), E::BadInstruction, "{name}");
    }
}

/// Accounts with the right bytes that the program does not own.
#[test]
fn a_copy_of_an_account_is_not_the_account() {
    let mut scene = scene();
    let all = scene.all();
    let mut world = scene.world;
    for (name, signer, instructions) in &all {
        let last = instructions.len() - 1;
        for place in 0..instructions[last].accounts.len() {
            let original = world.svm.get_account(&instructions[last].accounts[place].pubkey);
            let Some(original) = original.filter(|account| account.owner == world.program) else {
                continue;
            };
            let copy = Pubkey::new_unique();
            let mut foreign = original.clone();
            foreign.owner = Pubkey::new_from_array([3; 32]);
            world.set(copy, foreign);
            let mut changed = instructions.clone();
            changed[last].accounts[place].pubkey = copy;
            let reason = world.refused(&[signer], &changed);
            assert!(
                matches!(reason, E::WrongOwner | E::WrongDevices),
                "{name}: {reason:?}"
            );
        }
    }
}

/// Even our own bytes, owned by the program, count only at the address they belong to.
#[test]
fn an_account_at_another_address_is_refused() {
    let Scene {
        mut world,
        renter,
        open,
        ..
    } = scene();
    let mut lease = world.lease(&open.lease);
    lease.provider = renter.address().to_bytes();
    let mut account = world.svm.get_account(&open.lease).unwrap();
    account.data = lease.to_bytes().to_vec();
    let elsewhere = Pubkey::new_unique();
    let mut settle = open.settle(&world, 10, 10);
    settle[1].accounts[0].pubkey = elsewhere;
    settle[1].accounts[2].pubkey = renter.token;
    world.set(elsewhere, account);
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongAddress);
}

#[test]
fn types_and_versions_are_told_apart() {
    let Scene {
        mut world,
        renter,
        open,
        provider,
    } = scene();
    let mut settle = open.settle(&world, 10, 10);
    settle[1].accounts[0].pubkey = provider.devices[0];
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongAccountType);
    let mut account = world.svm.get_account(&open.lease).unwrap();
    assert!(matches!(
        Account::from_bytes(&account.data),
        Some(Account::Lease(_))
    ));
    account.data[1] = 1;
    world.set(open.lease, account.clone());
    let settle = open.settle(&world, 10, 10);
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongAccountType);
    account.data[1] = 2;
    account.data.push(0);
    assert_eq!(account.data.len(), Lease::LEN + 1);
    world.set(open.lease, account);
    assert_eq!(world.refused(&[&renter.key], &settle), E::WrongAccountType);
}
