//! What is seen: of the machine and its people, and of each GPU.

use hearth_types::{
    device::{Device, DeviceState, Throttle},
    time::UnixMillis,
};

/// A program, as far as it may be known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Program {
    /// Its short name.
    pub name: Option<String>,
    /// Its process number.
    pub pid: Option<u32>,
}

impl Program {
    /// Whether the two are known to be one.
    pub(crate) fn is(&self, other: &Self) -> bool {
        let same_name = match (&self.name, &other.name) {
            (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
            (None, _) | (_, None) => false,
        };
        same_name || (self.pid.is_some() && self.pid == other.pid)
    }
}

/// The battery the machine runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Battery {
    /// What it holds, percent.
    pub percent: Option<u8>,
}

/// The machine and its people. The default is a machine of which nothing is known, on mains power.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostSight {
    /// Last use of keyboard, pointer or touch, monotonic milliseconds; absent = nothing tells.
    pub input_at: Option<u64>,
    /// Last use of a controller or VR device, monotonic milliseconds; absent = none, or nothing tells.
    pub controller_at: Option<u64>,
    /// The session is locked.
    pub locked: bool,
    /// A full-screen window is shown. Never one of ours.
    pub fullscreen: Option<Program>,
    /// Feral GameMode is on.
    pub game_mode: Option<Program>,
    /// A VR session runs.
    pub vr: Option<Program>,
    /// A player plays, or a program asks the machine to stay awake.
    pub media: Option<Program>,
    /// The battery, when the machine runs on it.
    pub battery: Option<Battery>,
}

impl HostSight {
    /// The full-screen window that is not a film's.
    pub(crate) fn game_window(&self) -> Option<&Program> {
        let window = self.fullscreen.as_ref()?;
        let film = self.media.as_ref().is_some_and(|player| player.is(window));
        (!film).then_some(window)
    }
}

/// Load on a GPU by a program that is none of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Foreign {
    /// The program.
    pub program: Program,
    /// Its share of the GPU, percent.
    pub busy_percent: u8,
    /// Since when it is seen there; absent = since this look.
    pub since: Option<UnixMillis>,
}

/// Where a device's power limit can be set, watts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CapRange {
    /// The lowest.
    pub min_w: u32,
    /// What the maker chose, to which it is restored.
    pub default_w: u32,
}

/// Readings in whole units. Absent = not measured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readings {
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
    /// The driver slows the GPU for heat.
    pub throttled_by_heat: bool,
}

/// One GPU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceSight {
    /// Whether it answers.
    pub state: DeviceState,
    /// Programs of others on it.
    pub foreign: Vec<Foreign>,
    /// Whether it drives a screen. A GPU that renders for another's screen (a laptop's second one) is unknown.
    pub drives_screen: Option<bool>,
    /// Heat, power, fan.
    pub readings: Readings,
    /// Where its power limit can be set, when we may set it.
    pub cap: Option<CapRange>,
}

impl From<&Device> for Readings {
    /// Drivers' names of sensors: amdgpu has `edge`, `junction` and `mem`, Intel `pkg` and `vram`, NVIDIA `gpu`; any
    /// other is taken for the chip's outside.
    fn from(device: &Device) -> Self {
        let hottest = |pick: &dyn Fn(&str) -> bool| {
            let picked = device
                .temperature_c
                .iter()
                .filter(|(name, _)| pick(name.as_str()));
            picked.map(|(_, celsius)| *celsius).reduce(f64::max).map(degrees)
        };
        let memory = |name: &str| name.starts_with("mem") || name.starts_with("vram");
        let junction = |name: &str| matches!(name, "junction" | "hotspot");
        Self {
            edge_c: hottest(&|name| !memory(name) && !junction(name)),
            junction_c: hottest(&junction),
            memory_c: hottest(&memory),
            power_w: device.power_w.map(watts),
            fan_percent: device.fan_percent.map(percent),
            throttled_by_heat: device
                .throttle
                .as_ref()
                .is_some_and(|causes| causes.contains(&Throttle::Thermal)),
        }
    }
}

impl CapRange {
    /// Where the device's power limit may be set; `None` when the driver does not say so in full.
    #[must_use]
    pub fn of(device: &Device) -> Option<Self> {
        let limits = device.power_limits?;
        let default = limits.default_w.or(limits.max_w)?;
        let range = Self {
            // Never below what the driver takes.
            min_w: watts(limits.min_w?.ceil()),
            default_w: watts(default.floor()),
        };
        (range.min_w > 0 && range.min_w < range.default_w).then_some(range)
    }
}

/// A load as drivers say it, in whole percent.
#[must_use]
pub fn percent(value: f64) -> u8 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the type's range; what is no number becomes 0"
    )]
    let whole = value.round().clamp(0.0, 100.0) as u8;
    whole
}

fn degrees(value: f64) -> i16 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "within the type's range; what is no number becomes 0"
    )]
    let whole = value.round().clamp(-273.0, 1_000.0) as i16;
    whole
}

fn watts(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the type's range; what is no number becomes 0"
    )]
    let whole = value.round().clamp(0.0, 100_000.0) as u32;
    whole
}

#[cfg(test)]
mod tests {
    use hearth_types::device::PowerLimits;

    use super::*;

    #[test]
    fn drivers_sensors_find_their_place() {
        let device = |sensors: &[(&str, f64)]| Device {
            temperature_c: sensors.iter().map(|(n, c)| ((*n).to_owned(), *c)).collect(),
            power_w: Some(99.6),
            throttle: Some(vec![Throttle::Power, Throttle::Thermal]),
            ..Device::default()
        };
        let amd = Readings::from(&device(&[("edge", 60.4), ("junction", 75.0), ("mem", 82.0)]));
        assert_eq!(
            (amd.edge_c, amd.junction_c, amd.memory_c),
            (Some(60), Some(75), Some(82))
        );
        assert_eq!((amd.power_w, amd.throttled_by_heat), (Some(100), true));
        let intel = Readings::from(&device(&[("pkg", 55.0), ("vram", 50.0)]));
        assert_eq!((intel.edge_c, intel.memory_c), (Some(55), Some(50)));
        let odd = Readings::from(&device(&[("gpu", f64::NAN), ("memory", 1e9)]));
        assert_eq!((odd.edge_c, odd.memory_c), (Some(0), Some(1_000)));
    }

    #[test]
    fn a_power_limit_that_cannot_move_is_none() {
        let range = |min_w, default_w| {
            CapRange::of(&Device {
                power_limits: Some(PowerLimits {
                    min_w,
                    max_w: None,
                    default_w,
                }),
                ..Device::default()
            })
        };
        let wide = CapRange {
            min_w: 101,
            default_w: 250,
        };
        assert_eq!(range(Some(100.5), Some(250.9)), Some(wide));
        assert_eq!(range(Some(250.0), Some(250.0)), None);
        assert_eq!(range(None, Some(250.0)), None);
        assert_eq!(range(Some(0.0), Some(15.0)), None);
    }

    #[test]
    fn a_film_in_full_screen_is_no_game() {
        let program = |name: &str, pid| Program {
            name: Some(name.into()),
            pid,
        };
        let film = HostSight {
            fullscreen: Some(program("MPV", None)),
            media: Some(program("mpv", None)),
            ..HostSight::default()
        };
        assert_eq!(film.game_window(), None);
        let music = HostSight {
            fullscreen: Some(program("portal2", Some(7))),
            media: Some(program("spotify", Some(8))),
            ..HostSight::default()
        };
        assert!(music.game_window().is_some());
    }
}
