//! What keeps a device from lending: the first of all rules that holds.

use hearth_types::{
    device::DeviceState,
    money::{IoPerSecond, UsdNanos},
    policy::{DevicePhase, DevicePolicy, DeviceReason, InputKind, LendWhen, NodePolicy, OnBattery, Resumes},
    time::UnixMillis,
};

use crate::{
    deadline::Deadline,
    game::GameLatch,
    heat::Ladder,
    schedule::{Edge, hours_hold, next_edge, next_tariff_edge, tariff_price},
    sight::{DeviceSight, HostSight},
    time::{Now, millis},
};

/// What becomes of a workload on the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Urgency {
    /// It goes on; nothing new is taken.
    NoNewWork,
    /// It ends, after the notice that its lease promises.
    WithNotice,
    /// It ends now.
    AtOnce,
}

/// Why a device may not lend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) phase: DevicePhase,
    pub(crate) reason: DeviceReason,
    pub(crate) resumes: Resumes,
    pub(crate) urgency: Urgency,
}

/// A pause by the owner.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    /// Monotonic milliseconds; `None` = until the program starts anew.
    pub(crate) until: Option<u64>,
    /// The same for people, said once: the two clocks drift.
    pub(crate) resumes: Resumes,
}

/// What is known of the whole machine.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    pub(crate) lends: bool,
    pub(crate) suspended: bool,
    pub(crate) held: Option<Held>,
    pub(crate) host: HostSight,
    pub(crate) policy: NodePolicy,
    pub(crate) asked: IoPerSecond,
    pub(crate) io: Option<UsdNanos>,
}

/// What is known of one device.
pub(crate) struct Case<'a> {
    pub(crate) sight: Option<&'a DeviceSight>,
    pub(crate) policy: &'a DevicePolicy,
    pub(crate) held: Option<Held>,
    pub(crate) blind: bool,
    pub(crate) game: &'a GameLatch,
    pub(crate) ladder: &'a Ladder,
    /// The price asked and the least one, when the former is too low.
    pub(crate) below_cost: Option<(IoPerSecond, IoPerSecond)>,
}

fn off(reason: DeviceReason) -> Verdict {
    Verdict {
        phase: DevicePhase::Off,
        reason,
        resumes: Resumes::ByOwner,
        urgency: Urgency::WithNotice,
    }
}

fn paused(reason: DeviceReason, resumes: Resumes) -> Verdict {
    Verdict {
        phase: DevicePhase::Paused,
        reason,
        resumes,
        urgency: Urgency::WithNotice,
    }
}

fn at_once(verdict: Verdict) -> Verdict {
    Verdict {
        urgency: Urgency::AtOnce,
        ..verdict
    }
}

/// The first rule that keeps the device from lending; `None` when it may.
pub(crate) fn judge(facts: &Facts, case: &Case<'_>, now: Now) -> Option<Verdict> {
    let rules = [
        presence_of_device as fn(&Facts, &Case<'_>, Now) -> Option<Verdict>,
        owners_word,
        heat,
        game,
        blindness,
        battery,
        hours,
        tariff,
        idleness,
        after_game,
        price,
    ];
    rules.iter().find_map(|rule| rule(facts, case, now))
}

fn presence_of_device(facts: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    let lost = |reason| {
        at_once(Verdict {
            phase: DevicePhase::Lost,
            ..paused(reason, Resumes::ByItself)
        })
    };
    if !facts.lends {
        return Some(off(DeviceReason::NotLending));
    }
    match case.sight.map(|sight| sight.state) {
        None => Some(at_once(paused(DeviceReason::NotSeenYet, Resumes::ByItself))),
        Some(DeviceState::Lost) => Some(lost(DeviceReason::DeviceLost)),
        Some(DeviceState::NoDriver) => Some(lost(DeviceReason::NoDriver)),
        Some(DeviceState::Active | DeviceState::Asleep) => None,
    }
}

fn owners_word(facts: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    if facts.suspended {
        return Some(at_once(paused(DeviceReason::Suspending, Resumes::ByItself)));
    }
    if case.policy.lend == LendWhen::Never {
        return Some(off(DeviceReason::NeverLent));
    }
    let held = facts.held.or(case.held)?;
    Some(paused(DeviceReason::PausedByOwner, held.resumes))
}

fn heat(_: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    let stop = case.ladder.stop()?;
    let resumes = Resumes::After {
        seconds: case.policy.ceilings.hold_seconds,
    };
    let verdict = Verdict {
        phase: DevicePhase::Cooling,
        ..paused(stop.reason.clone(), resumes)
    };
    Some(if stop.critical { at_once(verdict) } else { verdict })
}

fn game(_: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    let seconds = case.policy.cool_down_seconds;
    Some(paused(case.game.reason()?, Resumes::After { seconds }))
}

fn blindness(_: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    case.blind
        .then(|| paused(DeviceReason::Unseen, Resumes::ByItself))
}

fn battery(facts: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    let battery = facts.host.battery?;
    let reason = match case.policy.on_battery {
        OnBattery::Never => DeviceReason::OnBattery,
        OnBattery::Above { percent } if battery.percent.unwrap_or_default() < percent => {
            DeviceReason::BatteryLow {
                least_percent: percent,
            }
        }
        OnBattery::Above { .. } => return None,
    };
    Some(paused(reason, Resumes::ByItself))
}

/// A change that is known in advance is said in advance.
fn until(edge: Edge) -> Resumes {
    match edge {
        Edge::At(at) => Resumes::At { at },
        Edge::Never => Resumes::ByOwner,
    }
}

fn hours(_: &Facts, case: &Case<'_>, now: Now) -> Option<Verdict> {
    let hours = &case.policy.hours;
    if hours_hold(hours, now.unix, now.zone) {
        return None;
    }
    let edge = next_edge(hours, now.unix, now.zone);
    Some(paused(DeviceReason::OutsideHours, until(edge)))
}

fn tariff(facts: &Facts, case: &Case<'_>, now: Now) -> Option<Verdict> {
    let (tariff, ceiling) = facts.policy.tariff.as_ref().zip(case.policy.tariff_ceiling)?;
    let price = tariff_price(tariff, now.unix, now.zone);
    if price <= ceiling {
        return None;
    }
    let edge = next_tariff_edge(tariff, ceiling, now.unix, now.zone);
    Some(paused(
        DeviceReason::TariffTooHigh { price, ceiling },
        until(edge),
    ))
}

/// When the use of something ends that was used then.
fn idle_at(used_at: u64, policy: &DevicePolicy) -> u64 {
    used_at.saturating_add(millis(policy.idle_after_seconds))
}

fn idleness(facts: &Facts, case: &Case<'_>, now: Now) -> Option<Verdict> {
    let (host, policy) = (&facts.host, case.policy);
    if policy.lend != LendWhen::WhenIdle || (host.locked && policy.locked_is_idle) {
        return None;
    }
    let Some(input_at) = host.input_at else {
        return Some(paused(DeviceReason::IdleUnknown, Resumes::ByOwner));
    };
    let in_use = |input| {
        let seconds = policy.idle_after_seconds;
        Some(paused(DeviceReason::InUse { input }, Resumes::After { seconds }))
    };
    if now.mono < idle_at(input_at, policy) {
        return in_use(InputKind::Desk);
    }
    if host
        .controller_at
        .is_some_and(|at| now.mono < idle_at(at, policy))
    {
        return in_use(InputKind::Controller);
    }
    let player = host.media.as_ref().filter(|_| policy.media_is_use)?;
    let name = player.name.clone();
    Some(paused(DeviceReason::MediaPlaying { name }, Resumes::ByItself))
}

fn after_game(_: &Facts, case: &Case<'_>, now: Now) -> Option<Verdict> {
    let at = now.unix_at(case.game.cools_until()?);
    Some(Verdict {
        phase: DevicePhase::Cooling,
        ..paused(DeviceReason::AfterGame, Resumes::At { at })
    })
}

fn price(_: &Facts, case: &Case<'_>, _: Now) -> Option<Verdict> {
    let (asked, least) = case.below_cost?;
    Some(Verdict {
        urgency: Urgency::NoNewWork,
        ..paused(DeviceReason::PriceBelowCost { asked, least }, Resumes::ByOwner)
    })
}

/// When time alone may change the verdict. The ladder's deadlines are its own.
pub(crate) fn deadline(facts: &Facts, case: &Case<'_>, now: Now, deadline: &mut Deadline) {
    let held = [facts.held, case.held].into_iter().flatten();
    held.filter_map(|held| held.until)
        .for_each(|until| deadline.by(until));
    if let Some(until) = case.game.cools_until() {
        deadline.by(until);
    }
    if case.policy.lend == LendWhen::WhenIdle {
        let used = [facts.host.input_at, facts.host.controller_at];
        for at in used.into_iter().flatten() {
            deadline.by(idle_at(at, case.policy));
        }
    }
    let mut by_edge = |edge| {
        if let Edge::At(at) = edge {
            deadline.by(now.mono_at(at));
        }
    };
    by_edge(next_edge(&case.policy.hours, now.unix, now.zone));
    if let Some((tariff, ceiling)) = facts.policy.tariff.as_ref().zip(case.policy.tariff_ceiling) {
        by_edge(next_tariff_edge(tariff, ceiling, now.unix, now.zone));
    }
}

/// A pause of so long from now.
pub(crate) fn held_for(seconds: u32, now: Now) -> Held {
    let millis = millis(seconds);
    let at = UnixMillis(now.unix.0.saturating_add(millis));
    Held {
        until: Some(now.mono.saturating_add(millis)),
        resumes: Resumes::At { at },
    }
}
