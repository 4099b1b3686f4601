//! How slashes end: voided, restored, burned.

use hearth_program_interface::account::{SlashReason, SlashStatus};
use hearth_program_interface::error::ProgramError as E;
use hearth_program_interface::event::{Event, SlashBurned, SlashRestored, SlashVoided};
use hearth_program_interface::params::{DAY, SLASH_HOLD_SECONDS};
use solana_sdk::signer::Signer as _;

use crate::harness::{IO, MIN_STAKE, PURSE, Rental, copy, ix};
use crate::slash::{EVIDENCE, large, small};

#[test]
fn the_authority_voids_and_restores() {
    let mut scene = small();
    scene.post(SlashReason::Cheating, EVIDENCE);
    let restore = ix::restore_slash(&scene.world, &scene.device, EVIDENCE, &scene.stranger.token);
    assert_eq!(
        scene
            .world
            .refused(&[&scene.authority], std::slice::from_ref(&restore)),
        E::SlashNotHeld
    );
    scene.world.pass(DAY);
    scene.take();
    let void = ix::void_slash(&scene.world, &scene.device, EVIDENCE);
    let events = scene.world.ok(&[&scene.authority], std::slice::from_ref(&void));
    let address = ix::slash_address(&scene.world, &scene.device, EVIDENCE).to_bytes();
    let logged = SlashVoided {
        slash: address,
        device: scene.device.to_bytes(),
        status: SlashStatus::Held,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::SlashVoided(logged)]);
    assert_eq!(
        scene.world.refused(&[&scene.authority], &[void]),
        E::SlashNotPending
    );
    let events = scene
        .world
        .ok(&[&scene.authority], std::slice::from_ref(&restore));
    let logged = SlashRestored {
        slash: address,
        device: scene.device.to_bytes(),
        owner_amount: 2 * IO,
        co_wallet: [0; 32],
        co_amount: 0,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::SlashRestored(logged)]);
    assert_eq!(scene.world.device(&scene.device).staked, MIN_STAKE);
    assert_eq!(
        scene.world.refused(&[&scene.authority], &[restore]),
        E::SlashNotHeld
    );
    scene.post(SlashReason::Cheating, [7; 32]);
    let void = ix::void_slash(&scene.world, &scene.device, [7; 32]);
    scene.world.ok(&[&scene.authority], &[void]);
    assert_eq!(
        ix::slash_of(&scene.world, &scene.device, [7; 32]).status,
        SlashStatus::Voided
    );
    assert_eq!(scene.world.device(&scene.device).slashes, 0);
}

#[test]
fn a_co_staker_gets_its_part_back_itself() {
    let mut scene = large();
    let (co, device) = (scene.world.wallet(), scene.device);
    let owner = copy(&scene.provider.wallet);
    let terms = (MIN_STAKE / 2, 1);
    let offer = ix::offer(&scene.world, &owner, &device, terms);
    scene.world.ok(&[&owner.key], &[offer]);
    let accept = ix::accept_offer(&scene.world, &co, &device, terms);
    scene.world.ok(&[&co.key], &[accept]);
    let out = ix::request_unstake(&scene.world, &owner, &device, MIN_STAKE / 2);
    scene.world.ok(&[&owner.key], &[out]);
    scene.post(SlashReason::Spoofed, EVIDENCE);
    scene.world.pass(DAY);
    scene.take();
    // All of it is gone: the owner may end the offer, and the co-staker still gets its part back.
    let cancel = ix::cancel_offer(&scene.world, &owner, &device);
    scene.world.ok(&[&owner.key], &[cancel]);
    let astray = ix::restore_slash(&scene.world, &device, EVIDENCE, &owner.token);
    assert_eq!(
        scene.world.refused(&[&scene.authority], &[astray]),
        E::WrongTokenAccount
    );
    let restore = ix::restore_slash(&scene.world, &device, EVIDENCE, &co.token);
    scene.world.ok(&[&scene.authority], &[restore]);
    assert_eq!(scene.world.io(&co.token), PURSE);
    assert_eq!(scene.world.device(&device).staked, MIN_STAKE / 2);
}

#[test]
fn a_slash_is_burned_after_30_days() {
    let mut scene = large();
    scene.post(SlashReason::Cheating, EVIDENCE);
    let burn = ix::burn_slash(&scene.world, &scene.device, EVIDENCE);
    assert_eq!(
        scene
            .world
            .refused(&[&scene.stranger.key], std::slice::from_ref(&burn)),
        E::SlashNotHeld
    );
    scene.world.pass(DAY);
    scene.take();
    scene.world.pass(SLASH_HOLD_SECONDS - 1);
    assert_eq!(
        scene
            .world
            .refused(&[&scene.stranger.key], std::slice::from_ref(&burn)),
        E::SlashStillHeld
    );
    scene.world.pass(1);
    let events = scene
        .world
        .ok(&[&scene.stranger.key], std::slice::from_ref(&burn));
    let logged = SlashBurned {
        slash: ix::slash_address(&scene.world, &scene.device, EVIDENCE).to_bytes(),
        device: scene.device.to_bytes(),
        amount: MIN_STAKE / 10,
        at: scene.world.now(),
    };
    assert_eq!(events, [Event::SlashBurned(logged)]);
    assert_eq!(scene.world.burned(&scene.world.mint), MIN_STAKE / 10);
    assert_eq!(
        scene.world.refused(&[&scene.stranger.key], &[burn]),
        E::SlashNotHeld
    );
    let restore = ix::restore_slash(&scene.world, &scene.device, EVIDENCE, &scene.stranger.token);
    assert_eq!(
        scene.world.refused(&[&scene.authority], &[restore]),
        E::SlashNotHeld
    );
}

#[test]
fn a_hired_device_can_be_slashed_and_is_not_hired_again() {
    let mut scene = large();
    let renter = scene.world.wallet();
    let rental = Rental::opened(&mut scene.world, &scene.provider, &renter);
    scene.post(SlashReason::Abandoned, EVIDENCE);
    scene.world.pass(DAY);
    scene.take();
    let close = rental.close(&scene.world, 0, 0);
    scene.world.ok(&[&renter.key], &close);
    let next = Rental::new(&mut scene.world, &scene.provider, &renter);
    let open = next.open(&scene.world);
    assert_eq!(scene.world.refused(&[&renter.key], &open), E::DeviceNotStaked);
}

#[test]
fn each_role_does_its_own_part_only() {
    let mut scene = small();
    let mut post = ix::post_slash(&scene.world, &scene.device, SlashReason::Cheating, EVIDENCE);
    post.accounts[0].pubkey = scene.authority.pubkey();
    assert_eq!(scene.world.refused(&[&scene.authority], &[post]), E::NotVerifier);
    scene.post(SlashReason::Cheating, EVIDENCE);
    let mut void = ix::void_slash(&scene.world, &scene.device, EVIDENCE);
    void.accounts[0].pubkey = scene.verifier.pubkey();
    assert_eq!(scene.world.refused(&[&scene.verifier], &[void]), E::NotAuthority);
    scene.world.pass(DAY);
    scene.take();
    let mut restore = ix::restore_slash(&scene.world, &scene.device, EVIDENCE, &scene.stranger.token);
    restore.accounts[0].pubkey = scene.stranger.address();
    assert_eq!(
        scene.world.refused(&[&scene.stranger.key], &[restore]),
        E::NotAuthority
    );
}
