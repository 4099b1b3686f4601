//! Slowing down before stopping, and no to and fro.

use hearth_node::{CapRange, DeviceSight, Effect};
use hearth_types::{
    device::DeviceState,
    policy::{Ceilings, DevicePhase, DevicePolicy},
};

use crate::support::{A, World, always, hot, kills, quiet};

const STEP: u64 = 10_000;
const HOLD: u64 = 60_000;

fn caps(effects: &[(u64, Effect)]) -> Vec<(u64, Option<u32>)> {
    let found = effects.iter().filter_map(|(at, effect)| {
        if let Effect::SetPowerCap { watts, .. } = effect {
            return Some((*at, Some(*watts)));
        }
        matches!(effect, Effect::RestorePowerCap { .. }).then_some((*at, None))
    });
    found.collect()
}

#[test]
fn power_goes_down_step_by_step_then_the_device_stops_and_comes_back_slow() {
    let mut world = World::lending();
    world.start(&[A], 0);
    let down = world.pass_seeing(A, &hot(96), 5 * STEP);
    let expected = [(STEP, 250), (2 * STEP, 200), (3 * STEP, 150), (4 * STEP, 100)];
    let steps: Vec<_> = caps(&down).into_iter().collect();
    let expected: Vec<_> = expected
        .into_iter()
        .map(|(at, watts)| (at, Some(watts)))
        .collect();
    assert_eq!(steps[..4], expected);
    // The fifth step is the stop; the power limit is given back with the device.
    let stop = &down[down.len() - 4..];
    assert!(
        stop.iter()
            .any(|(at, e)| *at == 5 * STEP && matches!(e, Effect::Kill { .. }))
    );
    assert_eq!(steps.last(), Some(&(5 * STEP, None)));
    world.end();
    assert_eq!(world.phase(A), DevicePhase::Cooling);
    // Between ceiling and band nothing happens.
    world.pass_seeing(A, &hot(90), 2 * HOLD);
    assert_eq!(world.phase(A), DevicePhase::Cooling);
    world.pass_seeing(A, &hot(60), HOLD - 1);
    assert_eq!(world.phase(A), DevicePhase::Cooling);
    world.pass(1);
    assert_eq!(world.phase(A), DevicePhase::Standby);
    let begin = world.start(&[A], 0);
    assert!(
        begin.contains(&Effect::SetPowerCap {
            device: A,
            watts: 100
        }),
        "{begin:?}"
    );
    let began = world.mono;
    let up: Vec<_> = caps(&world.pass_seeing(A, &hot(60), 4 * HOLD));
    let watts: Vec<_> = up.iter().map(|(_, watts)| *watts).collect();
    assert_eq!(watts, [Some(150), Some(200), Some(250), None]);
    let mut moments = vec![began];
    moments.extend(up.iter().map(|(at, _)| *at));
    // The first hold began with the end of the stop.
    assert!(
        moments[1..].windows(2).all(|pair| pair[1] - pair[0] == HOLD),
        "{moments:?}"
    );
    assert_eq!(world.phase(A), DevicePhase::Lending);
}

#[test]
fn a_spike_does_nothing() {
    let mut world = World::lending();
    world.start(&[A], 0);
    for _ in 0..100 {
        world.see(A, hot(100));
        world.pass(STEP - 1);
        assert_eq!(world.see(A, hot(94)), []);
        world.pass(1);
    }
}

#[test]
fn where_power_cannot_be_limited_the_step_is_the_stop() {
    let mut world = World::lending();
    world.start(&[A], 0);
    let fixed = DeviceSight { cap: None, ..hot(96) };
    world.see(A, fixed.clone());
    world.pass(STEP - 1);
    assert_eq!(world.phase(A), DevicePhase::Lending);
    world.pass(1);
    assert_eq!(world.phase(A), DevicePhase::Yielding);
}

#[test]
fn an_owner_may_want_the_stop_at_once() {
    let mut world = World::lending();
    let ceilings = Ceilings {
        slow_first: false,
        ..Ceilings::default()
    };
    world.policy(A, DevicePolicy { ceilings, ..always() });
    world.start(&[A], 0);
    world.see(A, hot(96));
    let passed = world.pass(STEP);
    assert_eq!(kills(&passed.into_iter().map(|(_, e)| e).collect::<Vec<_>>()), 1);
}

#[test]
fn a_ceiling_on_power_is_a_limit_while_something_runs() {
    let mut world = World::lending();
    let ceilings = Ceilings {
        power_w: Some(220),
        ..Ceilings::default()
    };
    let effects = world.policy(A, DevicePolicy { ceilings, ..always() });
    assert_eq!(effects, [], "the owner's own use is not limited");
    let cap = Effect::SetPowerCap {
        device: A,
        watts: 220,
    };
    assert!(world.start(&[A], 0).contains(&cap));
    assert!(world.end().contains(&Effect::RestorePowerCap { device: A }));
}

#[test]
fn a_limit_beyond_what_the_driver_takes_is_none() {
    for (ceiling, expected) in [(20, Some(100)), (100, Some(100)), (300, None), (9_999, None)] {
        let mut world = World::lending();
        let ceilings = Ceilings {
            power_w: Some(ceiling),
            ..Ceilings::default()
        };
        world.policy(A, DevicePolicy { ceilings, ..always() });
        let effects: Vec<_> = world.start(&[A], 0).into_iter().map(|e| (0, e)).collect();
        assert_eq!(caps(&effects).first().and_then(|(_, watts)| *watts), expected);
    }
}

#[test]
fn a_device_that_sleeps_gets_its_limit_back_when_it_wakes() {
    let mut world = World::lending();
    world.start(&[A], 0);
    world.pass_seeing(A, &hot(96), STEP);
    world.see(A, hot(96));
    let asleep = DeviceSight {
        state: DeviceState::Asleep,
        ..DeviceSight::default()
    };
    world.see(A, asleep);
    let effects: Vec<_> = world.end().into_iter().map(|e| (0, e)).collect();
    assert_eq!(caps(&effects), []);
    let woken = world.see(
        A,
        DeviceSight {
            cap: Some(CapRange {
                min_w: 100,
                default_w: 300,
            }),
            ..quiet()
        },
    );
    assert!(woken.contains(&Effect::RestorePowerCap { device: A }));
}
