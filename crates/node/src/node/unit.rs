//! One device: what is remembered of it, and what it is told.

use hearth_types::{
    device::DeviceState,
    id::{DeviceId, LeaseId},
    money::IoPerSecond,
    policy::{BelowCost, Decision, DeviceLending, DevicePhase, DevicePolicy, DeviceReason, Resumes},
    time::UnixMillis,
};

use super::{BLIND_MILLIS, still_held};
use crate::{
    cost::least_price,
    deadline::Deadline,
    event::Effect,
    game::GameLatch,
    heat::{Ladder, highest},
    schedule::tariff_price,
    sight::{CapRange, DeviceSight},
    time::Now,
    verdict::{self, Case, Facts, Held, Verdict},
};

/// An offer's price follows the least price down only when that fell by so much, percent: offers are messages.
const PRICE_BAND_PERCENT: u128 = 5;

/// What a device is used for.
pub(super) enum Use {
    /// A workload runs on it.
    Runs(LeaseId),
    /// A workload was told to end and is not gone.
    GivenBack(DeviceReason),
}

/// An offer that stands.
#[derive(Clone, Copy, Debug)]
struct Offered {
    asked: IoPerSecond,
    price: IoPerSecond,
}

/// A device.
#[derive(Clone, Debug, Default)]
pub(super) struct Unit {
    pub(super) policy: DevicePolicy,
    pub(super) held: Option<Held>,
    pub(super) verdict: Option<Verdict>,
    pub(super) lending: Option<DeviceLending>,
    sight: Option<DeviceSight>,
    seen_at: u64,
    /// Since when a workload may be on it: before, nobody had to look.
    busy_since: Option<u64>,
    blind: bool,
    game: GameLatch,
    ladder: Ladder,
    /// The power limit that was set and not restored.
    cap: Option<u32>,
    /// What electricity makes the least price now.
    least: Option<IoPerSecond>,
    /// The price asked and the least price, as they were when the former was found too low.
    below_cost: Option<(IoPerSecond, IoPerSecond)>,
    offered: Option<Offered>,
}

impl Unit {
    pub(super) fn see(&mut self, sight: DeviceSight, now: u64) {
        self.sight = Some(sight);
        self.seen_at = now;
        self.blind = false;
    }

    pub(super) fn lose(&mut self, now: u64) {
        let gone = DeviceSight {
            state: DeviceState::Lost,
            ..DeviceSight::default()
        };
        self.see(gone, now);
    }

    pub(super) fn offered(&self) -> Option<IoPerSecond> {
        self.offered.map(|offered| offered.price)
    }

    /// What keeps it from lending now.
    pub(super) fn judge(&mut self, facts: &Facts, busy: bool, now: Now) {
        self.held = still_held(self.held, now.mono);
        self.busy_since = busy.then(|| self.busy_since.unwrap_or(now.mono));
        self.blind |= self.blind_at().is_some_and(|at| now.mono >= at);
        if let Some(sight) = &self.sight {
            self.game.look(&facts.host, sight, &self.policy, now);
            let can_step = busy && self.range().is_some();
            self.ladder
                .look(&sight.readings, &self.policy.ceilings, can_step, now.mono);
        }
        self.least = self.least_price(facts, now);
        self.below_cost = self.below_cost(facts.asked);
        self.verdict = verdict::judge(facts, &self.case(), now);
    }

    /// When nothing was seen of it for too long while a workload may be on it.
    fn blind_at(&self) -> Option<u64> {
        let from = self.busy_since?.max(self.seen_at);
        Some(from.saturating_add(BLIND_MILLIS))
    }

    fn case(&self) -> Case<'_> {
        Case {
            sight: self.sight.as_ref(),
            policy: &self.policy,
            held: self.held,
            blind: self.blind,
            game: &self.game,
            ladder: &self.ladder,
            below_cost: self.below_cost,
        }
    }

    fn is_awake(&self) -> bool {
        let state = self.sight.as_ref().map(|sight| sight.state);
        state == Some(DeviceState::Active)
    }

    fn range(&self) -> Option<CapRange> {
        self.sight.as_ref()?.cap.filter(|_| self.is_awake())
    }

    /// What a workload at the highest power that is allowed costs, as a price.
    fn least_price(&self, facts: &Facts, now: Now) -> Option<IoPerSecond> {
        let ceilings = &self.policy.ceilings;
        let range = self.sight.as_ref().and_then(|sight| sight.cap);
        let watts = range.map(|range| highest(ceilings, range)).or(ceilings.power_w)?;
        let tariff = facts.policy.tariff.as_ref()?;
        let cost = tariff_price(tariff, now.unix, now.zone).drawing(watts)?;
        least_price(cost, facts.io?)
    }

    /// What was too low stays so until the price asked changes, or the least price has fallen clearly below it.
    fn below_cost(&self, asked: IoPerSecond) -> Option<(IoPerSecond, IoPerSecond)> {
        if self.policy.below_cost != BelowCost::Withdraw {
            return None;
        }
        let least = self.least?;
        let known = self.below_cost.filter(|(then, _)| *then == asked);
        match known {
            Some(known) => (!is_lower_by_band(least, asked)).then_some(known),
            None => (asked < least).then_some((asked, least)),
        }
    }

    /// Sets the power limit for what runs, or gives the maker's back. A device that sleeps or is lost is left alone
    /// and gets it back when it answers again.
    pub(super) fn set_power(&mut self, device: DeviceId, busy: bool, effects: &mut Vec<Effect>) {
        if !self.is_awake() {
            return;
        }
        let range = self.range().filter(|_| busy);
        let wanted = range.and_then(|range| self.ladder.cap(&self.policy.ceilings, range));
        if wanted == self.cap {
            return;
        }
        self.cap = wanted;
        effects.push(match wanted {
            Some(watts) => Effect::SetPowerCap { device, watts },
            None => Effect::RestorePowerCap { device },
        });
    }

    /// Offers the device while nothing speaks against it.
    pub(super) fn offer(
        &mut self,
        device: DeviceId,
        facts: &Facts,
        used: Option<&Use>,
        effects: &mut Vec<Effect>,
    ) {
        let given_back = matches!(used, Some(Use::GivenBack(_)));
        if self.verdict.is_some() || given_back {
            if self.offered.take().is_some() {
                effects.push(Effect::Withdraw { device });
            }
            return;
        }
        let asked = facts.asked;
        let price = match self.policy.below_cost {
            BelowCost::RaisePrice => self.least.map_or(asked, |least| least.max(asked)),
            BelowCost::Ignore | BelowCost::Withdraw => asked,
        };
        let stands = self.offered.is_some_and(|offered| {
            offered.asked == asked && price <= offered.price && !is_lower_by_band(price, offered.price)
        });
        if !stands {
            self.offered = Some(Offered { asked, price });
            effects.push(Effect::Offer { device, price });
        }
    }

    /// The state that follows; a decision when state or reason are new.
    pub(super) fn decide(
        &mut self,
        device: DeviceId,
        used: Option<&Use>,
        now: UnixMillis,
    ) -> Option<Decision> {
        let (phase, reason, resumes) = self.state(used);
        if let Some(known) = &mut self.lending
            && known.phase == phase
            && known.reason == reason
        {
            known.resumes = resumes;
            return None;
        }
        let lending = DeviceLending {
            phase,
            reason,
            since: now,
            resumes,
        };
        self.lending = Some(lending.clone());
        Some(Decision { device, lending })
    }

    fn state(&self, used: Option<&Use>) -> (DevicePhase, DeviceReason, Resumes) {
        let held = self.verdict.as_ref();
        match (used, held) {
            (Some(Use::GivenBack(reason)), _) => {
                let resumes = held.map_or(Resumes::ByItself, |verdict| verdict.resumes);
                (DevicePhase::Yielding, reason.clone(), resumes)
            }
            (Some(Use::Runs(lease)), _) => match self.ladder.slowed() {
                Some(cause) if self.cap.is_some() => (DevicePhase::Slowed, cause.clone(), Resumes::ByItself),
                Some(_) | None => {
                    let reason = DeviceReason::RunningLease { lease: *lease };
                    (DevicePhase::Lending, reason, Resumes::NotHeld)
                }
            },
            (None, Some(verdict)) => (verdict.phase, verdict.reason.clone(), verdict.resumes),
            (None, None) => (
                DevicePhase::Standby,
                DeviceReason::WaitingForRenter,
                Resumes::NotHeld,
            ),
        }
    }

    pub(super) fn deadline(&self, facts: &Facts, now: Now, deadline: &mut Deadline) {
        verdict::deadline(facts, &self.case(), now, deadline);
        self.ladder.deadline(&self.policy.ceilings, deadline);
        if let Some(at) = self.blind_at() {
            deadline.by(at);
        }
    }
}

/// Whether the price is lower than the other by [`PRICE_BAND_PERCENT`] or more.
fn is_lower_by_band(price: IoPerSecond, other: IoPerSecond) -> bool {
    u128::from(price.0) * 100 <= u128::from(other.0) * (100 - PRICE_BAND_PERCENT)
}
