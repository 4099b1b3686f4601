//! What the owner allows: when a device lends, how warm and loud it may get, and for which price at least.
//!
//! Durations are seconds, temperatures whole degrees Celsius, power whole watts. The provider's logic takes any value
//! without harm; [`DevicePolicy::fault`] says which ones make no sense to a person.

mod lending;
mod reason;
mod text;
mod week;

use serde::{Deserialize, Serialize};

use crate::money::UsdPerKwh;

pub use lending::{Decision, DeviceLending, DevicePhase, Resumes};
pub use reason::{DeviceReason, InputKind, Sensor};
pub use week::{Days, Hours, MinuteOfDay, ParseWeekError, Weekday};

/// The longest list of hours, and of programs that do not count.
pub const MAX_LIST: usize = 64;
/// The longest duration in a policy, seconds: a day.
pub const MAX_SECONDS: u32 = 86_400;

/// When a device lends, all else being well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LendWhen {
    /// Also while somebody uses the machine; a game still gets its GPU.
    Always,
    /// While nobody uses the machine.
    #[default]
    WhenIdle,
    /// Not at all.
    Never,
}

/// How far a sign of a game reaches that does not say which GPU the game uses: a full-screen window, Feral GameMode,
/// a running VR session. Load on the GPU itself always counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GameSigns {
    /// It counts for this device whatever the device shows.
    Always,
    /// It counts unless the device is known to drive no screen.
    #[default]
    WithScreen,
    /// Only load on this GPU counts.
    LoadOnly,
}

/// Lending without mains power.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "rule", rename_all = "snake_case")]
pub enum OnBattery {
    /// Not at all.
    #[default]
    Never,
    /// While the battery holds at least this much, percent. A battery that tells no level counts as empty.
    Above {
        /// 1 to 100.
        percent: u8,
    },
}

/// What happens when the price asked would not pay for the electricity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BelowCost {
    /// Electricity is no concern.
    #[default]
    Ignore,
    /// The device is offered for as much as the electricity costs.
    RaisePrice,
    /// The device takes no new lease.
    Withdraw,
}

/// What must not be passed. Absent = no ceiling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ceilings {
    /// The chip's outside, °C.
    pub edge_c: Option<i16>,
    /// The chip's hottest spot, °C.
    pub junction_c: Option<i16>,
    /// The video memory, °C.
    pub memory_c: Option<i16>,
    /// Power drawn, watts.
    pub power_w: Option<u32>,
    /// Fan, percent of its highest speed.
    pub fan_percent: Option<u8>,
    /// How far below its ceiling every temperature must fall before power goes up again, °C. Power and fan: a tenth.
    pub band_c: u16,
    /// Slow down by a lower power limit first, where the driver lets us set one.
    pub slow_first: bool,
    /// A ceiling must be passed for so long before anything is done, and again before the next step down, seconds. At
    /// [`Ceilings::CRITICAL_C`] above a temperature's ceiling the device stops at once.
    pub step_seconds: u32,
    /// Everything must be below its band for so long before the next step up, or before lending again, seconds.
    pub hold_seconds: u32,
}

impl Ceilings {
    /// So many °C above a ceiling nothing waits.
    pub const CRITICAL_C: i16 = 8;
}

impl Default for Ceilings {
    fn default() -> Self {
        Self {
            edge_c: Some(83),
            junction_c: Some(95),
            memory_c: Some(95),
            power_w: None,
            fan_percent: None,
            band_c: 8,
            slow_first: true,
            step_seconds: 10,
            hold_seconds: 60,
        }
    }
}

/// What the owner allows on one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DevicePolicy {
    /// When it lends.
    pub lend: LendWhen,
    /// Idle means no input for so long, seconds.
    pub idle_after_seconds: u32,
    /// A locked session is idle at once.
    pub locked_is_idle: bool,
    /// Somebody watching a film uses the machine (a quiet machine), or does not (the GPU has time).
    pub media_is_use: bool,
    /// Which signs of a game count.
    pub games: GameSigns,
    /// A foreign program uses the GPU from this load on, percent of it.
    pub busy_from_percent: u8,
    /// And until its load is below this, percent of it.
    pub busy_until_percent: u8,
    /// Programs that do not count as games, by their short name, capitals or not.
    pub not_games: Vec<String>,
    /// Between the end of a game and lending again, seconds.
    pub cool_down_seconds: u32,
    /// Hours in which the device may lend, local time; none = any hour.
    pub hours: Vec<Hours>,
    /// Lend only while electricity costs at most this.
    pub tariff_ceiling: Option<UsdPerKwh>,
    /// When the price asked does not pay for the electricity.
    pub below_cost: BelowCost,
    /// Without mains power.
    pub on_battery: OnBattery,
    /// Heat, power and noise.
    pub ceilings: Ceilings,
    /// What offers promise a workload between signal and kill, seconds; 0 = frozen and killed together.
    pub notice_seconds: u32,
}

impl Default for DevicePolicy {
    fn default() -> Self {
        Self {
            lend: LendWhen::default(),
            idle_after_seconds: 300,
            locked_is_idle: true,
            media_is_use: false,
            games: GameSigns::default(),
            busy_from_percent: 20,
            busy_until_percent: 10,
            not_games: Vec::new(),
            cool_down_seconds: 300,
            hours: Vec::new(),
            tariff_ceiling: None,
            below_cost: BelowCost::default(),
            on_battery: OnBattery::default(),
            ceilings: Ceilings::default(),
            notice_seconds: 0,
        }
    }
}

/// What is true of the whole machine.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NodePolicy {
    /// What electricity costs; absent = not known.
    pub tariff: Option<Tariff>,
}

/// What electricity costs by the hour of the week, local time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tariff {
    /// Outside all hours below.
    pub price: UsdPerKwh,
    /// Hours with another price; of several that hold, the first counts.
    pub hours: Vec<TariffHours>,
}

/// Hours with a price of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffHours {
    /// When.
    pub hours: Hours,
    /// For how much.
    pub price: UsdPerKwh,
}

/// Why a policy makes no sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyFault {
    /// A percentage is above 100.
    #[error("a percentage is at most 100")]
    Percent,
    /// A duration is longer than [`MAX_SECONDS`].
    #[error("a duration is at most a day")]
    TooLong,
    /// The load at which use ends is above the load at which it begins.
    #[error("use must end at a lower load than it begins")]
    BusyUpsideDown,
    /// A ceiling on a temperature is outside of 30 to 125 °C.
    #[error("a ceiling on temperature lies between 30 and 125 °C")]
    Temperature,
    /// A step takes no time, so that power would jump to and fro.
    #[error("step and hold last at least 5 s and 30 s")]
    TooQuick,
    /// A list is longer than [`MAX_LIST`].
    #[error("a list has at most 64 entries")]
    TooMany,
}

impl DevicePolicy {
    /// What is wrong with it, if anything.
    #[must_use]
    pub fn fault(&self) -> Option<PolicyFault> {
        let ceilings = &self.ceilings;
        let battery = match self.on_battery {
            OnBattery::Never => 0,
            OnBattery::Above { percent } => percent,
        };
        let percents = [
            self.busy_from_percent,
            self.busy_until_percent,
            ceilings.fan_percent.unwrap_or_default(),
            battery,
        ];
        if percents.iter().any(|percent| *percent > 100) {
            return Some(PolicyFault::Percent);
        }
        let durations = [
            self.idle_after_seconds,
            self.cool_down_seconds,
            self.notice_seconds,
            ceilings.step_seconds,
            ceilings.hold_seconds,
        ];
        if durations.iter().any(|seconds| *seconds > MAX_SECONDS) {
            return Some(PolicyFault::TooLong);
        }
        if self.busy_until_percent > self.busy_from_percent {
            return Some(PolicyFault::BusyUpsideDown);
        }
        let temperatures = [ceilings.edge_c, ceilings.junction_c, ceilings.memory_c];
        if temperatures.iter().flatten().any(|c| !(30..=125).contains(c)) {
            return Some(PolicyFault::Temperature);
        }
        if ceilings.step_seconds < 5 || ceilings.hold_seconds < 30 {
            return Some(PolicyFault::TooQuick);
        }
        (self.hours.len() > MAX_LIST || self.not_games.len() > MAX_LIST).then_some(PolicyFault::TooMany)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_policy_that_nobody_changed_makes_sense_and_survives_json() {
        let policy = DevicePolicy {
            on_battery: OnBattery::Above { percent: 50 },
            ..DevicePolicy::default()
        };
        assert_eq!(policy.fault(), None);
        let json = serde_json::to_string(&policy).unwrap();
        assert_eq!(serde_json::from_str::<DevicePolicy>(&json).unwrap(), policy);
    }

    #[test]
    fn nonsense_is_named() {
        let fault = |change: &dyn Fn(&mut DevicePolicy)| {
            let mut policy = DevicePolicy::default();
            change(&mut policy);
            policy.fault()
        };
        assert_eq!(fault(&|p| p.busy_from_percent = 101), Some(PolicyFault::Percent));
        assert_eq!(
            fault(&|p| p.on_battery = OnBattery::Above { percent: 200 }),
            Some(PolicyFault::Percent)
        );
        assert_eq!(fault(&|p| p.notice_seconds = 86_401), Some(PolicyFault::TooLong));
        assert_eq!(
            fault(&|p| p.busy_until_percent = 90),
            Some(PolicyFault::BusyUpsideDown)
        );
        assert_eq!(
            fault(&|p| p.ceilings.memory_c = Some(20)),
            Some(PolicyFault::Temperature)
        );
        assert_eq!(
            fault(&|p| p.ceilings.hold_seconds = 0),
            Some(PolicyFault::TooQuick)
        );
        assert_eq!(
            fault(&|p| p.not_games = vec![String::new(); 65]),
            Some(PolicyFault::TooMany)
        );
    }
}
