//! Readings of one NVIDIA card. What a card or a driver does not support is absent.

use std::collections::BTreeMap;

use hearth_types::device::{Device, Ecc, GpuProcess, Link, Mig, MigInstance, PowerLimits, Throttle};
use nvml_wrapper::bitmasks::device::ThrottleReasons;
use nvml_wrapper::enum_wrappers::device::{Clock, EccCounter, MemoryError, TemperatureSensor};
use nvml_wrapper::enums::device::UsedGpuMemory;

type Handle<'a> = nvml_wrapper::Device<'a>;

/// More instances than any card can be divided into.
const MAX_INSTANCES: u32 = 16;

/// Fills in what the card tells.
pub(super) fn fill(found: &mut Device, handle: &Handle<'_>) {
    let watts = |milliwatts: u32| f64::from(milliwatts) / 1e3;
    let load = handle.utilization_rates().ok();
    if let Ok(memory) = handle.memory_info() {
        found.vram_total_bytes = Some(memory.total);
        found.vram_used_bytes = Some(memory.used);
    }
    found.busy_percent = load.as_ref().map(|load| f64::from(load.gpu));
    found.memory_busy_percent = load.as_ref().map(|load| f64::from(load.memory));
    if let Ok(degrees) = handle.temperature(TemperatureSensor::Gpu) {
        found.temperature_c.insert("edge".to_owned(), f64::from(degrees));
    }
    found.clock_mhz = handle.clock_info(Clock::Graphics).ok();
    found.clock_max_mhz = handle.max_clock_info(Clock::Graphics).ok();
    found.memory_clock_mhz = handle.clock_info(Clock::Memory).ok();
    found.power_w = handle.power_usage().ok().map(watts);
    found.power_cap_w = handle.enforced_power_limit().ok().map(watts);
    let bounds = handle.power_management_limit_constraints().ok();
    let limits = PowerLimits {
        min_w: bounds.as_ref().map(|bounds| watts(bounds.min_limit)),
        max_w: bounds.as_ref().map(|bounds| watts(bounds.max_limit)),
        default_w: handle.power_management_limit_default().ok().map(watts),
    };
    found.power_limits = (limits != PowerLimits::default()).then_some(limits);
    found.counters.energy_uj = handle
        .total_energy_consumption()
        .ok()
        .and_then(|millijoules| millijoules.checked_mul(1000));
    found.fan_rpm = handle.fan_speed_rpm(0).ok().map(u64::from);
    found.fan_percent = handle
        .fan_speed(0)
        .ok()
        .map(|percent| f64::from(percent).min(100.0));
    found.link = link(
        handle.current_pcie_link_gen().ok(),
        handle.current_pcie_link_width().ok(),
    );
    found.link_max = link(handle.max_pcie_link_gen().ok(), handle.max_pcie_link_width().ok());
    found.throttle = handle.current_throttle_reasons().ok().map(throttle);
    found.processes = processes(handle);
    found.ecc = ecc(handle);
    found.mig = mig(handle);
}

/// Transfers a second of a lane by generation, as the PCI Express standards fix them.
fn link(generation: Option<u32>, width: Option<u32>) -> Option<Link> {
    let gt_per_s = match generation? {
        1 => 2.5,
        2 => 5.0,
        3 => 8.0,
        4 => 16.0,
        5 => 32.0,
        6 => 64.0,
        _ => return None,
    };
    let width = u8::try_from(width?).ok().filter(|lanes| *lanes > 0)?;
    Some(Link { width, gt_per_s })
}

/// Idleness lowers the clock too, and is no reason to tell.
fn throttle(reasons: ThrottleReasons) -> Vec<Throttle> {
    let kinds = [
        (ThrottleReasons::SW_POWER_CAP, Throttle::Power),
        (
            ThrottleReasons::SW_THERMAL_SLOWDOWN | ThrottleReasons::HW_THERMAL_SLOWDOWN,
            Throttle::Thermal,
        ),
        (ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN, Throttle::External),
        (
            ThrottleReasons::APPLICATIONS_CLOCKS_SETTING
                | ThrottleReasons::SYNC_BOOST
                | ThrottleReasons::DISPLAY_CLOCK_SETTING,
            Throttle::Setting,
        ),
    ];
    let mut named: Vec<Throttle> = kinds
        .into_iter()
        .filter(|(of_kind, _)| reasons.intersects(*of_kind))
        .map(|(_, kind)| kind)
        .collect();
    // The hardware's slowdown names its cause in bits of their own since driver 384; alone it has none.
    if named.is_empty() && reasons.contains(ThrottleReasons::HW_SLOWDOWN) {
        named.push(Throttle::Other);
    }
    named
}

/// Programs with compute or graphics contexts; `None` when neither list can be had.
fn processes(handle: &Handle<'_>) -> Option<Vec<GpuProcess>> {
    let lists = [
        handle.running_compute_processes(),
        handle.running_graphics_processes(),
    ];
    if lists.iter().all(Result::is_err) {
        return None;
    }
    let mut by_pid: BTreeMap<u32, GpuProcess> = BTreeMap::new();
    for process in lists.into_iter().flatten().flatten() {
        let entry = by_pid.entry(process.pid).or_insert_with(|| GpuProcess {
            pid: process.pid,
            name: name(process.pid),
            ..GpuProcess::default()
        });
        if let UsedGpuMemory::Used(bytes) = process.used_gpu_memory {
            // One program in both lists has its memory told twice.
            entry.memory_bytes = entry.memory_bytes.max(Some(bytes));
        }
    }
    let mut samples = handle.process_utilization_stats(None).unwrap_or_default();
    samples.sort_by_key(|sample| sample.timestamp);
    for sample in samples {
        if let Some(process) = by_pid.get_mut(&sample.pid) {
            process.busy_percent = Some(f64::from(sample.sm_util.min(100)));
        }
    }
    Some(by_pid.into_values().collect())
}

/// The program's short name on Linux.
fn name(pid: u32) -> Option<String> {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).ok()?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn ecc(handle: &Handle<'_>) -> Option<Ecc> {
    let mode = handle.is_ecc_enabled().ok()?;
    let count = |kind| handle.total_ecc_errors(kind, EccCounter::Volatile).ok();
    Some(Ecc {
        enabled: Some(mode.currently_enabled),
        corrected: count(MemoryError::Corrected),
        uncorrected: count(MemoryError::Uncorrected),
    })
}

/// `None` on cards that cannot be divided.
fn mig(handle: &Handle<'_>) -> Option<Mig> {
    let enabled = handle.mig_mode().ok()?.current == 1;
    let places = if enabled {
        handle.mig_device_count().unwrap_or_default()
    } else {
        0
    };
    let instance = |index| {
        let instance = handle.mig_device_by_index(index).ok()?;
        let memory = instance.memory_info().ok();
        Some(MigInstance {
            index,
            name: instance.name().ok(),
            memory_total_bytes: memory.as_ref().map(|memory| memory.total),
            memory_used_bytes: memory.as_ref().map(|memory| memory.used),
        })
    };
    Some(Mig {
        enabled,
        instances: (0..places.min(MAX_INSTANCES)).filter_map(instance).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn generations_are_speeds() {
        assert_eq!(
            link(Some(4), Some(16)),
            Some(Link {
                width: 16,
                gt_per_s: 16.0
            })
        );
        assert_eq!(link(Some(0), Some(16)), None);
        assert_eq!(link(Some(4), Some(0)), None);
        assert_eq!(link(Some(4), Some(999)), None);
    }

    #[test]
    fn idleness_is_no_reason() {
        assert_eq!(throttle(ThrottleReasons::GPU_IDLE), []);
        assert_eq!(
            throttle(ThrottleReasons::HW_SLOWDOWN | ThrottleReasons::HW_THERMAL_SLOWDOWN),
            [Throttle::Thermal]
        );
        assert_eq!(throttle(ThrottleReasons::HW_SLOWDOWN), [Throttle::Other]);
    }
}
