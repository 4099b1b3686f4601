//! Live readings of a GPU, and what two of them say together.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Device;

/// Whether a GPU answers. None of these is an error of the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It answers.
    #[default]
    Active,
    /// The system has put it to sleep. Only what can be read without waking it is known.
    Asleep,
    /// No GPU driver holds it: none is installed, it is being reloaded, or a virtual machine has the card.
    NoDriver,
    /// It is listed and does not answer: it fell off the bus or must be reset.
    Lost,
}

/// A PCI Express link.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Link {
    /// Lanes.
    pub width: u8,
    /// Speed of a lane, 10⁹ transfers a second.
    pub gt_per_s: f64,
}

/// Bounds of the power limit, watts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PowerLimits {
    /// The lowest that can be set.
    pub min_w: Option<f64>,
    /// The highest that can be set.
    pub max_w: Option<f64>,
    /// What the card's maker chose.
    pub default_w: Option<f64>,
}

/// Why a GPU runs below its highest clock, drivers' words brought together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Throttle {
    /// The power limit.
    Power,
    /// The limit of a voltage regulator's current.
    Current,
    /// Heat of the chip, its memory or its regulators.
    Thermal,
    /// A signal from outside, such as the power supply's brake.
    External,
    /// A clock that the user, a display or a group of cards sets.
    Setting,
    /// None of these.
    Other,
}

/// A program that uses a GPU.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct GpuProcess {
    /// Process number.
    pub pid: u32,
    /// The program's short name, where it may be read.
    pub name: Option<String>,
    /// Video memory it holds, bytes.
    pub memory_bytes: Option<u64>,
    /// Time that the busiest of its engines has worked for it since it began, nanoseconds.
    pub engine_ns: Option<u64>,
    /// The same in the card's own clock where the driver counts so (xe): cycles worked, and cycles that passed.
    #[serde(default)]
    pub engine_cycles: Option<(u64, u64)>,
    /// Load by it, percent.
    pub busy_percent: Option<f64>,
}

/// Error correction of video memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ecc {
    /// Whether it is on; absent when only the counts are known.
    pub enabled: Option<bool>,
    /// Errors put right since the driver was loaded.
    pub corrected: Option<u64>,
    /// Errors beyond mending since the driver was loaded.
    pub uncorrected: Option<u64>,
}

/// NVIDIA's division of one GPU into hardware instances.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mig {
    /// Whether the GPU is divided now. A divided GPU is rented by the instance and not whole.
    pub enabled: bool,
    /// The instances, in order.
    pub instances: Vec<MigInstance>,
}

/// One instance of a divided GPU.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigInstance {
    /// Its number on the GPU.
    pub index: u32,
    /// Name with its profile, such as `NVIDIA A100-SXM4-40GB MIG 1g.5gb`.
    pub name: Option<String>,
    /// Its video memory, bytes.
    pub memory_total_bytes: Option<u64>,
    /// Of that in use, bytes.
    pub memory_used_bytes: Option<u64>,
}

/// Counters that only grow while the driver stays loaded.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Counters {
    /// Energy used, microjoules.
    pub energy_uj: Option<u64>,
    /// Time the shaders have been switched off for want of work, milliseconds.
    pub idle_ms: Option<u64>,
}

/// Completes `after` by what it and the reading `elapsed` before it say together: power, load, and load by program.
///
/// What the driver gives itself is kept. A counter that went backwards (driver reloaded) says nothing.
pub fn complete(after: &mut Device, before: &Device, elapsed: Duration) {
    if elapsed.is_zero() {
        return;
    }
    let seconds = elapsed.as_secs_f64();
    let grown = |now: Option<u64>, then: Option<u64>| now?.checked_sub(then?).map(approximate);
    if after.power_w.is_none() {
        let used = grown(after.counters.energy_uj, before.counters.energy_uj);
        after.power_w = used.map(|microjoules| microjoules / 1e6 / seconds);
    }
    if after.busy_percent.is_none() {
        let idle = grown(after.counters.idle_ms, before.counters.idle_ms);
        after.busy_percent = idle.map(|ms| (100.0 - ms / 10.0 / seconds).clamp(0.0, 100.0));
    }
    let earlier = before.processes.as_deref().unwrap_or_default();
    for process in after.processes.iter_mut().flatten() {
        let Some(then) = earlier.iter().find(|p| p.pid == process.pid) else {
            continue;
        };
        if process.busy_percent.is_none() {
            let worked = grown(process.engine_ns, then.engine_ns);
            let cycles = process
                .engine_cycles
                .zip(then.engine_cycles)
                .and_then(|(now, then)| {
                    let passed = grown(Some(now.1), Some(then.1)).filter(|passed| *passed > 0.0)?;
                    Some(grown(Some(now.0), Some(then.0))? / passed * 100.0)
                });
            let busy = worked.map(|ns| ns / 1e7 / seconds).or(cycles);
            process.busy_percent = busy.map(|percent| percent.clamp(0.0, 100.0));
        }
    }
}

/// A counter's growth as a float; past 2⁵³ its last digits do not matter.
#[expect(
    clippy::cast_precision_loss,
    reason = "a rate with three significant digits is made of it"
)]
fn approximate(growth: u64) -> f64 {
    growth as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(energy_uj: u64, idle_ms: u64, engine_ns: u64) -> Device {
        Device {
            counters: Counters {
                energy_uj: Some(energy_uj),
                idle_ms: Some(idle_ms),
            },
            processes: Some(vec![GpuProcess {
                pid: 7,
                engine_ns: Some(engine_ns),
                ..GpuProcess::default()
            }]),
            ..Device::default()
        }
    }

    #[test]
    fn two_readings_give_power_and_load() {
        let before = reading(1_000_000, 500, 0);
        let mut after = reading(91_000_000, 1_000, 500_000_000);
        complete(&mut after, &before, Duration::from_secs(2));
        assert_eq!((after.power_w, after.busy_percent), (Some(45.0), Some(75.0)));
        assert_eq!(after.processes.unwrap()[0].busy_percent, Some(25.0));
    }

    #[test]
    fn cycles_give_load_too() {
        let mut before = reading(0, 0, 0);
        let mut after = reading(0, 0, 0);
        for (device, cycles) in [(&mut before, (100, 1_000)), (&mut after, (300, 1_800))] {
            device.processes = Some(vec![GpuProcess {
                pid: 7,
                engine_cycles: Some(cycles),
                ..GpuProcess::default()
            }]);
        }
        complete(&mut after, &before, Duration::from_secs(1));
        assert_eq!(after.processes.unwrap()[0].busy_percent, Some(25.0));
    }

    #[test]
    fn what_the_driver_says_is_kept_and_a_reset_counter_says_nothing() {
        let mut after = reading(10, 10, 10);
        after.power_w = Some(30.0);
        complete(&mut after, &reading(20, 20, 20), Duration::from_secs(1));
        assert_eq!((after.power_w, after.busy_percent), (Some(30.0), None));
        assert_eq!(after.processes.unwrap()[0].busy_percent, None);
        let mut same = reading(20, 20, 20);
        complete(&mut same, &reading(10, 10, 10), Duration::ZERO);
        assert_eq!(same, reading(20, 20, 20));
    }
}
