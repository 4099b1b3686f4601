//! Why a device lends or does not.

use serde::{Deserialize, Serialize};

use crate::{
    id::{DeviceId, LeaseId},
    money::{IoPerSecond, UsdPerKwh},
    time::UnixMillis,
};

/// What somebody used last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputKind {
    /// Keyboard, pointer, touch.
    Desk,
    /// A game controller or VR device.
    Controller,
}

/// Where heat is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sensor {
    /// The chip's outside.
    Edge,
    /// The chip's hottest spot.
    Junction,
    /// The video memory.
    Memory,
}

/// Why a device is in its state. Values that change from look to look are not part of it, so that equal reasons mean
/// that nothing happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum DeviceReason {
    /// Nobody started lending on this machine.
    NotLending,
    /// The owner's policy is never to lend this device.
    NeverLent,
    /// Nothing has been seen of the device since the start.
    NotSeenYet,
    /// Offered; nobody has hired it.
    WaitingForRenter,
    /// A renter's workload runs on it.
    RunningLease {
        /// The lease.
        lease: LeaseId,
    },
    /// The owner paused.
    PausedByOwner,
    /// A program of the owner loads this GPU.
    UsesGpu {
        /// The program, where its name may be read.
        name: Option<String>,
        /// Since when.
        since: UnixMillis,
    },
    /// A full-screen window is shown.
    Fullscreen {
        /// The program.
        name: Option<String>,
        /// Since when.
        since: UnixMillis,
    },
    /// Feral GameMode is on.
    GameMode {
        /// The program that asked for it.
        name: Option<String>,
        /// Since when.
        since: UnixMillis,
    },
    /// A VR session runs.
    Vr {
        /// The program.
        name: Option<String>,
        /// Since when.
        since: UnixMillis,
    },
    /// Time to cool down after a game.
    AfterGame,
    /// Somebody uses the machine, and the device lends when it is idle.
    InUse {
        /// What was used.
        input: InputKind,
    },
    /// A film or music plays, which counts as use.
    MediaPlaying {
        /// The player.
        name: Option<String>,
    },
    /// The device lends when the machine is idle, and nothing here tells when that is.
    IdleUnknown,
    /// The machine runs on its battery.
    OnBattery,
    /// The machine runs on its battery, which is too low.
    BatteryLow {
        /// The least that the policy wants, percent.
        least_percent: u8,
    },
    /// The policy's hours do not hold now.
    OutsideHours,
    /// Electricity costs too much now.
    TariffTooHigh {
        /// What it costs.
        price: UsdPerKwh,
        /// The most that the policy accepts.
        ceiling: UsdPerKwh,
    },
    /// The price asked does not pay for the electricity.
    PriceBelowCost {
        /// The price asked.
        asked: IoPerSecond,
        /// The least that would pay for it.
        least: IoPerSecond,
    },
    /// Too hot.
    TooHot {
        /// Where.
        sensor: Sensor,
        /// How hot it was, °C.
        degrees_c: i16,
        /// The ceiling, °C.
        ceiling_c: i16,
    },
    /// The driver itself slows the GPU for heat.
    ThrottledByHeat,
    /// Drew too much power.
    TooMuchPower {
        /// How much it was, watts.
        watts: u32,
        /// The ceiling, watts.
        ceiling_w: u32,
    },
    /// The fan was too fast.
    FanTooFast {
        /// How fast, percent.
        percent: u8,
        /// The ceiling, percent.
        ceiling_percent: u8,
    },
    /// The machine goes to sleep.
    Suspending,
    /// The device does not answer, or is gone.
    DeviceLost,
    /// No driver holds the device.
    NoDriver,
    /// Nothing was seen of the device for too long while a workload ran on it.
    Unseen,
    /// The job also used another device, which had to be given back.
    OtherDevice {
        /// That device.
        device: DeviceId,
    },
}

impl DeviceReason {
    /// Stable name, which also keys the translation.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotLending => "not_lending",
            Self::NeverLent => "never_lent",
            Self::NotSeenYet => "not_seen_yet",
            Self::WaitingForRenter => "waiting_for_renter",
            Self::RunningLease { .. } => "running_lease",
            Self::PausedByOwner => "paused_by_owner",
            Self::UsesGpu { .. } => "uses_gpu",
            Self::Fullscreen { .. } => "fullscreen",
            Self::GameMode { .. } => "game_mode",
            Self::Vr { .. } => "vr",
            Self::AfterGame => "after_game",
            Self::InUse { .. } => "in_use",
            Self::MediaPlaying { .. } => "media_playing",
            Self::IdleUnknown => "idle_unknown",
            Self::OnBattery => "on_battery",
            Self::BatteryLow { .. } => "battery_low",
            Self::OutsideHours => "outside_hours",
            Self::TariffTooHigh { .. } => "tariff_too_high",
            Self::PriceBelowCost { .. } => "price_below_cost",
            Self::TooHot { .. } => "too_hot",
            Self::ThrottledByHeat => "throttled_by_heat",
            Self::TooMuchPower { .. } => "too_much_power",
            Self::FanTooFast { .. } => "fan_too_fast",
            Self::Suspending => "suspending",
            Self::DeviceLost => "device_lost",
            Self::NoDriver => "no_driver",
            Self::Unseen => "unseen",
            Self::OtherDevice { .. } => "other_device",
        }
    }
}
