//! Each reason once: what leads to it, what it says, and what ends it.

use hearth_node::{DeviceSight, Event, HostSight, Pause, Readings, Scope};
use hearth_types::{
    device::DeviceState,
    money::{IoPerSecond, UsdNanos, UsdPerKwh},
    policy::{
        BelowCost, Ceilings, Days, DevicePhase, DevicePolicy, GameSigns, Hours, LendWhen, MinuteOfDay,
        NodePolicy, OnBattery, Resumes, Tariff, TariffHours,
    },
    time::{UnixMillis, UtcOffset},
};

use crate::support::{
    A, B, HOUR, LEASE, MINUTE, NOON, World, always, hot, loaded, on_battery, program, quiet,
};

/// Leads device A into a state; its phase, code and end, and that B is as it was or not.
fn table(
    lead: impl FnOnce(&mut World),
    phase: DevicePhase,
    code: &str,
    resumes: impl FnOnce(Resumes) -> bool,
    b_lends: bool,
) {
    let mut world = World::lending();
    lead(&mut world);
    let state = world.state(A);
    assert_eq!((state.phase, state.reason.code()), (phase, code));
    assert!(resumes(state.resumes), "{code}: {:?}", state.resumes);
    assert_eq!(world.phase(B) == Standby, b_lends, "{code}: device B");
    let offered = world.node.offered(A).is_some();
    let may_be = matches!(phase, Standby | Lending | Slowed);
    assert_eq!(offered, may_be, "{code}: offered");
}

fn with(change: impl FnOnce(&mut DevicePolicy)) -> DevicePolicy {
    let mut policy = always();
    change(&mut policy);
    policy
}

fn hours(from: u16, until: u16) -> Hours {
    Hours {
        days: Days::ALL,
        from: MinuteOfDay::at(from, 0).unwrap(),
        until: MinuteOfDay::at(until, 0).unwrap(),
    }
}

fn after(seconds: u32) -> impl Fn(Resumes) -> bool {
    move |resumes| resumes == Resumes::After { seconds }
}

fn at(moment: u64) -> impl Fn(Resumes) -> bool {
    move |resumes| {
        resumes
            == Resumes::At {
                at: UnixMillis(NOON.0 + moment),
            }
    }
}

fn is(expected: Resumes) -> impl Fn(Resumes) -> bool {
    move |resumes| resumes == expected
}

use DevicePhase::{Cooling, Lending, Lost, Off, Paused, Slowed, Standby, Yielding};

#[test]
fn what_the_owner_says() {
    let none = is(Resumes::NotHeld);
    table(|_| {}, Standby, "waiting_for_renter", none, true);
    let lend = |w: &mut World| drop(w.tell(Event::Lend(false)));
    table(lend, Off, "not_lending", is(Resumes::ByOwner), false);
    let never = |w: &mut World| drop(w.policy(A, with(|p| p.lend = LendWhen::Never)));
    table(never, Off, "never_lent", is(Resumes::ByOwner), true);
    let pause = |scope, pause| move |w: &mut World| drop(w.tell(Event::Pause { scope, pause }));
    let hour = Pause::For { seconds: 3_600 };
    table(
        pause(Scope::Node, hour),
        Paused,
        "paused_by_owner",
        at(HOUR),
        false,
    );
    table(
        pause(Scope::Device(A), hour),
        Paused,
        "paused_by_owner",
        at(HOUR),
        true,
    );
    let restart = pause(Scope::Device(A), Pause::UntilRestart);
    table(restart, Paused, "paused_by_owner", is(Resumes::AtRestart), true);
}

#[test]
fn a_pause_ends_by_time_or_by_word() {
    let mut world = World::lending();
    let pause = |seconds| Event::Pause {
        scope: Scope::Node,
        pause: Pause::For { seconds },
    };
    world.tell(pause(3_600));
    world.pass(HOUR - 1);
    assert_eq!(world.phase(A), Paused);
    world.pass(1);
    assert_eq!(world.phase(A), Standby);
    world.tell(pause(3_600));
    world.tell(Event::Pause {
        scope: Scope::Device(B),
        pause: Pause::UntilRestart,
    });
    world.tell(Event::Resume { scope: Scope::Node });
    assert_eq!((world.phase(A), world.phase(B)), (Standby, Standby));
}

#[test]
fn what_is_there() {
    let state = |state| {
        move |w: &mut World| {
            w.see(A, DeviceSight { state, ..quiet() });
        }
    };
    let by_itself = || is(Resumes::ByItself);
    table(state(DeviceState::Lost), Lost, "device_lost", by_itself(), true);
    table(state(DeviceState::NoDriver), Lost, "no_driver", by_itself(), true);
    table(
        state(DeviceState::Asleep),
        Standby,
        "waiting_for_renter",
        is(Resumes::NotHeld),
        true,
    );
    let gone = |w: &mut World| drop(w.tell(Event::DeviceGone { device: A }));
    table(gone, Lost, "device_lost", by_itself(), true);
    let suspend = |w: &mut World| drop(w.tell(Event::Suspending));
    table(suspend, Paused, "suspending", by_itself(), false);
    let new = hearth_types::id::DeviceId([7; 32]);
    let mut world = World::lending();
    world.policy(new, always());
    assert_eq!(
        (world.phase(new), world.reason(new).code()),
        (Paused, "not_seen_yet")
    );
}

#[test]
fn games() {
    let load = |w: &mut World| drop(w.see(A, loaded("portal2", 20)));
    table(load, Paused, "uses_gpu", after(300), true);
    let little = |w: &mut World| drop(w.see(A, loaded("kwin", 19)));
    table(little, Standby, "waiting_for_renter", is(Resumes::NotHeld), true);
    let known = |w: &mut World| {
        w.policy(A, with(|p| p.not_games = vec!["Blender".into()]));
        w.see(A, loaded("blender", 99));
    };
    table(known, Standby, "waiting_for_renter", is(Resumes::NotHeld), true);

    // A sign that names no GPU counts for those that may show it.
    let host = |change: fn(&mut HostSight), games: GameSigns, screen: Option<bool>| {
        move |w: &mut World| {
            w.policy(B, with(|p| p.games = GameSigns::LoadOnly));
            w.policy(A, with(|p| p.games = games));
            let drives_screen = screen;
            w.see(
                A,
                DeviceSight {
                    drives_screen,
                    ..quiet()
                },
            );
            let mut sight = HostSight::default();
            change(&mut sight);
            w.host(sight);
        }
    };
    let full = |sight: &mut HostSight| sight.fullscreen = Some(program("portal2"));
    let mode = |sight: &mut HostSight| sight.game_mode = Some(program("portal2"));
    let vr = |sight: &mut HostSight| sight.vr = Some(program("vrserver"));
    table(
        host(full, GameSigns::WithScreen, None),
        Paused,
        "fullscreen",
        after(300),
        true,
    );
    table(
        host(mode, GameSigns::WithScreen, Some(true)),
        Paused,
        "game_mode",
        after(300),
        true,
    );
    table(
        host(vr, GameSigns::Always, Some(false)),
        Paused,
        "vr",
        after(300),
        true,
    );
    let quiet = is(Resumes::NotHeld);
    table(
        host(full, GameSigns::WithScreen, Some(false)),
        Standby,
        "waiting_for_renter",
        quiet,
        true,
    );
    let quiet = is(Resumes::NotHeld);
    table(
        host(vr, GameSigns::LoadOnly, Some(true)),
        Standby,
        "waiting_for_renter",
        quiet,
        true,
    );
}

#[test]
fn a_game_says_its_name_and_since_when_and_cools_down() {
    let mut world = World::lending();
    world.pass(14 * MINUTE);
    world.see(A, loaded("Portal 2", 80));
    world.pass(MINUTE);
    // Load may sink for a while; the game is still the same.
    world.see(A, loaded("Portal 2", 11));
    assert_eq!(
        world.state(A).text(UtcOffset(8 * 3_600)),
        "Paused: Portal 2 uses this GPU since 20:14. Resumes 5 min after it ends."
    );
    world.see(A, loaded("Portal 2", 9));
    assert_eq!(world.phase(A), Cooling);
    assert_eq!(
        world.state(A).text(UtcOffset(0)),
        "Cooling: a game ended a moment ago. Resumes at 12:20."
    );
    world.pass(5 * MINUTE - 1);
    assert_eq!(world.phase(A), Cooling);
    world.pass(1);
    assert_eq!(world.phase(A), Standby);
}

#[test]
fn a_game_that_shows_in_another_way_is_the_same_game() {
    let mut world = World::lending();
    let full = HostSight {
        fullscreen: Some(program("portal2")),
        ..HostSight::default()
    };
    world.host(full);
    let since = world.state(A).since;
    world.pass(MINUTE);
    world.see(A, loaded("portal2", 90));
    let hearth_types::policy::DeviceReason::UsesGpu { since: load, .. } = world.reason(A) else {
        panic!("{:?}", world.reason(A));
    };
    assert_eq!(*load, since);
}

#[test]
fn a_film_is_not_idleness_only_where_the_owner_says_so() {
    let film = || HostSight {
        input_at: Some(0),
        fullscreen: Some(program("mpv")),
        media: Some(program("mpv")),
        ..HostSight::default()
    };
    let lead = |media_is_use| {
        move |w: &mut World| {
            let idle = |p: &mut DevicePolicy| {
                p.lend = LendWhen::WhenIdle;
                p.media_is_use = media_is_use;
            };
            w.policy(A, with(idle));
            w.host(film());
            w.see(A, loaded("mpv", 40));
            w.pass(10 * MINUTE);
        }
    };
    table(
        lead(false),
        Standby,
        "waiting_for_renter",
        is(Resumes::NotHeld),
        true,
    );
    let mut world = World::lending();
    lead(true)(&mut world);
    // Where a film is use, its load on the GPU is use of the GPU.
    assert_eq!(world.reason(A).code(), "uses_gpu");
    world.see(A, quiet());
    world.pass(10 * MINUTE);
    assert_eq!(world.reason(A).code(), "media_playing");
}

#[test]
fn idleness() {
    let idle = |sight: HostSight| {
        move |w: &mut World| {
            w.policy(A, with(|p| p.lend = LendWhen::WhenIdle));
            w.host(sight);
        }
    };
    let sight = |input_at, controller_at| HostSight {
        input_at,
        controller_at,
        ..HostSight::default()
    };
    table(
        idle(sight(None, None)),
        Paused,
        "idle_unknown",
        is(Resumes::ByOwner),
        true,
    );
    table(idle(sight(Some(0), None)), Paused, "in_use", after(300), true);
    let mut world = World::lending();
    idle(sight(Some(0), Some(MINUTE)))(&mut world);
    world.pass(5 * MINUTE);
    let controller = hearth_types::policy::DeviceReason::InUse {
        input: hearth_types::policy::InputKind::Controller,
    };
    assert_eq!(*world.reason(A), controller);
    world.pass(MINUTE - 1);
    assert_eq!(world.phase(A), Paused);
    world.pass(1);
    assert_eq!(world.phase(A), Standby);
    world.host(HostSight {
        locked: true,
        ..sight(Some(world.mono), None)
    });
    assert_eq!(world.phase(A), Standby);
}

#[test]
fn power_source() {
    let lead = |rule, percent| {
        move |w: &mut World| {
            w.policy(A, with(|p| p.on_battery = rule));
            w.policy(B, with(|p| p.on_battery = OnBattery::Above { percent: 1 }));
            w.host(on_battery(percent));
        }
    };
    let by_itself = || is(Resumes::ByItself);
    table(
        lead(OnBattery::Never, Some(100)),
        Paused,
        "on_battery",
        by_itself(),
        true,
    );
    let above = OnBattery::Above { percent: 50 };
    table(lead(above, Some(49)), Paused, "battery_low", by_itself(), true);
    table(lead(above, None), Paused, "battery_low", by_itself(), false);
    table(
        lead(above, Some(50)),
        Standby,
        "waiting_for_renter",
        is(Resumes::NotHeld),
        true,
    );
}

#[test]
fn hours_and_tariff() {
    let night = |w: &mut World| drop(w.policy(A, with(|p| p.hours = vec![hours(22, 6)])));
    table(night, Paused, "outside_hours", at(10 * HOUR), true);
    let cheap = |w: &mut World| {
        w.tell(Event::NodePolicy(NodePolicy {
            tariff: Some(Tariff {
                price: UsdPerKwh(300_000),
                hours: vec![TariffHours {
                    hours: hours(13, 14),
                    price: UsdPerKwh(100_000),
                }],
            }),
        }));
        w.policy(A, with(|p| p.tariff_ceiling = Some(UsdPerKwh(200_000))));
    };
    table(cheap, Paused, "tariff_too_high", at(HOUR), true);
    let mut world = World::lending();
    cheap(&mut world);
    let phases: Vec<_> = [HOUR - 1, 1, HOUR - 1, 1]
        .into_iter()
        .map(|step| {
            world.pass(step);
            world.phase(A)
        })
        .collect();
    assert_eq!(phases, [Paused, Standby, Standby, Paused]);
}

#[test]
fn electricity() {
    let lead = |rule| {
        move |w: &mut World| {
            w.tell(Event::NodePolicy(NodePolicy {
                tariff: Some(Tariff {
                    price: UsdPerKwh(300_000),
                    hours: Vec::new(),
                }),
            }));
            // 300 W at 0.30 USD and 0.50 USD an IO: 0.18 IO an hour.
            w.policy(A, with(|p| p.below_cost = rule));
            w.tell(Event::Market {
                asked: IoPerSecond(4_000),
                io: Some(UsdNanos(500_000_000)),
            });
        }
    };
    let not_held = || is(Resumes::NotHeld);
    table(
        lead(BelowCost::Withdraw),
        Paused,
        "price_below_cost",
        is(Resumes::ByOwner),
        true,
    );
    table(
        lead(BelowCost::Ignore),
        Standby,
        "waiting_for_renter",
        not_held(),
        true,
    );
    table(
        lead(BelowCost::RaisePrice),
        Standby,
        "waiting_for_renter",
        not_held(),
        true,
    );
    let mut world = World::lending();
    lead(BelowCost::RaisePrice)(&mut world);
    assert_eq!(world.node.offered(A), Some(IoPerSecond(5_000)));
    assert_eq!(world.node.offered(B), Some(IoPerSecond(4_000)));
    let mut price = |io| {
        world.tell(Event::Market {
            asked: IoPerSecond(4_000),
            io: Some(UsdNanos(io)),
        });
        world.node.offered(A)
    };
    // Up at once, down when it is worth a message.
    assert_eq!(price(499_000_000), Some(IoPerSecond(5_011)));
    assert_eq!(price(510_000_000), Some(IoPerSecond(5_011)));
    assert_eq!(price(550_000_000), Some(IoPerSecond(4_546)));
}

#[test]
fn a_running_lease_outlives_a_price_that_no_longer_pays() {
    let mut world = World::lending();
    world.start(&[A], 0);
    world.tell(Event::NodePolicy(NodePolicy {
        tariff: Some(Tariff {
            price: UsdPerKwh(3_000_000),
            hours: Vec::new(),
        }),
    }));
    world.policy(A, with(|p| p.below_cost = BelowCost::Withdraw));
    let effects = world.tell(Event::Market {
        asked: IoPerSecond(1),
        io: Some(UsdNanos(500_000_000)),
    });
    assert!(
        effects.contains(&hearth_node::Effect::Withdraw { device: A }),
        "{effects:?}"
    );
    assert_eq!(
        (world.phase(A), world.reason(A).code()),
        (Lending, "running_lease")
    );
    world.end();
    assert_eq!(world.reason(A).code(), "price_below_cost");
}

#[test]
fn heat_power_and_noise() {
    let stopped = |readings: Readings| {
        move |w: &mut World| {
            let ceilings = Ceilings {
                power_w: Some(200),
                fan_percent: Some(60),
                ..Ceilings::default()
            };
            w.policy(A, with(|p| p.ceilings = ceilings));
            let sight = DeviceSight { readings, ..quiet() };
            w.see(A, sight);
            w.pass(10_000);
        }
    };
    let of = |change: fn(&mut Readings)| {
        let mut readings = Readings::default();
        change(&mut readings);
        stopped(readings)
    };
    let hold = || after(60);
    table(of(|r| r.edge_c = Some(84)), Cooling, "too_hot", hold(), true);
    table(of(|r| r.memory_c = Some(96)), Cooling, "too_hot", hold(), true);
    table(
        of(|r| r.throttled_by_heat = true),
        Cooling,
        "throttled_by_heat",
        hold(),
        true,
    );
    table(
        of(|r| r.power_w = Some(201)),
        Cooling,
        "too_much_power",
        hold(),
        true,
    );
    table(
        of(|r| r.fan_percent = Some(61)),
        Cooling,
        "fan_too_fast",
        hold(),
        true,
    );
    table(
        of(|r| r.edge_c = Some(83)),
        Standby,
        "waiting_for_renter",
        is(Resumes::NotHeld),
        true,
    );
}

#[test]
fn at_work() {
    let start = |w: &mut World| drop(w.start(&[A], 0));
    table(start, Lending, "running_lease", is(Resumes::NotHeld), true);
    let slowed = |w: &mut World| {
        w.start(&[A], 0);
        w.pass_seeing(A, &hot(96), 10_000);
        w.see(A, hot(96));
    };
    table(slowed, Slowed, "too_hot", is(Resumes::ByItself), true);
    let yielding = |w: &mut World| {
        w.start(&[A], 0);
        w.see(A, loaded("portal2", 90));
    };
    table(yielding, Yielding, "uses_gpu", after(300), true);
    let other = |w: &mut World| {
        w.start(&[A, B], 0);
        w.see(B, loaded("portal2", 90));
    };
    table(other, Yielding, "other_device", is(Resumes::ByItself), false);
    let blind = |w: &mut World| {
        w.start(&[A], 0);
        w.pass(30_000);
        w.end();
    };
    table(blind, Paused, "unseen", is(Resumes::ByItself), true);
    let mut world = World::lending();
    world.start(&[A], 0);
    assert_eq!(
        *world.reason(A),
        hearth_types::policy::DeviceReason::RunningLease { lease: LEASE }
    );
}
