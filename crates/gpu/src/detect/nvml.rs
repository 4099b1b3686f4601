//! NVIDIA's management library, opened at run time: NVIDIA cards with live readings.

use std::collections::BTreeMap;

use hearth_types::device::{Device, DeviceKind, Source, Vendor};
use nvml_wrapper::Nvml;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::error::NvmlError;

use super::names;

/// Why NVML gave nothing.
pub(super) struct Problem {
    /// Whether the library is not installed, which is normal without NVIDIA hardware.
    pub(super) library_missing: bool,
    /// For the checklist.
    pub(super) message: String,
}

/// The NVIDIA cards. A card that does not answer is passed over.
pub(super) fn read() -> Result<Vec<Device>, Problem> {
    let nvml = Nvml::init().map_err(|error| Problem {
        library_missing: matches!(error, NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound),
        message: format!("NVIDIA's driver does not answer ({error}). Install or restart the NVIDIA driver."),
    })?;
    let driver = nvml.sys_driver_version().ok();
    let count = nvml.device_count().map_err(|error| Problem {
        library_missing: false,
        message: format!("NVIDIA's driver lists no devices ({error}). Restart the machine or the driver."),
    })?;
    Ok((0..count)
        .filter_map(|index| device(&nvml, index, driver.as_deref()))
        .collect())
}

fn device(nvml: &Nvml, index: u32, driver: Option<&str>) -> Option<Device> {
    let device = nvml.device_by_index(index).ok()?;
    let pci = device.pci_info().ok()?;
    let slot = names::normal_slot(&pci.bus_id)?;
    // The low half is the vendor, the high half the device.
    let pci_id = format!(
        "{:04x}:{:04x}",
        pci.pci_device_id & 0xffff,
        pci.pci_device_id >> 16
    );
    let memory = device.memory_info().ok();
    let mut temperature_c = BTreeMap::new();
    if let Ok(degrees) = device.temperature(TemperatureSensor::Gpu) {
        temperature_c.insert("edge".to_owned(), f64::from(degrees));
    }
    let watts = |milli: u32| f64::from(milli) / 1e3;
    Some(Device {
        fingerprint: format!("pci-{slot}-{pci_id}"),
        name: device.name().unwrap_or_else(|_| "NVIDIA GPU".into()),
        vendor: Vendor::Nvidia,
        kind: DeviceKind::Discrete,
        pci_id: Some(pci_id),
        pci_slot: Some(slot),
        driver: driver.map(|version| format!("nvidia {version}")),
        vram_total_bytes: memory.as_ref().map(|m| m.total),
        vram_used_bytes: memory.as_ref().map(|m| m.used),
        busy_percent: device.utilization_rates().ok().map(|u| f64::from(u.gpu)),
        temperature_c,
        power_w: device.power_usage().ok().map(watts),
        power_cap_w: device.enforced_power_limit().ok().map(watts),
        fan_rpm: device.fan_speed_rpm(0).ok().map(u64::from),
        adapter: None,
        sources: vec![Source::Nvml],
    })
}
