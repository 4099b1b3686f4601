//! Sensors of a card: `device/hwmon/hwmonN`, in the units of the kernel's hwmon interface.

use std::collections::BTreeMap;
use std::path::Path;

use hearth_types::device::PowerLimits;

use super::files::{index, names, number, numbered, signed, small_number, text};

/// Temperatures that a sensor can mean, millidegrees Celsius.
const PLAUSIBLE: std::ops::RangeInclusive<i32> = -50_000..=250_000;

/// What the sensors of one card say.
#[derive(Default)]
pub(super) struct Sensors {
    pub(super) temperature_c: BTreeMap<String, f64>,
    pub(super) power_w: Option<f64>,
    pub(super) power_cap_w: Option<f64>,
    pub(super) power_limits: Option<PowerLimits>,
    pub(super) energy_uj: Option<u64>,
    pub(super) fan_rpm: Option<u64>,
    pub(super) fan_percent: Option<f64>,
    pub(super) clock_mhz: Option<u32>,
    pub(super) memory_clock_mhz: Option<u32>,
}

impl Sensors {
    /// Reads them. Wakes a sleeping card.
    pub(super) fn read(device: &Path) -> Self {
        let mut sensors = Self::default();
        for folder in numbered(&device.join("hwmon"), "hwmon") {
            sensors.temperatures(&folder);
            sensors.power(&folder);
            sensors.fans(&folder);
            sensors.clocks(&folder);
        }
        sensors
    }

    /// Millidegrees. A sensor without a label is the chip's own if it is the first.
    fn temperatures(&mut self, folder: &Path) {
        for name in names(folder) {
            let Some(index) = index(&name, "temp", "_input") else {
                continue;
            };
            let milli = signed(&folder.join(&name)).filter(|milli| PLAUSIBLE.contains(milli));
            let Some(milli) = milli else { continue };
            let label = label(folder, "temp", index).unwrap_or_else(|| {
                if index == 1 {
                    "edge".to_owned()
                } else {
                    format!("temp{index}")
                }
            });
            self.temperature_c.entry(label).or_insert(f64::from(milli) / 1e3);
        }
    }

    /// Microwatts and microjoules. amdgpu calls its limit `cap`, i915 and older xe `max`.
    fn power(&mut self, folder: &Path) {
        let watts = |name: &str| {
            let micro = small_number(&folder.join(name));
            micro.map(|micro| f64::from(micro) / 1e6)
        };
        let first = |names: &[&str]| names.iter().find_map(|name| watts(name));
        let limit = |names: &[&str]| names.iter().filter_map(|name| watts(name)).find(|w| *w > 0.0);
        self.power_w = self
            .power_w
            .or_else(|| first(&["power1_average", "power1_input"]));
        self.power_cap_w = self
            .power_cap_w
            .or_else(|| limit(&["power1_cap", "power1_max", "power2_cap", "power2_max"]));
        if self.power_limits.is_none() {
            let limits = PowerLimits {
                min_w: watts("power1_cap_min"),
                max_w: limit(&["power1_cap_max", "power1_rated_max"]),
                default_w: limit(&["power1_cap_default"]),
            };
            self.power_limits = (limits != PowerLimits::default()).then_some(limits);
        }
        // Of several counters the first is the whole card's, the others are parts of it.
        self.energy_uj = self.energy_uj.or_else(|| number(&folder.join("energy1_input")));
    }

    /// Revolutions a minute; a driver without them may tell the drive (0 to `pwm1_max`).
    fn fans(&mut self, folder: &Path) {
        let read = |name: &str| small_number(&folder.join(name));
        let rpm = read("fan1_input");
        self.fan_rpm = self.fan_rpm.or(rpm.map(u64::from));
        let of_highest = |now: Option<u32>, highest: Option<u32>| {
            let highest = highest.filter(|highest| *highest > 0)?;
            let percent = (f64::from(now?) / f64::from(highest) * 100.0).min(100.0);
            Some((percent * 10.0).round() / 10.0)
        };
        self.fan_percent = self
            .fan_percent
            .or_else(|| of_highest(rpm, read("fan1_max")))
            .or_else(|| of_highest(read("pwm1"), read("pwm1_max").or(Some(255))));
    }

    /// Hertz: `sclk` are the shaders, `mclk` the memory.
    fn clocks(&mut self, folder: &Path) {
        let mhz = |index: u32| {
            let hertz = number(&folder.join(format!("freq{index}_input")))?;
            u32::try_from(hertz / 1_000_000).ok()
        };
        for index in 1..=2 {
            match label(folder, "freq", index).as_deref() {
                Some("mclk") => self.memory_clock_mhz = self.memory_clock_mhz.or_else(|| mhz(index)),
                Some("sclk") => self.clock_mhz = self.clock_mhz.or_else(|| mhz(index)),
                None if index == 1 => self.clock_mhz = self.clock_mhz.or_else(|| mhz(index)),
                _ => {}
            }
        }
    }
}

/// Whether hwmon lists a file of that name. Asks for no reading, so it wakes nothing.
pub(super) fn lists(device: &Path, file: &str) -> bool {
    numbered(&device.join("hwmon"), "hwmon")
        .iter()
        .any(|folder| folder.join(file).exists())
}

/// The driver's word for a sensor, if it is a word.
fn label(folder: &Path, kind: &str, index: u32) -> Option<String> {
    let label = text(&folder.join(format!("{kind}{index}_label")))?;
    let word = (1..=32).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_graphic() || b == b' ');
    word.then_some(label)
}
