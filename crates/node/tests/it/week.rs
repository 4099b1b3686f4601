//! A week of a gamer's machine in virtual time: work, games, a film, sleep, heat, a driver's crash, a clock that jumps,
//! a card that is pulled out.

use hearth_node::{DeviceSight, Event, HostSight};
use hearth_types::{
    device::DeviceState,
    id::DeviceId,
    policy::{Days, DevicePolicy, Hours, LendWhen, MinuteOfDay},
    time::UnixMillis,
};

use crate::support::{A, B, HOUR, MINUTE, World, always, hot, loaded, program, quiet};

fn input(world: &World) -> HostSight {
    HostSight {
        input_at: Some(world.mono),
        ..HostSight::default()
    }
}

/// A device's reasons in order.
fn reasons(world: &World, device: DeviceId) -> Vec<&'static str> {
    let all = world
        .node
        .log()
        .timeline(device, UnixMillis(0), UnixMillis(u64::MAX));
    all.map(|state| state.reason.code()).collect()
}

#[test]
fn a_week_goes_as_its_owner_would_expect() {
    let mut world = World::lending();
    world.policy(
        A,
        DevicePolicy {
            lend: LendWhen::WhenIdle,
            ..always()
        },
    );
    world.policy(
        B,
        DevicePolicy {
            hours: vec![Hours {
                days: Days::ALL,
                from: MinuteOfDay::at(20, 0).unwrap(),
                until: MinuteOfDay::at(8, 0).unwrap(),
            }],
            ..always()
        },
    );
    world.host(input(&world));
    let begin = reasons(&world, A).len();
    for day in 0..7 {
        // At work until the evening; then a game; then a film; then the night.
        for _ in 0..48 {
            let used = input(&world);
            world.host(used);
            world.pass(5 * MINUTE - 1);
        }
        world.see(A, loaded("Portal 2", 95));
        world.pass(2 * HOUR);
        world.see(A, quiet());
        let mut film = input(&world);
        film.fullscreen = Some(program("mpv"));
        film.media = Some(program("mpv"));
        world.host(film);
        world.pass(2 * HOUR);
        world.host(HostSight {
            input_at: Some(world.mono - 2 * HOUR),
            ..HostSight::default()
        });
        match day {
            1 => {
                world.start(&[A], 0);
                world.see(A, hot(104));
                world.end();
                world.see(A, hot(50));
            }
            2 => {
                world.tell(Event::Suspending);
                world.mono += 6 * HOUR;
                world.tell(Event::Resumed);
            }
            3 => {
                let crashed = DeviceSight {
                    state: DeviceState::NoDriver,
                    ..DeviceSight::default()
                };
                world.see(A, crashed);
                world.pass(MINUTE);
                world.see(A, quiet());
            }
            4 => {
                // The calendar jumps a day ahead and back; durations do not care.
                world.epoch += 24 * HOUR;
                world.tell(Event::Tick);
                world.epoch -= 24 * HOUR;
                world.tell(Event::Tick);
            }
            5 => {
                world.tell(Event::DeviceGone { device: A });
                world.pass(HOUR);
                world.see(A, quiet());
            }
            _ => {}
        }
        let into_day = world.mono % (24 * HOUR);
        world.pass(24 * HOUR - into_day);
    }
    // Every day: the user, the game, the film while nobody touches anything.
    let usual = ["uses_gpu", "after_game", "in_use", "waiting_for_renter"];
    let mut expected = vec!["in_use"];
    for day in 0..7 {
        if day > 0 {
            expected.push("in_use");
        }
        expected.extend(usual);
        expected.extend::<&[&str]>(match day {
            1 => &["running_lease", "too_hot", "too_hot", "waiting_for_renter"],
            2 => &["suspending", "waiting_for_renter"],
            3 => &["no_driver", "waiting_for_renter"],
            5 => &["device_lost", "waiting_for_renter"],
            _ => &[],
        });
    }
    assert_eq!(reasons(&world, A)[begin - 1..], expected);
    // The other device has been offered from the start, and then each night.
    let nights = reasons(&world, B)
        .into_iter()
        .filter(|code| *code == "waiting_for_renter");
    assert_eq!(nights.count(), 1 + 7);
}
