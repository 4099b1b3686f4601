//! Ceilings on heat, power and noise: a ladder of power limits, and a stop at its end.
//!
//! A ceiling that stays passed for [`Ceilings::step_seconds`] takes one step down, and each further step takes as long
//! again; where power cannot be limited, or at the ladder's foot, the step is the stop. Everything has to stay below
//! its band for [`Ceilings::hold_seconds`] before one step up, or before lending again. In between nothing changes. So
//! steps down are at least `step` apart, any other two changes at least `hold`; only the critical stop waits for
//! nothing.

use hearth_types::policy::{Ceilings, DeviceReason, Sensor};

use crate::{
    deadline::Deadline,
    sight::{CapRange, Readings},
    time::millis,
};

/// Steps between the full and the lowest power limit.
const STEPS: u32 = 4;

/// What readings say about ceilings.
enum Finding {
    /// One is passed; the worst of them.
    Over { reason: DeviceReason, critical: bool },
    /// All are below their bands.
    Calm,
    /// Neither.
    Between,
}

/// Why the device is stopped.
#[derive(Clone, Debug)]
pub(crate) struct HeatStop {
    pub(crate) reason: DeviceReason,
    /// Nothing waits, not even for a notice.
    pub(crate) critical: bool,
}

/// The memory of one device's ceilings.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ladder {
    /// 0 = full power, [`STEPS`] = least.
    level: u32,
    /// Why it went down last.
    cause: Option<DeviceReason>,
    stop: Option<HeatStop>,
    over_since: Option<u64>,
    calm_since: Option<u64>,
}

impl Ladder {
    /// Takes readings. `can_step`: power can be limited, and something of ours draws it.
    pub(crate) fn look(&mut self, readings: &Readings, ceilings: &Ceilings, can_step: bool, now: u64) {
        match judge(readings, ceilings) {
            Finding::Over { reason, critical } => {
                self.calm_since = None;
                let since = *self.over_since.get_or_insert(now);
                if critical {
                    // The first that was critical stays the reason.
                    if !self.stop.as_ref().is_some_and(|stop| stop.critical) {
                        self.stop = Some(HeatStop { reason, critical });
                    }
                } else if self.stop.is_none() && now >= since.saturating_add(millis(ceilings.step_seconds)) {
                    self.step_down(reason, can_step && ceilings.slow_first, now);
                }
            }
            Finding::Calm => {
                self.over_since = None;
                let since = *self.calm_since.get_or_insert(now);
                if now >= since.saturating_add(millis(ceilings.hold_seconds)) {
                    self.step_up(now);
                }
            }
            Finding::Between => {
                self.over_since = None;
                self.calm_since = None;
            }
        }
    }

    fn step_down(&mut self, reason: DeviceReason, can_step: bool, now: u64) {
        if can_step && self.level < STEPS {
            self.level += 1;
            self.cause = Some(reason);
            self.over_since = Some(now);
        } else {
            self.stop = Some(HeatStop {
                reason,
                critical: false,
            });
        }
    }

    /// After a stop lending begins at the ladder's foot: full power is what led to the stop.
    fn step_up(&mut self, now: u64) {
        if let Some(stop) = self.stop.take() {
            self.level = STEPS;
            self.cause = Some(stop.reason);
        } else {
            self.level = self.level.saturating_sub(1);
            self.cause = self.cause.take().filter(|_| self.level > 0);
        }
        self.calm_since = Some(now);
    }

    pub(crate) fn stop(&self) -> Option<&HeatStop> {
        self.stop.as_ref()
    }

    /// Why power is limited below what the owner allows.
    pub(crate) fn slowed(&self) -> Option<&DeviceReason> {
        self.cause.as_ref().filter(|_| self.level > 0)
    }

    /// The power limit for a workload, watts; `None` = the maker's.
    pub(crate) fn cap(&self, ceilings: &Ceilings, range: CapRange) -> Option<u32> {
        let most = highest(ceilings, range);
        let span = most.saturating_sub(range.min_w);
        let watts = most - span / STEPS * self.level.min(STEPS);
        let watts = if self.level >= STEPS { range.min_w } else { watts };
        (watts < range.default_w).then_some(watts)
    }

    /// When time alone changes something.
    pub(crate) fn deadline(&self, ceilings: &Ceilings, deadline: &mut Deadline) {
        if let Some(since) = self.over_since.filter(|_| self.stop.is_none()) {
            deadline.by(since.saturating_add(millis(ceilings.step_seconds)));
        }
        if let Some(since) = self.calm_since.filter(|_| self.level > 0 || self.stop.is_some()) {
            deadline.by(since.saturating_add(millis(ceilings.hold_seconds)));
        }
    }
}

/// The most power that the owner allows and the driver takes.
pub(crate) fn highest(ceilings: &Ceilings, range: CapRange) -> u32 {
    let allowed = ceilings.power_w.unwrap_or(range.default_w);
    allowed.clamp(range.min_w, range.default_w.max(range.min_w))
}

fn judge(readings: &Readings, ceilings: &Ceilings) -> Finding {
    let temperatures = [
        (Sensor::Edge, readings.edge_c, ceilings.edge_c),
        (Sensor::Junction, readings.junction_c, ceilings.junction_c),
        (Sensor::Memory, readings.memory_c, ceilings.memory_c),
    ];
    let band = i16::try_from(ceilings.band_c).unwrap_or(i16::MAX);
    let mut calm = true;
    let mut hottest: Option<(i16, DeviceReason)> = None;
    for (sensor, degrees, ceiling) in temperatures {
        let (Some(degrees_c), Some(ceiling_c)) = (degrees, ceiling) else {
            continue;
        };
        let above = degrees_c.saturating_sub(ceiling_c);
        calm &= degrees_c < ceiling_c.saturating_sub(band);
        if above > 0 && hottest.as_ref().is_none_or(|(most, _)| above > *most) {
            let reason = DeviceReason::TooHot {
                sensor,
                degrees_c,
                ceiling_c,
            };
            hottest = Some((above, reason));
        }
    }
    if let Some((above, reason)) = hottest {
        let critical = above >= Ceilings::CRITICAL_C;
        return Finding::Over { reason, critical };
    }
    let over = |reason| Finding::Over {
        reason,
        critical: false,
    };
    if readings.throttled_by_heat {
        return over(DeviceReason::ThrottledByHeat);
    }
    if let (Some(watts), Some(ceiling_w)) = (readings.power_w, ceilings.power_w) {
        calm &= watts <= ceiling_w - ceiling_w / 10;
        if watts > ceiling_w {
            return over(DeviceReason::TooMuchPower { watts, ceiling_w });
        }
    }
    if let (Some(percent), Some(ceiling_percent)) = (readings.fan_percent, ceilings.fan_percent) {
        calm &= percent <= ceiling_percent - ceiling_percent / 10;
        if percent > ceiling_percent {
            return over(DeviceReason::FanTooFast {
                percent,
                ceiling_percent,
            });
        }
    }
    if calm { Finding::Calm } else { Finding::Between }
}
