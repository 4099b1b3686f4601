//! Attacks by name, each refused with the code of its own reason and without any change to any account. One
//! network with everything in it serves all of a group, because a refusal leaves it as it was.

mod accounts;
mod claims;
mod edges;
mod roles;
mod statements;
mod vaults;

use hearth_program_interface::account::SlashReason;
use hearth_program_interface::emission::{MONTH_SECONDS, TOTAL};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::params::{DAY, EPOCH_SECONDS};
use solana_keypair::Keypair;
use solana_sdk::instruction::Instruction;
use solana_sdk::pubkey::Pubkey;
use solana_sdk::signer::Signer as _;

use crate::harness::{COOLDOWN, IO, MIN_STAKE, Provider, Rental, Tree, Wallet, World, ix};

/// Evidence of the slash that is held.
const HELD: [u8; 32] = [6; 32];
/// Evidence of the slash that is pending and can be taken.
const PENDING: [u8; 32] = [7; 32];
/// Evidence of the slash that was posted just now.
const FRESH: [u8; 32] = [8; 32];

/// One attempt.
struct Attack {
    name: &'static str,
    signer: Keypair,
    instructions: Vec<Instruction>,
    reason: E,
}

fn attack(name: &'static str, signer: &Keypair, instructions: Vec<Instruction>, reason: E) -> Attack {
    Attack {
        name,
        signer: signer.insecure_clone(),
        instructions,
        reason,
    }
}

/// Sends each; gives how many there were.
fn run(world: &mut World, attacks: Vec<Attack>) -> usize {
    for Attack {
        name,
        signer,
        instructions,
        reason,
    } in &attacks
    {
        let before = world.svm.get_program_accounts(&world.program);
        let got = world.refused(&[signer], instructions);
        assert_eq!(got, *reason, "{name}");
        assert!(
            before == world.svm.get_program_accounts(&world.program),
            "{name} changed an account"
        );
    }
    let mut names: Vec<_> = attacks.iter().map(|attack| attack.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), attacks.len(), "a name is used twice");
    attacks.len()
}

/// An instruction with another account in one place.
fn with(mut instruction: Instruction, place: usize, account: Pubkey) -> Instruction {
    instruction.accounts[place].pubkey = account;
    instruction
}

/// Everything there can be.
struct Stage {
    world: World,
    /// Nobody in particular, who attacks.
    mallory: Wallet,
    renter: Wallet,
    maker: Wallet,
    co: Wallet,
    /// With one free device and one whose slashes are [`HELD`], [`PENDING`] and [`FRESH`].
    free: Provider,
    slashed: Pubkey,
    /// Its device is co-staked; part of its stake has cooled.
    shared: Provider,
    /// Of the open lease in IO, of which 1,000 are settled.
    hired: Provider,
    open: Rental,
    /// Of the open lease in USDC, of which 9,027 have waited for a day.
    dollar: Provider,
    usdc: Rental,
    closed: Rental,
    /// Claimable.
    tree: Tree,
    epoch: u64,
    /// Posted just now.
    new_tree: Tree,
    new_epoch: u64,
}

fn stage() -> Stage {
    let mut world = World::new();
    let verifier = world.verifier.insecure_clone();
    let (mallory, renter, maker, co) = (world.wallet(), world.wallet(), world.wallet(), world.wallet());
    let whale = world.wallet();
    let stake = ix::stake(&world, &whale, [0; 32], &Keypair::new(), 95_000 * IO);
    world.ok(&[&whale.key], &[stake]);
    let (free, shared, hired, dollar) = (
        world.provider(2),
        world.provider(1),
        world.provider(1),
        world.provider(1),
    );
    let (reward_vault, fee_vault) = (world.reward_vault, world.fee_vault);
    world.give(&reward_vault, TOTAL);
    world.give(&fee_vault, 50 * IO);
    let fund = ix::fund_maker(&world, &maker, 1_000 * IO, 250_000);
    world.ok(&[&maker.key], &[fund]);

    let terms = (MIN_STAKE / 2, 100);
    let device = shared.devices[0];
    let offer = ix::offer(&world, &shared.wallet, &device, terms);
    world.ok(&[&shared.wallet.key], &[offer]);
    let accept = ix::accept_offer(&world, &co, &device, terms);
    world.ok(&[&co.key], &[accept]);
    let cool = ix::request_unstake(&world, &shared.wallet, &device, MIN_STAKE / 2 + IO);
    world.ok(&[&shared.wallet.key], &[cool]);
    world.pass(MONTH_SECONDS + COOLDOWN);

    let slashed = free.devices[1];
    for evidence in [HELD, PENDING] {
        let post = ix::post_slash(&world, &slashed, SlashReason::FailedProofs, evidence);
        world.ok(&[&verifier], &[post]);
    }
    world.pass(DAY);
    let take = ix::take_slash(&world, &slashed, HELD);
    world.ok(&[&mallory.key], &[take]);

    let open = Rental::opened(&mut world, &hired, &renter);
    let settle = open.settle(&world, 1_000, 10);
    world.ok(&[&renter.key], &settle);
    let usdc = Rental::opened_in_usdc(&mut world, &dollar, &renter);
    let settle = usdc.settle(&world, 10_030, 10);
    world.ok(&[&renter.key], &settle);
    let single = Provider {
        wallet: Wallet {
            key: free.wallet.key.insecure_clone(),
            ..free.wallet
        },
        node: free.node.insecure_clone(),
        devices: vec![free.devices[0]],
    };
    let closed = Rental::opened(&mut world, &single, &renter);
    let close = closed.close(&world, 0, 0);
    world.ok(&[&renter.key], &close);

    let leaves = |unit: u64| -> Vec<(Pubkey, u64)> {
        [&mallory, &renter, &maker, &co, &whale]
            .iter()
            .zip(1..)
            .map(|(wallet, number)| (wallet.address(), number * unit))
            .collect()
    };
    let (tree, new_tree) = (Tree::new(&leaves(IO)), Tree::new(&leaves(2 * IO)));
    let epoch = world.now() / EPOCH_SECONDS - 1;
    let post = ix::post_root(&world, epoch, &tree, 0);
    world.ok(&[&verifier], &[post]);
    world.pass(DAY);
    let new_epoch = world.now() / EPOCH_SECONDS - 1;
    let post = ix::post_root(&world, new_epoch, &new_tree, IO);
    world.ok(&[&verifier], &[post]);
    let post = ix::post_slash(&world, &slashed, SlashReason::Cheating, FRESH);
    world.ok(&[&verifier], &[post]);
    Stage {
        world,
        mallory,
        renter,
        maker,
        co,
        free: single,
        slashed,
        shared,
        hired,
        open,
        dollar,
        usdc,
        closed,
        tree,
        epoch,
        new_tree,
        new_epoch,
    }
}

impl Stage {
    fn authority(&self) -> Keypair {
        self.world.authority.insecure_clone()
    }

    fn verifier(&self) -> Keypair {
        self.world.verifier.insecure_clone()
    }

    fn oracle(&self) -> Keypair {
        self.world.oracle.insecure_clone()
    }

    /// The claim of the wallet at this place of the claimable tree.
    fn claim(&self, place: usize) -> Instruction {
        let wallets = [&self.mallory, &self.renter, &self.maker, &self.co];
        ix::claim(&self.world, wallets[place], self.epoch, &self.tree, place)
    }

    fn key_of(provider: &Provider) -> Pubkey {
        provider.wallet.key.pubkey()
    }
}

#[test]
fn there_are_enough_of_them() {
    let counts = [
        accounts::attacks(&mut stage()).len(),
        claims::attacks(&mut stage()).len(),
        edges::attacks(&mut stage()).len(),
        roles::attacks(&mut stage()).len(),
        statements::attacks(&mut stage()).len(),
        vaults::attacks(&mut stage()).len(),
    ];
    assert!(counts.iter().sum::<usize>() >= 60, "{counts:?}");
}
