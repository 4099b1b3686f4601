//! One card: identity first, then sleep, then readings.

use std::path::Path;

use hearth_types::device::{Counters, Device, DeviceKind, DeviceState, Source, Vendor};

use super::files::{bytes, number, text};
use super::hwmon::{self, Sensors};
use super::identity::Identity;
use super::{clocks, ecc, link, throttle};
use crate::detect::names;

/// Reads a card. `card` is its folder among the graphics cards, `device` the PCI device behind it.
pub(super) fn read(card: &Path, device: &Path) -> Option<Device> {
    let identity = Identity::read(device)?;
    let vendor = names::vendor(identity.vendor.into());
    let pci_id = identity
        .id
        .map(|id| format!("{:04x}:{:04x}", id.vendor, id.device));
    let place = identity.slot.clone().or_else(|| {
        let name = card.file_name()?.to_str()?;
        Some(name.to_owned())
    });
    let fingerprint = format!(
        "pci-{}-{}",
        place.unwrap_or_default(),
        pci_id.as_deref().unwrap_or("unknown")
    );
    // Answered from memory: the size of the memory does not change in sleep.
    let vram_total_bytes = number(&device.join("mem_info_vram_total"));
    let mut found = Device {
        fingerprint,
        name: identity.id.map_or_else(|| unnamed(vendor), names::as_sold),
        vendor,
        kind: kind(vendor, device, identity.slot.as_deref(), vram_total_bytes),
        state: state(device, identity.without_driver),
        pci_id,
        subsystem_id: identity
            .id
            .and_then(|id| id.board)
            .map(|(maker, board)| format!("{maker:04x}:{board:04x}")),
        revision: identity.id.and_then(|id| id.revision),
        pci_slot: identity.slot,
        driver: identity.driver,
        vram_total_bytes,
        sources: vec![Source::Sysfs],
        ..Device::default()
    };
    if found.state == DeviceState::Active {
        readings(&mut found, card, device);
    }
    Some(found)
}

/// Whether the card answers. The order matters: the last question reads the card itself, which would wake it.
fn state(device: &Path, without_driver: bool) -> DeviceState {
    let power = text(&device.join("power/runtime_status"));
    if matches!(power.as_deref(), Some("suspended" | "suspending")) {
        DeviceState::Asleep
    } else if bytes(&device.join("config")).is_some_and(|config| config.starts_with(&[0xff; 4])) {
        // A card that is gone from the bus reads as all ones.
        DeviceState::Lost
    } else if without_driver {
        DeviceState::NoDriver
    } else {
        DeviceState::Active
    }
}

/// The state of a PCI device's folder.
pub(crate) fn state_of(device: &Path) -> DeviceState {
    state(
        device,
        Identity::read(device).is_some_and(|identity| identity.without_driver),
    )
}

fn readings(found: &mut Device, card: &Path, device: &Path) {
    let percent = |name: &str| {
        let percent = number(&device.join(name)).and_then(|p| u8::try_from(p).ok());
        percent.filter(|percent| *percent <= 100).map(f64::from)
    };
    let sensors = Sensors::read(device);
    let clocks = clocks::read(card);
    let (link, link_max) = link::read(device);
    found.link = link;
    found.link_max = link_max;
    found.vram_used_bytes = number(&device.join("mem_info_vram_used"));
    found.shared_total_bytes = number(&device.join("mem_info_gtt_total"));
    found.shared_used_bytes = number(&device.join("mem_info_gtt_used"));
    found.busy_percent = percent("gpu_busy_percent");
    found.memory_busy_percent = percent("mem_busy_percent");
    found.clock_mhz = sensors.clock_mhz.or(clocks.now_mhz);
    found.clock_max_mhz = clocks.max_mhz;
    found.memory_clock_mhz = sensors.memory_clock_mhz;
    found.temperature_c = sensors.temperature_c;
    found.power_w = sensors.power_w;
    found.power_cap_w = sensors.power_cap_w;
    found.power_limits = sensors.power_limits;
    found.fan_rpm = sensors.fan_rpm;
    found.fan_percent = sensors.fan_percent;
    found.throttle = throttle::read(card);
    found.ecc = ecc::read(device);
    found.counters = Counters {
        energy_uj: sensors.energy_uj,
        idle_ms: clocks.idle_ms,
    };
}

/// Card or part of the processor, by what the driver offers. An adapter's word wins later.
fn kind(vendor: Vendor, device: &Path, slot: Option<&str>, vram: Option<u64>) -> DeviceKind {
    let offers = |name: &str| device.join(name).exists();
    match vendor {
        Vendor::Nvidia => DeviceKind::Discrete,
        // The processor's own graphics sit on the root bus.
        Vendor::Intel => match slot {
            Some(slot) if slot.starts_with("0000:00:") => DeviceKind::Integrated,
            Some(_) => DeviceKind::Discrete,
            None => DeviceKind::Unknown,
        },
        Vendor::Amd => {
            let own_fan = hwmon::lists(device, "fan1_input") || hwmon::lists(device, "pwm1");
            if own_fan || offers("mem_info_vram_vendor") || offers("board_info") {
                DeviceKind::Discrete
            } else if hwmon::lists(device, "in1_label") {
                // The second voltage is that of the processor's north bridge.
                DeviceKind::Integrated
            } else if vram.is_some_and(|bytes| bytes < 8 << 30) {
                // A small carve-out of memory and no fan.
                DeviceKind::Integrated
            } else {
                DeviceKind::Unknown
            }
        }
        Vendor::Apple | Vendor::Software | Vendor::Other => DeviceKind::Unknown,
    }
}

fn unnamed(vendor: Vendor) -> String {
    match vendor {
        Vendor::Nvidia => "NVIDIA GPU",
        Vendor::Amd => "AMD GPU",
        Vendor::Intel => "Intel GPU",
        Vendor::Apple => "Apple GPU",
        Vendor::Software | Vendor::Other => "GPU",
    }
    .to_owned()
}
