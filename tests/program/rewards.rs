//! Roots against the schedule, claims against roots, and burning.

use hearth_program_interface::account::{Claimed, Rewards};
use hearth_program_interface::emission::{CUMULATIVE, MONTH_SECONDS, TOTAL};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{self, Event, FeesBurned, RootPosted, RootVoided};
use hearth_program_interface::instruction::{Claim, PostRoot};
use hearth_program_interface::params::{EPOCH_SECONDS, ROOT_DELAY_SECONDS};
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{BEGIN, IO, PURSE, Tree, Wallet, World, ix};

struct Scene {
    world: World,
    verifier: Keypair,
    authority: Keypair,
    wallets: Vec<Wallet>,
}

/// A month has passed, the reward vault holds the whole emission, the fee vault 50 IO.
fn scene() -> Scene {
    let mut world = World::new();
    let wallets = (0..5).map(|_| world.wallet()).collect();
    let (reward_vault, fee_vault) = (world.reward_vault, world.fee_vault);
    world.give(&reward_vault, TOTAL);
    world.give(&fee_vault, 50 * IO);
    world.pass(MONTH_SECONDS);
    Scene {
        verifier: world.verifier.insecure_clone(),
        authority: world.authority.insecure_clone(),
        wallets,
        world,
    }
}

/// The last epoch that is over.
fn last_epoch(world: &World) -> u64 {
    world.now() / EPOCH_SECONDS - 1
}

impl Scene {
    /// Gives each wallet its number plus one, times this many IO.
    fn tree(&self, io: u64) -> Tree {
        let leaves = (1..)
            .zip(&self.wallets)
            .map(|(number, wallet)| (wallet.address(), number * io * IO));
        Tree::new(&leaves.collect::<Vec<_>>())
    }

    fn post(&mut self, tree: &Tree) -> u64 {
        let epoch = last_epoch(&self.world);
        let post = ix::post_root(&self.world, epoch, tree, 0);
        self.world.ok(&[&self.verifier], &[post]);
        epoch
    }

    fn rewards(&self) -> Rewards {
        self.world.read(&self.world.rewards, Rewards::of_account)
    }

    fn refused_post(&mut self, change: impl FnOnce(&mut PostRoot)) -> E {
        let mut given = PostRoot {
            epoch: last_epoch(&self.world),
            root: [1; 32],
            report: [2; 32],
            total: 15 * IO,
            fee_draw: 0,
        };
        change(&mut given);
        let post = ix::post_any_root(&self.world, &given);
        self.world.refused(&[&self.verifier], &[post])
    }
}

#[test]
fn a_root_is_posted_and_claimed_after_an_hour() {
    let mut scene = scene();
    let tree = scene.tree(1);
    let epoch = last_epoch(&scene.world);
    let post = ix::post_root(&scene.world, epoch, &tree, 3 * IO);
    let events = scene.world.ok(&[&scene.verifier], &[post]);
    let logged = RootPosted {
        epoch,
        root: tree.root(),
        report: [5; 32],
        total: 15 * IO,
        fee_draw: 3 * IO,
        fee_drawn: 3 * IO,
        unlocked: CUMULATIVE[0],
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::RootPosted(logged)]);
    assert_eq!(scene.world.io(&scene.world.reward_vault), TOTAL + 3 * IO);
    assert_eq!(scene.rewards().drawn(), 12 * IO);
    let claims: Vec<_> = (0..5)
        .map(|place| ix::claim(&scene.world, &scene.wallets[place], epoch, &tree, place))
        .collect();
    scene.world.pass(ROOT_DELAY_SECONDS - 1);
    let first = scene.wallets[0].key.insecure_clone();
    assert_eq!(scene.world.refused(&[&first], &claims[..1]), E::RootTooNew);
    scene.world.pass(1);
    for (place, claim) in claims.iter().enumerate() {
        let key = scene.wallets[place].key.insecure_clone();
        let amount = (place as u64 + 1) * IO;
        let events = scene.world.ok(&[&key], std::slice::from_ref(claim));
        let logged = event::Claimed {
            wallet: key.pubkey().to_bytes(),
            epoch,
            amount,
            total: amount,
            at: scene.world.now(),
        };
        assert_eq!(events, [Event::Claimed(logged)]);
        assert_eq!(scene.world.io(&scene.wallets[place].token), PURSE + amount);
        assert_eq!(
            scene.world.refused(&[&key], std::slice::from_ref(claim)),
            E::NothingToClaim
        );
    }
    assert_eq!(scene.rewards().claimed, 15 * IO);
}

#[test]
fn a_later_root_pays_the_difference() {
    let mut scene = scene();
    let (early, late) = (scene.tree(1), scene.tree(3));
    let first = scene.post(&early);
    scene.world.pass(EPOCH_SECONDS);
    let second = scene.post(&late);
    scene.world.pass(ROOT_DELAY_SECONDS);
    let key = scene.wallets[4].key.insecure_clone();
    let claim = ix::claim(&scene.world, &scene.wallets[4], first, &early, 4);
    scene.world.ok(&[&key], &[claim]);
    let claim = ix::claim(&scene.world, &scene.wallets[4], second, &late, 4);
    scene.world.ok(&[&key], &[claim]);
    assert_eq!(scene.world.io(&scene.wallets[4].token), PURSE + 15 * IO);
    let address = ix::claimed_address(&scene.world, &key.pubkey());
    assert_eq!(scene.world.read(&address, Claimed::from_bytes).total, 15 * IO);
    // The older root gives nothing more, but others may still use it.
    let claim = ix::claim(&scene.world, &scene.wallets[4], first, &early, 4);
    assert_eq!(scene.world.refused(&[&key], &[claim]), E::NothingToClaim);
    let other = scene.wallets[0].key.insecure_clone();
    let claim = ix::claim(&scene.world, &scene.wallets[0], first, &early, 0);
    scene.world.ok(&[&other], &[claim]);
}

#[test]
fn roots_are_checked() {
    let mut scene = scene();
    let now = scene.world.now();
    assert_eq!(scene.refused_post(|given| given.root = [0; 32]), E::EmptyRoot);
    assert_eq!(scene.refused_post(|given| given.report = [0; 32]), E::EmptyRoot);
    assert_eq!(
        scene.refused_post(|given| given.epoch = now / EPOCH_SECONDS),
        E::EpochNotOver
    );
    assert_eq!(
        scene.refused_post(|given| given.epoch = u64::MAX),
        E::EpochNotOver
    );
    assert_eq!(scene.refused_post(|given| given.epoch = 0), E::EpochOutOfOrder);
    assert_eq!(
        scene.refused_post(|given| given.total = CUMULATIVE[0] + 1),
        E::AboveSchedule
    );
    assert_eq!(
        scene.refused_post(|given| given.total = u64::MAX),
        E::AboveSchedule
    );
    assert_eq!(
        scene.refused_post(|given| given.fee_draw = 50 * IO + 1),
        E::InsufficientFunds
    );
    assert_eq!(
        scene.refused_post(|given| given.fee_draw = u64::MAX),
        E::InsufficientFunds
    );
    let tree = scene.tree(1);
    scene.post(&tree);
    assert_eq!(scene.refused_post(|_| {}), E::EpochOutOfOrder);
    scene.world.pass(EPOCH_SECONDS);
    assert_eq!(scene.refused_post(|given| given.total -= 1), E::TotalFell);
}

#[test]
fn draws_never_exceed_the_schedule() {
    let mut scene = scene();
    let post = |scene: &mut Scene, total, fee_draw| {
        let given = PostRoot {
            epoch: last_epoch(&scene.world),
            root: [1; 32],
            report: [2; 32],
            total,
            fee_draw,
        };
        ix::post_any_root(&scene.world, &given)
    };
    // All that is unlocked, and the fees on top.
    let all = post(&mut scene, CUMULATIVE[0] + 50 * IO, 50 * IO);
    scene.world.ok(&[&scene.verifier.insecure_clone()], &[all]);
    scene.world.pass(EPOCH_SECONDS);
    let an_hour = (CUMULATIVE[1] - CUMULATIVE[0]) * EPOCH_SECONDS / MONTH_SECONDS;
    let verifier = scene.verifier.insecure_clone();
    let more = post(&mut scene, CUMULATIVE[0] + 50 * IO + an_hour + 1, 0);
    assert_eq!(scene.world.refused(&[&verifier], &[more]), E::AboveSchedule);
    let exact = post(&mut scene, CUMULATIVE[0] + 50 * IO + an_hour, 0);
    scene.world.ok(&[&verifier], &[exact]);
}

#[test]
fn a_root_is_covered_by_the_vault() {
    let mut world = World::new();
    world.pass(MONTH_SECONDS);
    let (vault, verifier) = (world.reward_vault, world.verifier.insecure_clone());
    world.give(&vault, 10);
    let wallet = world.wallet();
    let too_much = Tree::new(&[(wallet.address(), 11)]);
    let post = ix::post_root(&world, last_epoch(&world), &too_much, 0);
    assert_eq!(world.refused(&[&verifier], &[post]), E::VaultTooLow);
    let fine = Tree::new(&[(wallet.address(), 10)]);
    let post = ix::post_root(&world, last_epoch(&world), &fine, 0);
    world.ok(&[&verifier], &[post]);
}

#[test]
fn a_root_is_voided_within_its_hour() {
    let mut scene = scene();
    let (one, two) = (scene.tree(1), scene.tree(2));
    let first = scene.post(&one);
    let before = scene.rewards();
    scene.world.pass(EPOCH_SECONDS);
    let second = last_epoch(&scene.world);
    let post = ix::post_root(&scene.world, second, &two, 7 * IO);
    scene.world.ok(&[&scene.verifier], std::slice::from_ref(&post));
    let older = ix::void_root(&scene.world, first);
    assert_eq!(scene.world.refused(&[&scene.authority], &[older]), E::NotLastRoot);
    scene.world.pass(ROOT_DELAY_SECONDS - 1);
    let void = ix::void_root(&scene.world, second);
    let events = scene.world.ok(&[&scene.authority], std::slice::from_ref(&void));
    let logged = RootVoided {
        epoch: second,
        root: two.root(),
        total: 15 * IO,
        fee_back: 7 * IO,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::RootVoided(logged)]);
    assert_eq!(scene.rewards(), before);
    assert_eq!(scene.world.io(&scene.world.fee_vault), 50 * IO);
    let key = scene.wallets[0].key.insecure_clone();
    let claim = ix::claim(&scene.world, &scene.wallets[0], second, &two, 0);
    assert_eq!(scene.world.refused(&[&key], &[claim]), E::UnknownRoot);
    // The first one is final by now; the epoch can be posted anew.
    let void = ix::void_root(&scene.world, first);
    assert_eq!(scene.world.refused(&[&scene.authority], &[void]), E::RootFinal);
    scene.world.ok(&[&scene.verifier], &[post]);
}

#[test]
fn voids_go_back_over_more_roots_than_are_kept() {
    let mut scene = scene();
    let begin = last_epoch(&scene.world) - 40;
    for number in 0..30 {
        let post = ix::post_root(&scene.world, begin + number, &scene.tree(number + 1), IO);
        scene.world.ok(&[&scene.verifier], &[post]);
    }
    for number in (6..30).rev() {
        let void = ix::void_root(&scene.world, begin + number);
        scene.world.ok(&[&scene.authority], &[void]);
        assert_eq!(
            (scene.rewards().count, scene.rewards().total),
            (number, 15 * number * IO)
        );
    }
    // The place of the sixth was used again and is empty.
    let void = ix::void_root(&scene.world, begin + 5);
    assert_eq!(scene.world.refused(&[&scene.authority], &[void]), E::NotLastRoot);
    let post = ix::post_root(&scene.world, begin + 6, &scene.tree(9), 0);
    scene.world.ok(&[&scene.verifier], &[post]);
}

#[test]
fn the_last_24_roots_are_kept() {
    let mut scene = scene();
    let mut epochs = Vec::new();
    for number in 0..25 {
        let tree = scene.tree(number + 1);
        epochs.push(scene.post(&tree));
        scene.world.pass(EPOCH_SECONDS);
    }
    let key = scene.wallets[1].key.insecure_clone();
    let gone = ix::claim(&scene.world, &scene.wallets[1], epochs[0], &scene.tree(1), 1);
    assert_eq!(scene.world.refused(&[&key], &[gone]), E::UnknownRoot);
    let oldest = ix::claim(&scene.world, &scene.wallets[1], epochs[1], &scene.tree(2), 1);
    scene.world.ok(&[&key], &[oldest]);
    let newest = ix::claim(&scene.world, &scene.wallets[1], epochs[24], &scene.tree(25), 1);
    scene.world.ok(&[&key], &[newest]);
    assert_eq!(scene.world.io(&scene.wallets[1].token), PURSE + 50 * IO);
}

/// A tree whose leaves give more than it says: the sum of claims still stops at what was posted.
#[test]
fn claims_stop_at_what_was_posted() {
    let mut scene = scene();
    let tree = scene.tree(1);
    let given = PostRoot {
        epoch: last_epoch(&scene.world),
        root: tree.root(),
        report: [2; 32],
        total: 14 * IO,
        fee_draw: 0,
    };
    let post = ix::post_any_root(&scene.world, &given);
    scene.world.ok(&[&scene.verifier], &[post]);
    scene.world.pass(ROOT_DELAY_SECONDS);
    for place in [4, 3, 2] {
        let key = scene.wallets[place].key.insecure_clone();
        let claim = ix::claim(&scene.world, &scene.wallets[place], given.epoch, &tree, place);
        scene.world.ok(&[&key], &[claim]);
    }
    let key = scene.wallets[1].key.insecure_clone();
    let claim = ix::claim(&scene.world, &scene.wallets[1], given.epoch, &tree, 1);
    scene.world.ok(&[&key], &[claim]);
    let key = scene.wallets[0].key.insecure_clone();
    let claim = ix::claim(&scene.world, &scene.wallets[0], given.epoch, &tree, 0);
    assert_eq!(scene.world.refused(&[&key], &[claim]), E::AbovePosted);
}

#[test]
fn a_claim_of_the_largest_tree_fits() {
    let mut scene = scene();
    let wallet = &scene.wallets[0];
    let mut siblings = vec![[3; 32]; 20];
    siblings[0] = [4; 32];
    let given = Claim {
        epoch: last_epoch(&scene.world),
        index: (1 << 20) - 1,
        cumulative: 9,
    };
    let leaf = hearth_program_interface::merkle::leaf(
        &crate::harness::TAG,
        &wallet.address().to_bytes(),
        9,
        ix::sha256,
    );
    let root = hearth_program_interface::merkle::root(leaf, given.index, &siblings, ix::sha256).unwrap();
    let posted = PostRoot {
        epoch: given.epoch,
        root,
        report: [2; 32],
        total: 9,
        fee_draw: 0,
    };
    let post = ix::post_any_root(&scene.world, &posted);
    scene.world.ok(&[&scene.verifier], &[post]);
    scene.world.pass(ROOT_DELAY_SECONDS);
    let key = scene.wallets[0].key.insecure_clone();
    let claim = ix::claim_with(&scene.world, &scene.wallets[0], &given, &siblings);
    scene.world.ok(&[&key], &[claim]);
    siblings.push([5; 32]);
    let deeper = Claim {
        cumulative: 10,
        ..given
    };
    let claim = ix::claim_with(&scene.world, &scene.wallets[0], &deeper, &siblings);
    assert_eq!(scene.world.refused(&[&key], &[claim]), E::WrongProof);
}

#[test]
fn the_verifier_burns_fees() {
    let mut scene = scene();
    for (amount, reason) in [(0, E::ZeroAmount), (50 * IO + 1, E::InsufficientFunds)] {
        let burn = ix::burn_fees(&scene.world, amount);
        assert_eq!(scene.world.refused(&[&scene.verifier], &[burn]), reason);
    }
    for burned in [20 * IO, 40 * IO] {
        let burn = ix::burn_fees(&scene.world, 20 * IO);
        let events = scene.world.ok(&[&scene.verifier], &[burn]);
        let logged = FeesBurned {
            amount: 20 * IO,
            burned,
            report: [5; 32],
            at: scene.world.now(),
        };
        assert_eq!(events, [Event::FeesBurned(logged)]);
        assert_eq!(scene.world.burned(&scene.world.mint), burned);
    }
    let mut theirs = ix::burn_fees(&scene.world, 1);
    theirs.accounts[0].pubkey = scene.authority.pubkey();
    assert_eq!(
        scene.world.refused(&[&scene.authority], &[theirs]),
        E::NotVerifier
    );
    assert!(BEGIN.is_multiple_of(EPOCH_SECONDS));
}
