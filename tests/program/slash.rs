//! Slashing.

use hearth_program_interface::account::{Slash, SlashReason, SlashStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, SlashPosted, SlashTaken};
use hearth_program_interface::params::{
    ABANDON_SECONDS, DAY, EPOCH_SECONDS, SLASH_PENDING_SECONDS, SLASH_TAKE_SECONDS,
};
use solana_keypair::Keypair;
use solana_sdk::pubkey::Pubkey;

use crate::harness::{COOLDOWN, IO, MIN_STAKE, Provider, Wallet, World, ix};

pub(crate) const EVIDENCE: [u8; 32] = [6; 32];

pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) provider: Provider,
    pub(crate) device: Pubkey,
    pub(crate) verifier: Keypair,
    pub(crate) authority: Keypair,
    pub(crate) stranger: Wallet,
}

/// One device at its least stake in a network where that is less than 1 % of all stake.
pub(crate) fn large() -> Scene {
    let mut scene = small();
    let whale = scene.world.wallet();
    let stake = ix::stake(&scene.world, &whale, [0; 32], &Keypair::new(), 90_000 * IO);
    scene.world.ok(&[&whale.key], &[stake]);
    scene
}

/// One device with all the stake there is.
pub(crate) fn small() -> Scene {
    let mut world = World::new();
    let provider = world.provider(1);
    Scene {
        device: provider.devices[0],
        verifier: world.verifier.insecure_clone(),
        authority: world.authority.insecure_clone(),
        stranger: world.wallet(),
        provider,
        world,
    }
}

impl Scene {
    pub(crate) fn post(&mut self, reason: SlashReason, evidence: [u8; 32]) -> Slash {
        let post = ix::post_slash(&self.world, &self.device, reason, evidence);
        self.world.ok(&[&self.verifier], &[post]);
        ix::slash_of(&self.world, &self.device, evidence)
    }

    pub(crate) fn take(&mut self) -> Vec<Event> {
        let take = ix::take_slash(&self.world, &self.device, EVIDENCE);
        self.world.ok(&[&self.stranger.key], &[take])
    }

    pub(crate) fn slash(&self) -> Slash {
        ix::slash_of(&self.world, &self.device, EVIDENCE)
    }
}

#[test]
fn a_slash_is_posted_with_its_base() {
    let mut scene = small();
    let post = ix::post_slash(&scene.world, &scene.device, SlashReason::FailedProofs, EVIDENCE);
    let events = scene.world.ok(&[&scene.verifier], std::slice::from_ref(&post));
    let at = scene.world.now();
    let logged = SlashPosted {
        slash: ix::slash_address(&scene.world, &scene.device, EVIDENCE).to_bytes(),
        device: scene.device.to_bytes(),
        owner: scene.provider.wallet.address().to_bytes(),
        reason: SlashReason::FailedProofs,
        evidence: EVIDENCE,
        base: MIN_STAKE,
        amount: MIN_STAKE / 20,
        takes_from: at + SLASH_PENDING_SECONDS,
        at,
    };
    assert_eq!(events, [Event::SlashPosted(logged)]);
    assert_eq!(
        scene.world.refused(&[&scene.verifier], &[post]),
        E::AlreadyExists,
        "evidence once"
    );
    let none = ix::post_slash(&scene.world, &scene.device, SlashReason::FailedProofs, [0; 32]);
    assert_eq!(
        scene.world.refused(&[&scene.verifier], &[none]),
        E::EvidenceMissing
    );
}

#[test]
fn abandoned_leases_double_within_30_days() {
    let mut scene = large();
    let share = |slash: Slash| slash.amount * 10_000 / slash.base;
    let mut shares = Vec::new();
    for number in 1..=5 {
        shares.push(share(scene.post(SlashReason::Abandoned, [number; 32])));
        scene.world.pass(ABANDON_SECONDS - 1);
    }
    assert_eq!(shares, [300, 600, 1_200, 2_400, 2_400]);
    scene.world.pass(1);
    assert_eq!(share(scene.post(SlashReason::Abandoned, [9; 32])), 300);
}

#[test]
fn the_base_is_the_highest_requirement_of_14_days() {
    let mut scene = large();
    let active = hearth_program_interface::account::DeviceStatus::Active;
    for required in [3 * MIN_STAKE, MIN_STAKE] {
        let classify = ix::classify(&scene.world, &scene.device, required, active);
        scene.world.ok(&[&scene.verifier], &[classify]);
    }
    assert_eq!(scene.post(SlashReason::Spoofed, [1; 32]).amount, 3 * MIN_STAKE);
    scene.world.pass(14 * DAY);
    assert_eq!(scene.post(SlashReason::Spoofed, [2; 32]).amount, MIN_STAKE);
}

#[test]
fn a_slash_waits_a_day_then_goes_to_the_vault() {
    let mut scene = large();
    scene.post(SlashReason::Cheating, EVIDENCE);
    let take = ix::take_slash(&scene.world, &scene.device, EVIDENCE);
    scene.world.pass(SLASH_PENDING_SECONDS - 1);
    assert_eq!(
        scene.world.refused(&[&scene.stranger.key], &[take]),
        E::SlashWaits
    );
    scene.world.pass(1);
    let events = scene.take();
    let logged = SlashTaken {
        slash: ix::slash_address(&scene.world, &scene.device, EVIDENCE).to_bytes(),
        device: scene.device.to_bytes(),
        owner_staked: MIN_STAKE / 10,
        owner_cooling: 0,
        co_staked: 0,
        uncovered: 0,
        status: SlashStatus::Held,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::SlashTaken(logged)]);
    assert_eq!(scene.world.io(&scene.world.slash_vault), MIN_STAKE / 10);
    let device = scene.world.device(&scene.device);
    assert_eq!(
        (device.staked, device.slashed, device.slashes),
        (MIN_STAKE * 9 / 10, MIN_STAKE / 10, 0)
    );
    let again = ix::take_slash(&scene.world, &scene.device, EVIDENCE);
    assert_eq!(
        scene.world.refused(&[&scene.stranger.key], &[again]),
        E::SlashNotPending
    );
}

#[test]
fn nothing_leaves_while_a_slash_is_pending() {
    let mut scene = large();
    let (owner, device) = (scene.provider.wallet.key.insecure_clone(), scene.device);
    let request = ix::request_unstake(&scene.world, &scene.provider.wallet, &device, IO);
    scene.world.ok(&[&owner], &[request]);
    scene.post(SlashReason::Cheating, EVIDENCE);
    scene.world.pass(COOLDOWN);
    let more = ix::request_unstake(&scene.world, &scene.provider.wallet, &device, IO);
    assert_eq!(
        scene.world.refused(&[&owner], std::slice::from_ref(&more)),
        E::SlashPending
    );
    let withdraw = ix::withdraw(&scene.world, &scene.provider.wallet, &device);
    assert_eq!(
        scene.world.refused(&[&owner], std::slice::from_ref(&withdraw)),
        E::SlashPending
    );
    scene.take();
    scene.world.ok(&[&owner], &[withdraw]);
    scene.world.ok(&[&owner], &[more]);
}

#[test]
fn the_owners_part_goes_first_then_what_cools_then_the_co_stakers() {
    let mut scene = large();
    let (co, device) = (scene.world.wallet(), scene.device);
    let owner = &scene.provider.wallet;
    let terms = (MIN_STAKE / 2, 1);
    let offer = ix::offer(&scene.world, owner, &device, terms);
    scene.world.ok(&[&owner.key], &[offer]);
    let accept = ix::accept_offer(&scene.world, &co, &device, terms);
    scene.world.ok(&[&co.key], &[accept]);
    // 100 IO leave at once; 60 of the other 100 stay, with 40 cooling, after stake comes back.
    let out = ix::request_unstake(&scene.world, owner, &device, MIN_STAKE / 2 + 40 * IO);
    scene.world.ok(&[&owner.key], &[out]);
    assert_eq!(scene.world.device(&device).cooling, 100 * IO);
    let back = ix::stake(&scene.world, owner, [0; 32], &scene.provider.node, 70 * IO);
    scene.world.ok(&[&owner.key], &[back]);
    scene.post(SlashReason::Spoofed, EVIDENCE);
    scene.world.pass(DAY);
    let events = scene.take();
    let Some(Event::SlashTaken(taken)) = events.first() else {
        panic!("{events:?}")
    };
    assert_eq!(
        (
            taken.owner_staked,
            taken.owner_cooling,
            taken.co_staked,
            taken.uncovered
        ),
        (70 * IO, 100 * IO, 30 * IO, 0)
    );
    let now = scene.world.device(&device);
    assert_eq!(
        (now.staked, now.cooling, now.unlock_at, now.co.staked),
        (0, 0, 0, 70 * IO)
    );
}

#[test]
fn what_no_stake_covers_is_left_to_the_rewards() {
    let mut scene = large();
    let owner = &scene.provider.wallet;
    let request = ix::request_unstake(&scene.world, owner, &scene.device, 150 * IO);
    scene.world.ok(&[&owner.key], &[request]);
    scene.world.pass(COOLDOWN);
    let withdraw = ix::withdraw(&scene.world, owner, &scene.device);
    scene.world.ok(&[&owner.key], &[withdraw]);
    scene.post(SlashReason::Spoofed, EVIDENCE);
    scene.world.pass(DAY);
    scene.take();
    let slash = scene.slash();
    assert_eq!(
        (slash.taken_owner, slash.uncovered, slash.status),
        (50 * IO, 150 * IO, SlashStatus::Held)
    );
}

#[test]
fn a_slash_above_1_percent_is_taken_in_parts() {
    let mut scene = small();
    scene.post(SlashReason::Cheating, EVIDENCE);
    scene.world.pass(DAY);
    let mut left = MIN_STAKE;
    for _ in 0..10 {
        let cap = left / 100;
        scene.take();
        let again = ix::take_slash(&scene.world, &scene.device, EVIDENCE);
        assert_eq!(
            scene.world.refused(&[&scene.stranger.key], &[again]),
            E::SlashCapReached
        );
        left -= cap;
        assert_eq!(scene.world.device(&scene.device).staked, left);
        assert_eq!(scene.slash().status, SlashStatus::Pending);
        scene.world.pass(EPOCH_SECONDS);
    }
    scene.take();
    assert_eq!(scene.slash().status, SlashStatus::Held);
    assert_eq!(scene.world.device(&scene.device).staked, MIN_STAKE * 9 / 10);
}

#[test]
fn the_cap_is_of_the_whole_network() {
    let mut scene = small();
    let other = scene.world.provider(1);
    scene.post(SlashReason::Spoofed, EVIDENCE);
    let second = ix::post_slash(&scene.world, &other.devices[0], SlashReason::Spoofed, EVIDENCE);
    scene.world.ok(&[&scene.verifier], &[second]);
    scene.world.pass(DAY);
    scene.take();
    assert_eq!(scene.slash().taken_owner, 4 * IO);
    let take = ix::take_slash(&scene.world, &other.devices[0], EVIDENCE);
    assert_eq!(
        scene.world.refused(&[&scene.stranger.key], &[take]),
        E::SlashCapReached
    );
}

#[test]
fn a_slash_that_cannot_be_taken_is_let_go() {
    let mut scene = small();
    scene.post(SlashReason::Spoofed, EVIDENCE);
    scene.world.pass(SLASH_PENDING_SECONDS + SLASH_TAKE_SECONDS);
    scene.take();
    let slash = scene.slash();
    assert_eq!(
        (slash.taken_owner, slash.uncovered, slash.status),
        (2 * IO, 0, SlashStatus::Held)
    );
    let owner = &scene.provider.wallet;
    let request = ix::request_unstake(&scene.world, owner, &scene.device, MIN_STAKE - 2 * IO);
    scene.world.ok(&[&owner.key], &[request]);
}

#[test]
fn nobody_stakes_into_a_pending_slash() {
    let mut scene = large();
    let (co, device) = (scene.world.wallet(), scene.device);
    let owner = &scene.provider.wallet;
    let terms = (MIN_STAKE / 2, 1);
    let offer = ix::offer(&scene.world, owner, &device, terms);
    scene.world.ok(&[&owner.key], &[offer]);
    scene.post(SlashReason::FailedProofs, EVIDENCE);
    let accept = ix::accept_offer(&scene.world, &co, &device, terms);
    assert_eq!(
        scene.world.refused(&[&co.key], std::slice::from_ref(&accept)),
        E::SlashPending
    );
    scene.world.pass(DAY);
    scene.take();
    scene.world.ok(&[&co.key], &[accept]);
}
