//! Giving a GPU back: with and without notice, what others keep, and what is paid.

use hearth_node::{Effect, Event, KILL_AGAIN_MILLIS};
use hearth_types::policy::{DevicePhase, DeviceReason};

use crate::support::{A, B, LEASE, World, hot, kills, loaded, quiet};

const KILL: Effect = Effect::Kill { lease: LEASE };

#[test]
fn without_notice_the_kill_comes_first_and_at_once() {
    let mut world = World::lending();
    world.start(&[A], 0);
    world.pass(12_345);
    let effects = world.see(A, loaded("portal2", 90));
    assert_eq!(effects[0], KILL);
    assert_eq!(effects[1], Effect::Withdraw { device: A });
    assert_eq!(world.phase(A), DevicePhase::Yielding);
    assert_eq!(world.phase(B), DevicePhase::Standby);
    world.pass(400);
    let effects = world.end();
    let Effect::Finished {
        lease: LEASE,
        worked_seconds: 13,
        interrupted,
    } = &effects[0]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(interrupted.as_ref().map(DeviceReason::code), Some("uses_gpu"));
    assert_eq!(world.phase(A), DevicePhase::Paused);
}

#[test]
fn with_notice_the_workload_is_signalled_and_killed_when_it_is_over() {
    let mut world = World::lending();
    world.start(&[A], 20);
    world.pass(5_000);
    let effects = world.see(A, loaded("portal2", 90));
    let kill_at = world.mono + 20_000;
    assert_eq!(
        effects[0],
        Effect::Checkpoint {
            lease: LEASE,
            kill_at
        }
    );
    assert_eq!(kills(&effects), 0);
    // The game ends: the workload was told to end, and ends.
    world.see(A, quiet());
    let passed = world.pass(20_000);
    let kills: Vec<u64> = passed
        .iter()
        .filter(|(_, e)| *e == KILL)
        .map(|(at, _)| *at)
        .collect();
    assert_eq!(kills, [kill_at]);
    let finished = world.end().remove(0);
    assert!(
        matches!(
            finished,
            Effect::Finished {
                worked_seconds: 5,
                ..
            }
        ),
        "{finished:?}"
    );
}

#[test]
fn what_cannot_wait_ends_a_notice() {
    let mut world = World::lending();
    world.start(&[A], 300);
    world.pass(1_000);
    assert_eq!(kills(&world.see(A, loaded("portal2", 90))), 0);
    assert_eq!(kills(&world.tell(Event::Suspending)), 1);
}

#[test]
fn a_device_that_nobody_had_to_look_at_is_not_taken_for_unseen() {
    let mut world = World::lending();
    world.pass(3_600_000);
    assert_eq!(kills(&world.start(&[A], 0)), 0);
    world.pass(29_999);
    assert_eq!(world.phase(A), DevicePhase::Lending);
    world.pass(1);
    assert_eq!(world.reason(A).code(), "unseen");
}

#[test]
fn critical_heat_waits_for_no_notice() {
    let mut world = World::lending();
    world.start(&[A], 300);
    world.pass(1_000);
    assert_eq!(kills(&world.see(A, hot(103))), 1);
}

#[test]
fn a_kill_is_said_again_until_the_workload_is_gone() {
    let mut world = World::lending();
    world.start(&[A], 0);
    world.see(A, loaded("portal2", 90));
    let again = world.pass(3 * KILL_AGAIN_MILLIS);
    assert_eq!(again.iter().filter(|(_, effect)| *effect == KILL).count(), 3);
    world.end();
    assert_eq!(world.pass(10 * KILL_AGAIN_MILLIS), []);
}

#[test]
fn what_starts_on_a_device_that_may_not_lend_is_killed_whatever_its_notice() {
    let mut world = World::lending();
    world.see(A, loaded("portal2", 90));
    let effects = world.start(&[A, B], 600);
    assert_eq!(effects[0], KILL);
    assert_eq!(world.phase(B), DevicePhase::Yielding);
}

#[test]
fn jobs_on_other_devices_go_on() {
    let mut world = World::lending();
    world.start(&[B], 0);
    let effects = world.see(A, loaded("portal2", 90));
    assert_eq!(kills(&effects), 0);
    assert_eq!(world.phase(B), DevicePhase::Lending);
}

#[test]
fn a_workload_that_ends_by_itself_was_not_interrupted() {
    let mut world = World::lending();
    world.start(&[A], 0);
    world.pass(1);
    let finished = Effect::Finished {
        lease: LEASE,
        worked_seconds: 1,
        interrupted: None,
    };
    assert_eq!(world.end()[0], finished);
    assert_eq!(world.end(), [], "it comes once");
}
