//! Making the network.

use hearth_program_interface::PRACTICE_PROGRAM_ID;
use hearth_program_interface::account::{Leasing, Network, Role, Schedule};
use hearth_program_interface::emission::CUMULATIVE;
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, NetworkInitialized, NetworkTerms, ParametersSet};
use hearth_program_interface::instruction::InitNetwork;
use hearth_program_interface::params::{self, SlashTable};
use litesvm::LiteSVM;
use solana_keypair::Keypair;
use solana_sdk::signer::Signer as _;

use crate::harness::{BEGIN, TAG, World, ix, parameters, program_key, token};

fn bare() -> World {
    World::bare(LiteSVM::new())
}

fn refused(given: &InitNetwork) -> E {
    let mut world = bare();
    let init = ix::init_network(&world, given);
    let authority = world.authority.insecure_clone();
    world.refused(&[&authority, &program_key()], &[init])
}

#[test]
fn the_network_keeps_its_terms() {
    let mut world = bare();
    assert_eq!(program_key().pubkey().to_bytes(), PRACTICE_PROGRAM_ID);
    let (authority, given) = (world.authority.insecure_clone(), parameters());
    let init = ix::init_network(&world, &given);
    let events = world.ok(&[&authority, &program_key()], &[init]);
    let network = world.network();
    let expected = Network {
        bump: network.bump,
        network_tag: TAG,
        authority: authority.pubkey().to_bytes(),
        verifier: given.verifier,
        oracle: given.oracle,
        io_mint: world.mint.to_bytes(),
        stake_vault: world.stake_vault.to_bytes(),
        fee_vault: world.fee_vault.to_bytes(),
        min_stake_per_device: given.min_stake_per_device,
        cooldown_seconds: given.cooldown_seconds,
        settle_window_seconds: given.settle_window_seconds,
        margin_bps: given.margin_bps,
        slash: given.slash,
        usdc_mint: world.usdc.to_bytes(),
        usdc_fee_vault: world.usdc_fee_vault.to_bytes(),
        reward_vault: world.reward_vault.to_bytes(),
        slash_vault: world.slash_vault.to_bytes(),
        market_vault: world.market_vault.to_bytes(),
        next_key: [0; 32],
        next_role: Role::Authority,
        leasing: Leasing::Open,
        slash_epoch: 0,
        slash_cap: 0,
        slash_taken: 0,
    };
    assert_eq!(network, expected);
    let logged = NetworkInitialized {
        network: world.network.to_bytes(),
        network_tag: TAG,
        authority: authority.pubkey().to_bytes(),
        io_mint: world.mint.to_bytes(),
        at: world.now(),
    };
    let terms = NetworkTerms {
        verifier: given.verifier,
        oracle: given.oracle,
        usdc_mint: world.usdc.to_bytes(),
        schedule_starts_at: BEGIN,
        drawn_before: 0,
        at: world.now(),
    };
    let parameters = ParametersSet {
        parameters: given.parameters(),
        at: world.now(),
    };
    let expected = [
        Event::NetworkInitialized(logged),
        Event::NetworkTerms(terms),
        Event::ParametersSet(parameters),
    ];
    assert_eq!(events, expected);
    for vault in [
        world.stake_vault,
        world.fee_vault,
        world.usdc_fee_vault,
        world.reward_vault,
        world.slash_vault,
        world.market_vault,
    ] {
        assert_eq!(world.io(&vault), 0);
    }
}

#[test]
fn the_schedule_is_written_down() {
    let world = World::new();
    let data = world.data(&world.schedule).unwrap();
    let schedule = Schedule::of_account(&data).unwrap();
    assert_eq!(schedule.starts_at, BEGIN);
    for (month, amount) in CUMULATIVE.iter().enumerate() {
        assert_eq!(Schedule::cumulative(&data, month), Some(*amount));
    }
}

#[test]
fn it_is_made_once() {
    let mut world = World::new();
    let init = ix::init_network(
        &world,
        &InitNetwork {
            margin_bps: 0,
            ..parameters()
        },
    );
    let authority = world.authority.insecure_clone();
    assert_eq!(
        world.refused(&[&authority, &program_key()], &[init]),
        E::AlreadyExists
    );
}

#[test]
fn only_the_deployer_makes_it() {
    let mut world = bare();
    let authority = world.authority.insecure_clone();
    let mut init = ix::init_network(&world, &parameters());
    init.accounts[0].is_signer = false;
    assert_eq!(world.refused(&[&authority], &[init]), E::MissingSignature);

    let other = Keypair::new();
    let mut init = ix::init_network(&world, &parameters());
    init.accounts[0].pubkey = other.pubkey();
    assert_eq!(world.refused(&[&authority, &other], &[init]), E::WrongAddress);
}

#[test]
fn another_address_is_not_the_network() {
    for place in [2, 5, 6, 7, 8, 9, 10, 11, 12] {
        let mut world = bare();
        let authority = world.authority.insecure_clone();
        let mut init = ix::init_network(&world, &parameters());
        // An address of the program that is off the curve, but from a lower bump or other seeds.
        init.accounts[place].pubkey = world.find(&[b"networks"]).0;
        assert_eq!(
            world.refused(&[&authority, &program_key()], &[init]),
            E::WrongAddress
        );
    }
}

#[test]
fn parameters_have_bounds() {
    let good = parameters();
    for given in [
        InitNetwork {
            network_tag: [0; 16],
            ..good
        },
        InitNetwork {
            min_stake_per_device: 0,
            ..good
        },
        InitNetwork {
            min_stake_per_device: params::MAX_REQUIRED + 1,
            ..good
        },
        InitNetwork {
            cooldown_seconds: params::MAX_COOLDOWN_SECONDS + 1,
            ..good
        },
        InitNetwork {
            settle_window_seconds: 0,
            ..good
        },
        InitNetwork {
            settle_window_seconds: u64::MAX,
            ..good
        },
        InitNetwork {
            margin_bps: params::MAX_MARGIN_BPS + 1,
            ..good
        },
        InitNetwork {
            slash: SlashTable {
                failed_proofs: 501,
                ..good.slash
            },
            ..good
        },
    ] {
        assert_eq!(refused(&given), E::BadParameter);
    }
    assert_eq!(
        refused(&InitNetwork {
            oracle: good.verifier,
            ..good
        }),
        E::KeysNotDistinct
    );
    assert_eq!(
        refused(&InitNetwork {
            oracle: [0; 32],
            ..good
        }),
        E::KeysNotDistinct
    );
    // Nothing is unlocked in the schedule's first second.
    assert_eq!(
        refused(&InitNetwork {
            drawn_before: 1,
            ..good
        }),
        E::AboveSchedule
    );
}

#[test]
fn the_authority_is_a_third_key() {
    let mut world = bare();
    let authority = world.authority.insecure_clone();
    let given = InitNetwork {
        oracle: authority.pubkey().to_bytes(),
        ..parameters()
    };
    let init = ix::init_network(&world, &given);
    assert_eq!(
        world.refused(&[&authority, &program_key()], &[init]),
        E::KeysNotDistinct
    );
}

#[test]
fn the_mint_has_eight_decimals() {
    let mut world = bare();
    world.set(world.mint, token::mint(9));
    let authority = world.authority.insecure_clone();
    let init = ix::init_network(&world, &parameters());
    assert_eq!(
        world.refused(&[&authority, &program_key()], &[init]),
        E::WrongMint
    );
    for same in [world.mint, world.usdc] {
        let mut world = bare();
        let authority = world.authority.insecure_clone();
        let mut init = ix::init_network(&world, &parameters());
        init.accounts[3].pubkey = same;
        init.accounts[4].pubkey = same;
        assert_eq!(
            world.refused(&[&authority, &program_key()], &[init]),
            E::WrongMint
        );
    }
}

#[test]
fn lamports_sent_ahead_do_not_stop_it() {
    let mut world = bare();
    for address in [world.network, world.stake_vault, world.rewards, world.schedule] {
        world.svm.airdrop(&address, 1_000_000).unwrap();
    }
    let authority = world.authority.insecure_clone();
    let init = ix::init_network(&world, &parameters());
    world.ok(&[&authority, &program_key()], &[init]);
}
