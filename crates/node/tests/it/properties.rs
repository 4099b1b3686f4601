//! Whatever is seen in whatever order, nobody's GPU is kept from them.
//!
//! A plain model judges beside the node: it remembers since when a device has been forbidden by what anybody can see,
//! and how long each workload may go on then.

use std::collections::BTreeMap;

use hearth_node::{
    Battery, DeviceSight, Effect, Event, Foreign, HostSight, Log, Node, Now, OffsetChange, Pause, Readings,
    Scope, Zone,
};
use hearth_types::{
    device::DeviceState,
    id::{DeviceId, LeaseId},
    money::IoPerSecond,
    policy::{
        Ceilings, Days, DevicePhase, DevicePolicy, DeviceReason, GameSigns, Hours, LendWhen, MinuteOfDay,
        NodePolicy,
    },
    time::{UnixMillis, UtcOffset},
};
use proptest::prelude::*;

use crate::support::{A, B, NOON, always, program, quiet};

/// One thing that happens, after so many milliseconds.
#[derive(Clone, Debug)]
enum Happening {
    Tell(Event),
    /// A workload starts unless one of that number runs.
    Start {
        lease: u8,
        devices: Vec<DeviceId>,
        notice: u32,
    },
    /// A workload that was killed, or not, is gone.
    End {
        lease: u8,
    },
}

fn sight() -> impl Strategy<Value = DeviceSight> {
    let state = prop_oneof![
        6 => Just(DeviceState::Active),
        1 => Just(DeviceState::Asleep),
        1 => Just(DeviceState::NoDriver),
        1 => Just(DeviceState::Lost),
    ];
    let foreign = prop_oneof![
        3 => Just(None),
        2 => (0_u8..=100, prop_oneof![Just("kwin"), Just("game")]).prop_map(Some),
    ];
    let heat = proptest::option::of(60_i16..106);
    (
        state,
        foreign,
        heat,
        proptest::option::of(any::<bool>()),
        any::<bool>(),
    )
        .prop_map(
            |(state, foreign, junction_c, drives_screen, can_cap)| DeviceSight {
                state,
                foreign: foreign
                    .map(|(busy_percent, name)| Foreign {
                        program: program(name),
                        busy_percent,
                        since: None,
                    })
                    .into_iter()
                    .collect(),
                drives_screen,
                readings: Readings {
                    junction_c,
                    ..Readings::default()
                },
                cap: quiet().cap.filter(|_| can_cap),
            },
        )
}

fn host() -> impl Strategy<Value = HostSight> {
    let seldom = || prop_oneof![4 => Just(false), 1 => Just(true)];
    (
        proptest::option::of(0_u64..4_000_000),
        seldom(),
        seldom(),
        seldom(),
        seldom(),
    )
        .prop_map(|(input_at, locked, full, media, battery)| HostSight {
            input_at,
            locked,
            fullscreen: full.then(|| program("game")),
            media: media.then(|| program("player")),
            battery: battery.then_some(Battery { percent: Some(50) }),
            ..HostSight::default()
        })
}

fn policy() -> impl Strategy<Value = DevicePolicy> {
    let lend = prop_oneof![
        4 => Just(LendWhen::Always),
        3 => Just(LendWhen::WhenIdle),
        1 => Just(LendWhen::Never),
    ];
    let games = prop_oneof![
        Just(GameSigns::Always),
        Just(GameSigns::WithScreen),
        Just(GameSigns::LoadOnly)
    ];
    (lend, games, any::<bool>(), 0_u32..400).prop_map(|(lend, games, by_hours, cool_down_seconds)| {
        DevicePolicy {
            lend,
            games,
            cool_down_seconds,
            hours: if by_hours {
                vec![Hours {
                    days: Days::ALL,
                    from: MinuteOfDay::at(12, 5).unwrap(),
                    until: MinuteOfDay::at(12, 40).unwrap(),
                }]
            } else {
                Vec::new()
            },
            ..always()
        }
    })
}

fn happening() -> impl Strategy<Value = Happening> {
    let device = || prop_oneof![Just(A), Just(B)];
    let seconds = prop_oneof![Just(0_u32), 1_u32..600];
    prop_oneof![
        8 => (device(), sight()).prop_map(|(device, sight)| Happening::Tell(Event::Device {
            device,
            sight: Box::new(sight),
        })),
        4 => host().prop_map(|sight| Happening::Tell(Event::Host(Box::new(sight)))),
        1 => any::<bool>().prop_map(|lends| Happening::Tell(Event::Lend(lends))),
        1 => (device(), policy()).prop_map(|(device, policy)| Happening::Tell(Event::DevicePolicy {
            device,
            policy: Box::new(policy),
        })),
        1 => (device(), 0_u32..1_000).prop_map(|(device, seconds)| Happening::Tell(Event::Pause {
            scope: Scope::Device(device),
            pause: Pause::For { seconds },
        })),
        1 => Just(Happening::Tell(Event::Resume { scope: Scope::Node })),
        1 => prop_oneof![Just(Event::Suspending), Just(Event::Resumed)].prop_map(Happening::Tell),
        1 => device().prop_map(|device| Happening::Tell(Event::DeviceGone { device })),
        5 => (0_u8..3, prop_oneof![Just(vec![A]), Just(vec![B]), Just(vec![A, B])], seconds)
            .prop_map(|(lease, devices, notice)| Happening::Start { lease, devices, notice }),
        3 => (0_u8..3).prop_map(|lease| Happening::End { lease }),
    ]
}

fn story() -> impl Strategy<Value = Vec<(u64, Happening)>> {
    let after = prop_oneof![6 => 0_u64..3_000, 3 => 3_000_u64..120_000, 1 => Just(600_000)];
    proptest::collection::vec((after, happening()), 1..80)
}

/// A workload as the outside sees it.
struct Running {
    devices: Vec<DeviceId>,
    notice: u64,
    started: u64,
    killed: bool,
}

/// The plain model.
struct Model {
    node: Node,
    mono: u64,
    zone: Zone,
    lends: bool,
    suspended: bool,
    host: HostSight,
    sights: BTreeMap<DeviceId, DeviceSight>,
    policies: BTreeMap<DeviceId, DevicePolicy>,
    forbidden_since: BTreeMap<DeviceId, u64>,
    running: BTreeMap<u8, Running>,
    effects: Vec<Effect>,
    /// Of each device: the moment and the value of its limit's last change; when a stop for heat began; its state.
    limits: BTreeMap<DeviceId, (Option<u64>, u32)>,
    stopped: BTreeMap<DeviceId, u64>,
    phases: BTreeMap<DeviceId, DevicePhase>,
}

impl Model {
    fn new() -> Self {
        let mut model = Self {
            node: Node::new(NodePolicy::default(), Log::default()),
            mono: 0,
            zone: Zone {
                offset: UtcOffset(0),
                change: Some(OffsetChange {
                    at: UnixMillis(NOON.0 + 1_800_000),
                    to: UtcOffset(-3_600),
                }),
            },
            lends: false,
            suspended: false,
            host: HostSight::default(),
            sights: BTreeMap::new(),
            policies: BTreeMap::new(),
            forbidden_since: BTreeMap::new(),
            running: BTreeMap::new(),
            effects: Vec::new(),
            limits: BTreeMap::new(),
            stopped: BTreeMap::new(),
            phases: BTreeMap::new(),
        };
        model.tell(Event::Lend(true));
        model.tell(Event::Market {
            asked: IoPerSecond(1),
            io: None,
        });
        for device in [A, B] {
            model.tell(Event::DevicePolicy {
                device,
                policy: Box::new(always()),
            });
            model.tell(Event::Device {
                device,
                sight: Box::new(quiet()),
            });
        }
        model
    }

    fn remember(&mut self, event: &Event) {
        if let Event::Lend(lends) = event {
            self.lends = *lends;
        }
        if let Event::Host(sight) = event {
            self.host = (**sight).clone();
        }
        if let Event::Device { device, sight } = event {
            self.sights.insert(*device, (**sight).clone());
        }
        if let Event::DeviceGone { device } = event {
            let gone = DeviceSight {
                state: DeviceState::Lost,
                ..DeviceSight::default()
            };
            self.sights.insert(*device, gone);
        }
        if let Event::DevicePolicy { device, policy } = event {
            self.policies.insert(*device, (**policy).clone());
        }
        self.suspended |= *event == Event::Suspending;
        self.suspended &= *event != Event::Resumed;
    }

    /// What anybody can see that forbids the device, without memory of games or heat.
    fn is_forbidden(&self, device: DeviceId) -> bool {
        let (Some(sight), Some(policy)) = (self.sights.get(&device), self.policies.get(&device)) else {
            return true;
        };
        let there = matches!(sight.state, DeviceState::Active | DeviceState::Asleep);
        let load = sight.state == DeviceState::Active
            && sight
                .foreign
                .iter()
                .any(|f| f.busy_percent >= policy.busy_from_percent);
        let full = self.host.fullscreen.is_some()
            && match policy.games {
                GameSigns::Always => true,
                GameSigns::WithScreen => sight.drives_screen != Some(false),
                GameSigns::LoadOnly => false,
            };
        let used = policy.lend == LendWhen::WhenIdle
            && !self.host.locked
            && self.host.input_at.is_none_or(|at| self.mono < at + 300_000);
        let unix = NOON.0 + self.mono;
        let hour = if self.mono >= 1_800_000 {
            unix - 3_600_000
        } else {
            unix
        };
        let minute = hour / 60_000 % 1_440;
        let closed = !policy.hours.is_empty() && !(725..760).contains(&minute);
        let never = policy.lend == LendWhen::Never;
        !self.lends
            || self.suspended
            || !there
            || load
            || full
            || used
            || closed
            || never
            || self.host.battery.is_some()
    }

    fn tell(&mut self, event: Event) {
        self.remember(&event);
        for device in [A, B] {
            if self.is_forbidden(device) {
                self.forbidden_since.entry(device).or_insert(self.mono);
            } else {
                self.forbidden_since.remove(&device);
            }
        }
        let now = Now {
            mono: self.mono,
            unix: UnixMillis(NOON.0 + self.mono),
            zone: self.zone,
        };
        let effects = self.node.handle(event, now);
        self.check_effects(&effects);
        self.effects.extend(effects);
        self.check_state();
    }

    fn check_effects(&mut self, effects: &[Effect]) {
        let mut freed_all = false;
        for effect in effects {
            let frees = matches!(
                effect,
                Effect::Kill { .. } | Effect::Checkpoint { .. } | Effect::Finished { .. }
            );
            assert!(!(frees && freed_all), "what frees a GPU comes first: {effects:?}");
            freed_all |= !frees;
            match effect {
                Effect::Kill { lease } => {
                    let work = self.running.get_mut(&lease.0[0]).expect("what is killed runs");
                    work.killed = true;
                }
                Effect::Checkpoint { lease, kill_at } => {
                    let work = &self.running[&lease.0[0]];
                    assert!(!work.killed && *kill_at == self.mono + work.notice);
                }
                Effect::SetPowerCap { device, watts } => self.check_limit(*device, *watts),
                Effect::RestorePowerCap { device } => {
                    assert_eq!(
                        self.sights[device].state,
                        DeviceState::Active,
                        "a sleeping device is left alone"
                    );
                    self.limits.remove(device);
                }
                Effect::Decided(decision) => {
                    self.check_stop(decision.device, decision.lending.phase, &decision.lending.reason)
                }
                Effect::Withdraw { .. } | Effect::Offer { .. } | Effect::Finished { .. } => {}
            }
        }
    }

    fn check_limit(&mut self, device: DeviceId, watts: u32) {
        assert_eq!(
            self.sights[&device].state,
            DeviceState::Active,
            "a sleeping device is left alone"
        );
        let ceilings = Ceilings::default();
        // A device's first limit is where its ladder has come to by then; only what follows are steps.
        let stepped_at = self.limits.contains_key(&device).then_some(self.mono);
        if let Some((Some(at), before)) = self.limits.insert(device, (stepped_at, watts)) {
            let least = if watts < before {
                ceilings.step_seconds
            } else {
                ceilings.hold_seconds
            };
            let passed = self.mono - at;
            assert!(
                passed >= u64::from(least) * 1_000,
                "{before} W to {watts} W after {passed} ms"
            );
        }
    }

    /// A stop for heat that anybody saw begin lasts at least its hold.
    fn check_stop(&mut self, device: DeviceId, phase: DevicePhase, reason: &DeviceReason) {
        let before = self.phases.insert(device, phase);
        let lent = matches!(
            before,
            Some(DevicePhase::Standby | DevicePhase::Lending | DevicePhase::Slowed)
        );
        let held = matches!(phase, DevicePhase::Cooling | DevicePhase::Yielding);
        if lent && held && matches!(reason, DeviceReason::TooHot { .. }) {
            self.stopped.entry(device).or_insert(self.mono);
        } else if phase == DevicePhase::Standby
            && let Some(since) = self.stopped.remove(&device)
        {
            let hold = u64::from(Ceilings::default().hold_seconds) * 1_000;
            let passed = self.mono - since;
            assert!(passed >= hold, "offered {passed} ms after a stop for heat");
        }
    }

    fn check_state(&self) {
        assert!(self.node.next_look() > self.mono);
        for work in self.running.values().filter(|work| !work.killed) {
            for device in &work.devices {
                let Some(since) = self.forbidden_since.get(device) else {
                    continue;
                };
                let since = (*since).max(work.started);
                assert!(
                    self.mono < since + work.notice.max(1) && work.notice > 0,
                    "a workload goes on {} ms after its device was forbidden, its notice being {} ms",
                    self.mono - since,
                    work.notice
                );
            }
        }
        for device in [A, B] {
            let Some(state) = self.node.lending(device) else {
                continue;
            };
            let at_work = self.running.values().any(|work| work.devices.contains(&device));
            let (phase, code) = (state.phase, state.reason.code());
            let fine = matches!(code, "waiting_for_renter" | "running_lease");
            let lends = matches!(phase, DevicePhase::Standby | DevicePhase::Lending);
            assert_eq!(fine, lends, "{phase:?} for {code}");
            let busy = matches!(
                phase,
                DevicePhase::Lending | DevicePhase::Slowed | DevicePhase::Yielding
            );
            assert_eq!(busy, at_work, "{phase:?}");
            if self.node.offered(device).is_some() {
                assert!(
                    !self.forbidden_since.contains_key(&device),
                    "offered while forbidden"
                );
            }
        }
    }

    fn pass(&mut self, millis: u64, extra: u64) {
        let until = self.mono + millis;
        while self.mono < until {
            let look = self.node.next_look();
            // A look that nobody asked for finds nothing to do.
            let early = self.mono + extra;
            if early < look.min(until) {
                self.mono = early;
                let before = self.effects.len();
                self.tell(Event::Tick);
                assert_eq!(self.effects[before..], [], "the next look was too late");
            }
            self.mono = look.min(until);
            self.tell(Event::Tick);
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Tell(event) => self.tell(event),
            Happening::Start {
                lease,
                devices,
                notice,
            } => {
                if self.running.contains_key(&lease) {
                    return;
                }
                let work = Running {
                    devices: devices.clone(),
                    notice: u64::from(notice) * 1_000,
                    started: self.mono,
                    killed: false,
                };
                self.running.insert(lease, work);
                self.tell(Event::WorkStarted {
                    lease: LeaseId([lease; 32]),
                    devices,
                    notice_seconds: notice,
                });
            }
            Happening::End { lease } => {
                let work = self.running.remove(&lease);
                let before = self.effects.len();
                self.tell(Event::WorkEnded {
                    lease: LeaseId([lease; 32]),
                });
                let finished: Vec<u64> = self.effects[before..]
                    .iter()
                    .filter_map(|effect| {
                        if let Effect::Finished { worked_seconds, .. } = effect {
                            return Some(*worked_seconds);
                        }
                        None
                    })
                    .collect();
                assert_eq!(finished.len(), usize::from(work.is_some()));
                if let Some(work) = work {
                    assert!(finished[0] <= (self.mono - work.started).div_ceil(1_000));
                }
            }
        }
    }
}

fn live(story: &[(u64, Happening)], extra: u64) -> Vec<Effect> {
    let mut model = Model::new();
    for (after, happening) in story {
        model.pass(*after, extra);
        model.happen(happening.clone());
    }
    model.pass(600_000, extra);
    model.effects
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn no_order_of_events_leaves_a_workload_where_policy_forbids_it(story in story(), extra in 1_u64..5_000) {
        let effects = live(&story, extra);
        prop_assert_eq!(live(&story, extra), effects, "the same story has the same end");
    }
}
