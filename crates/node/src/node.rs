//! The node: what is known, what follows for every device, and what is to be done.

mod unit;

use std::collections::{BTreeMap, BTreeSet};

use hearth_types::{
    id::{DeviceId, LeaseId},
    money::IoPerSecond,
    policy::{DeviceLending, DeviceReason, NodePolicy, Resumes},
};

use crate::{
    deadline::Deadline,
    event::{Effect, Event, Pause, Scope},
    log::Log,
    sight::HostSight,
    time::{Now, millis},
    verdict::{Facts, Held, Urgency, held_for},
    work::{Cause, Work},
};
use unit::{Unit, Use};

/// A device on which a workload runs must be seen at least this often, milliseconds: who is blind cannot protect it.
pub const BLIND_MILLIS: u64 = 30_000;
/// The longest time between two looks, milliseconds. It bounds the harm of a calendar that was set.
pub const MAX_LOOK_MILLIS: u64 = 900_000;

/// The provider's policy for all devices of a machine.
#[derive(Clone, Debug)]
pub struct Node {
    facts: Facts,
    units: BTreeMap<DeviceId, Unit>,
    works: BTreeMap<LeaseId, Work>,
    log: Log,
    /// The latest moment that was told; a clock that goes back stands still here.
    mono: u64,
    next_look: u64,
}

impl Node {
    /// A node that does not lend yet and has seen nothing. `log`: what is kept from before.
    #[must_use]
    pub fn new(policy: NodePolicy, log: Log) -> Self {
        Self {
            facts: Facts {
                lends: false,
                suspended: false,
                held: None,
                host: HostSight::default(),
                policy,
                asked: IoPerSecond::ZERO,
                io: None,
            },
            units: BTreeMap::new(),
            works: BTreeMap::new(),
            log,
            mono: 0,
            next_look: 0,
        }
    }

    /// When [`Event::Tick`] is due at the latest, monotonic milliseconds.
    #[must_use]
    pub fn next_look(&self) -> u64 {
        self.next_look
    }

    /// A device's state; `None` = never heard of.
    #[must_use]
    pub fn lending(&self, device: DeviceId) -> Option<&DeviceLending> {
        self.units.get(&device)?.lending.as_ref()
    }

    /// The price for which a device is offered; `None` = it is not.
    #[must_use]
    pub fn offered(&self, device: DeviceId) -> Option<IoPerSecond> {
        self.units.get(&device)?.offered()
    }

    /// The log of decisions.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Takes an event at `now`; what is to be done, in this order.
    pub fn handle(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.mono = self.mono.max(now.mono);
        let now = Now {
            mono: self.mono,
            ..now
        };
        let mut effects = Vec::new();
        self.take(event, now, &mut effects);
        self.follow(now, &mut effects);
        effects
    }

    fn take(&mut self, event: Event, now: Now, effects: &mut Vec<Effect>) {
        match event {
            Event::Lend(lends) => self.facts.lends = lends,
            Event::NodePolicy(policy) => self.facts.policy = policy,
            Event::DevicePolicy { device, policy } => self.unit(device).policy = *policy,
            Event::Market { asked, io } => {
                self.facts.asked = asked;
                self.facts.io = io;
            }
            Event::Pause { scope, pause } => self.hold(scope, pause, now),
            Event::Resume {
                scope: Scope::Device(device),
            } => self.unit(device).held = None,
            Event::Resume { scope: Scope::Node } => {
                self.facts.held = None;
                self.units.values_mut().for_each(|unit| unit.held = None);
            }
            Event::Host(sight) => self.facts.host = *sight,
            Event::Device { device, sight } => self.unit(device).see(*sight, now.mono),
            Event::DeviceGone { device } => self.unit(device).lose(now.mono),
            Event::Suspending => self.facts.suspended = true,
            Event::Resumed => self.facts.suspended = false,
            Event::WorkStarted {
                lease,
                devices,
                notice_seconds,
            } => {
                for device in &devices {
                    self.unit(*device);
                }
                let work = Work::new(lease, devices, millis(notice_seconds), now.mono);
                self.works.entry(lease).or_insert(work);
            }
            Event::WorkEnded { lease } => {
                let work = self.works.remove(&lease);
                effects.extend(work.map(|work| work.finished(now.mono)));
            }
            Event::Tick => {}
        }
    }

    fn unit(&mut self, device: DeviceId) -> &mut Unit {
        self.units.entry(device).or_default()
    }

    fn hold(&mut self, scope: Scope, pause: Pause, now: Now) {
        let held = Some(match pause {
            Pause::For { seconds } => held_for(seconds, now),
            Pause::UntilRestart => Held {
                until: None,
                resumes: Resumes::AtRestart,
            },
        });
        match scope {
            Scope::Node => self.facts.held = held,
            Scope::Device(device) => self.unit(device).held = held,
        }
    }

    /// Lets everything follow from what is known: first what frees GPUs, then the rest.
    fn follow(&mut self, now: Now, effects: &mut Vec<Effect>) {
        self.facts.held = still_held(self.facts.held, now.mono);
        let busy: BTreeSet<DeviceId> = self.devices_at_work();
        for (device, unit) in &mut self.units {
            unit.judge(&self.facts, busy.contains(device), now);
        }
        self.give_back(now, effects);
        let busy = self.devices_at_work();
        for (device, unit) in &mut self.units {
            unit.set_power(*device, busy.contains(device), effects);
        }
        let uses = self.uses();
        for (device, unit) in &mut self.units {
            unit.offer(*device, &self.facts, uses.get(device), effects);
        }
        for (device, unit) in &mut self.units {
            if let Some(decision) = unit.decide(*device, uses.get(device), now.unix) {
                self.log.add(decision.clone());
                effects.push(Effect::Decided(decision));
            }
        }
        self.next_look = self.look_by(now);
    }

    /// Devices on which a workload may put load.
    fn devices_at_work(&self) -> BTreeSet<DeviceId> {
        let alive = self.works.values().filter(|work| work.is_alive());
        alive.flat_map(|work| work.devices().iter().copied()).collect()
    }

    fn give_back(&mut self, now: Now, effects: &mut Vec<Effect>) {
        for work in self.works.values_mut() {
            let verdicts = work.devices().iter().filter_map(|device| {
                let verdict = self.units.get(device)?.verdict.as_ref()?;
                Some((*device, verdict))
            });
            let pressing = verdicts
                .filter(|(_, verdict)| verdict.urgency > Urgency::NoNewWork)
                // Of equals the first.
                .reduce(|a, b| if b.1.urgency > a.1.urgency { b } else { a });
            if let Some((device, verdict)) = pressing {
                let reason = verdict.reason.clone();
                work.give_back(Cause { device, reason }, verdict.urgency, now.mono, effects);
            }
            work.pass_time(now.mono, effects);
        }
    }

    /// What each device is used for. One that is given back is that first.
    fn uses(&self) -> BTreeMap<DeviceId, Use> {
        let mut uses = BTreeMap::new();
        for work in self.works.values() {
            for device in work.devices() {
                let used = match work.cause() {
                    None => Use::Runs(work.lease()),
                    Some(cause) if cause.device == *device => Use::GivenBack(cause.reason.clone()),
                    Some(cause) => Use::GivenBack(DeviceReason::OtherDevice { device: cause.device }),
                };
                match uses.get(device) {
                    Some(Use::GivenBack(_)) => {}
                    Some(Use::Runs(_)) | None => {
                        uses.insert(*device, used);
                    }
                }
            }
        }
        uses
    }

    fn look_by(&self, now: Now) -> u64 {
        let mut deadline = Deadline::within(now.mono, MAX_LOOK_MILLIS);
        for unit in self.units.values() {
            unit.deadline(&self.facts, now, &mut deadline);
        }
        self.works.values().for_each(|work| work.deadline(&mut deadline));
        deadline.at()
    }
}

fn still_held(held: Option<Held>, now: u64) -> Option<Held> {
    held.filter(|held| held.until.is_none_or(|until| until > now))
}
