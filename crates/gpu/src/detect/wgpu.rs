//! The adapters of wgpu: what can run kernels.

use hearth_types::device::{Device, DeviceKind, Source, Vendor};
use wgpu::DeviceType;

use super::names;
use crate::adapter;

/// Every adapter as a device of its own. Drivers open their cards for this and so wake them.
pub(super) fn read() -> Vec<Device> {
    adapter::all()
        .into_iter()
        .map(|(reference, adapter)| device(reference, &adapter.get_info()))
        .collect()
}

fn device(reference: hearth_types::device::AdapterRef, info: &wgpu::AdapterInfo) -> Device {
    let kind = match info.device_type {
        DeviceType::DiscreteGpu => DeviceKind::Discrete,
        DeviceType::IntegratedGpu => DeviceKind::Integrated,
        DeviceType::Cpu => DeviceKind::Software,
        DeviceType::VirtualGpu | DeviceType::Other => DeviceKind::Unknown,
    };
    let software = kind == DeviceKind::Software;
    let pci_slot = names::normal_slot(&reference.pci_slot);
    // Software adapters carry a made-up vendor number.
    let real = !software && info.vendor != 0 && info.vendor <= 0xffff && info.device <= 0xffff;
    let pci_id = real.then(|| format!("{:04x}:{:04x}", info.vendor, info.device));
    let fingerprint = match (&pci_slot, &pci_id) {
        (Some(slot), Some(id)) => format!("pci-{slot}-{id}"),
        _ => format!(
            "{}-{}-{}",
            reference.backend,
            plain(&reference.name),
            reference.index
        ),
    };
    Device {
        fingerprint,
        name: names::of_adapter(&info.name).to_owned(),
        vendor: if software {
            Vendor::Software
        } else {
            names::vendor(info.vendor)
        },
        kind,
        pci_id,
        pci_slot,
        driver: Some(format!("{} {}", info.driver, info.driver_info).trim().to_owned())
            .filter(|driver| !driver.is_empty()),
        vram_total_bytes: if software { host_memory() } else { None },
        adapter: Some(reference),
        sources: vec![Source::Wgpu],
        ..Device::default()
    }
}

/// The part of a name that a driver update does not change: llvmpipe appends its compiler's version.
fn plain(name: &str) -> String {
    let stem = names::without_driver_suffix(name);
    stem.chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '-'
            }
        })
        .collect()
}

/// Memory of the machine, bytes: a software adapter may take of it.
fn host_memory() -> Option<u64> {
    let content = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = content.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = line.trim().trim_end_matches("kB").trim().parse().ok()?;
    kib.checked_mul(1024)
}
