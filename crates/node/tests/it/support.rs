//! A machine in virtual time: it ticks whenever the node wants to look, and gathers what the node wants done.

use hearth_node::{
    Battery, CapRange, DeviceSight, Effect, Event, Foreign, HostSight, Log, Node, Now, Program, Readings,
    Zone,
};
use hearth_types::{
    device::DeviceState,
    id::{DeviceId, LeaseId},
    money::IoPerSecond,
    policy::{DeviceLending, DevicePhase, DevicePolicy, DeviceReason, NodePolicy},
    time::UnixMillis,
};

pub(crate) const A: DeviceId = DeviceId([1; 32]);
pub(crate) const B: DeviceId = DeviceId([2; 32]);
pub(crate) const LEASE: LeaseId = LeaseId([9; 32]);
/// Wednesday, 2026-11-25 12:00 UTC.
pub(crate) const NOON: UnixMillis = UnixMillis(1_795_608_000_000);
pub(crate) const MINUTE: u64 = 60_000;
pub(crate) const HOUR: u64 = 60 * MINUTE;

pub(crate) struct World {
    pub(crate) node: Node,
    pub(crate) mono: u64,
    /// The calendar at the monotonic clock's zero.
    pub(crate) epoch: u64,
    pub(crate) zone: Zone,
}

impl World {
    /// Two quiet devices that always lend, nobody there.
    pub(crate) fn lending() -> Self {
        let mut world = Self {
            node: Node::new(NodePolicy::default(), Log::default()),
            mono: 0,
            epoch: NOON.0,
            zone: Zone::default(),
        };
        world.tell(Event::Lend(true));
        world.tell(Event::Market {
            asked: IoPerSecond(10_000),
            io: None,
        });
        for device in [A, B] {
            world.policy(device, always());
            world.see(device, quiet());
        }
        world
    }

    pub(crate) fn now(&self) -> Now {
        Now {
            mono: self.mono,
            unix: UnixMillis(self.epoch + self.mono),
            zone: self.zone,
        }
    }

    pub(crate) fn tell(&mut self, event: Event) -> Vec<Effect> {
        let now = self.now();
        let effects = self.node.handle(event, now);
        assert!(
            self.node.next_look() > self.mono,
            "the next look must lie ahead, or it is looked for ever"
        );
        effects
    }

    pub(crate) fn policy(&mut self, device: DeviceId, policy: DevicePolicy) -> Vec<Effect> {
        self.tell(Event::DevicePolicy {
            device,
            policy: Box::new(policy),
        })
    }

    pub(crate) fn see(&mut self, device: DeviceId, sight: DeviceSight) -> Vec<Effect> {
        self.tell(Event::Device {
            device,
            sight: Box::new(sight),
        })
    }

    pub(crate) fn host(&mut self, sight: HostSight) -> Vec<Effect> {
        self.tell(Event::Host(Box::new(sight)))
    }

    pub(crate) fn start(&mut self, devices: &[DeviceId], notice_seconds: u32) -> Vec<Effect> {
        self.tell(Event::WorkStarted {
            lease: LEASE,
            devices: devices.to_vec(),
            notice_seconds,
        })
    }

    pub(crate) fn end(&mut self) -> Vec<Effect> {
        self.tell(Event::WorkEnded { lease: LEASE })
    }

    /// Lets time pass, ticking when the node wants it and at the end; effects with their moments.
    pub(crate) fn pass(&mut self, millis: u64) -> Vec<(u64, Effect)> {
        let until = self.mono + millis;
        let mut all = Vec::new();
        while self.mono < until {
            self.mono = self.node.next_look().min(until);
            let effects = self.tell(Event::Tick);
            all.extend(effects.into_iter().map(|effect| (self.mono, effect)));
        }
        all
    }

    /// The same while the device is seen as it is every ten seconds, so that nobody goes blind.
    pub(crate) fn pass_seeing(
        &mut self,
        device: DeviceId,
        sight: &DeviceSight,
        millis: u64,
    ) -> Vec<(u64, Effect)> {
        let until = self.mono + millis;
        let mut all = Vec::new();
        while self.mono < until {
            let effects = self.see(device, sight.clone());
            all.extend(effects.into_iter().map(|effect| (self.mono, effect)));
            all.extend(self.pass(10_000.min(until - self.mono)));
        }
        all
    }

    pub(crate) fn state(&self, device: DeviceId) -> &DeviceLending {
        self.node.lending(device).expect("a device that was told of")
    }

    pub(crate) fn phase(&self, device: DeviceId) -> DevicePhase {
        self.state(device).phase
    }

    pub(crate) fn reason(&self, device: DeviceId) -> &DeviceReason {
        &self.state(device).reason
    }
}

pub(crate) fn always() -> DevicePolicy {
    DevicePolicy {
        lend: hearth_types::policy::LendWhen::Always,
        ..DevicePolicy::default()
    }
}

pub(crate) fn quiet() -> DeviceSight {
    DeviceSight {
        state: DeviceState::Active,
        cap: Some(CapRange {
            min_w: 100,
            default_w: 300,
        }),
        ..DeviceSight::default()
    }
}

pub(crate) fn program(name: &str) -> Program {
    Program {
        name: Some(name.to_owned()),
        pid: None,
    }
}

pub(crate) fn loaded(name: &str, busy_percent: u8) -> DeviceSight {
    DeviceSight {
        foreign: vec![Foreign {
            program: program(name),
            busy_percent,
            since: None,
        }],
        ..quiet()
    }
}

pub(crate) fn hot(junction_c: i16) -> DeviceSight {
    DeviceSight {
        readings: Readings {
            junction_c: Some(junction_c),
            ..Readings::default()
        },
        ..quiet()
    }
}

pub(crate) fn on_battery(percent: Option<u8>) -> HostSight {
    HostSight {
        battery: Some(Battery { percent }),
        ..HostSight::default()
    }
}

pub(crate) fn kills(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Kill { .. }))
        .count()
}
