//! Devices that several sources saw become one: by PCI slot first, then by PCI id and name.

use hearth_types::device::{Device, DeviceKind, DeviceState, Source};

use super::names;

/// Merges cards of the kernel, cards of a vendor's library and adapters into one list without duplicates.
///
/// Discrete devices come first, then integrated, unknown and software ones; equals by slot, then name.
#[must_use]
pub fn merge(cards: Vec<Device>, managed: Vec<Device>, adapters: Vec<Device>) -> Vec<Device> {
    let mut devices: Vec<Device> = Vec::new();
    for found in cards.into_iter().chain(managed).chain(adapters) {
        match position(&devices, &found) {
            Some(index) => absorb(&mut devices[index], found),
            None => devices.push(found),
        }
    }
    devices.sort_by(|a, b| {
        let key = |d: &Device| {
            (
                rank(d.kind),
                d.pci_slot.clone(),
                d.name.clone(),
                d.fingerprint.clone(),
            )
        };
        key(a).cmp(&key(b))
    });
    devices
}

/// Where `found` already is in the list. One physical card has one adapter a driver, and several drivers may show it.
fn position(devices: &[Device], found: &Device) -> Option<usize> {
    if found.pci_slot.is_some() {
        let same_slot = devices.iter().position(|d| d.pci_slot == found.pci_slot);
        if same_slot.is_some() {
            return same_slot;
        }
    }
    found.pci_id.as_ref()?;
    // A source that gives no slot: the first card of that model which no adapter claims yet.
    let same_model = |d: &&Device| {
        d.pci_id == found.pci_id
            && (d.pci_slot.is_none() || found.pci_slot.is_none())
            && (d.adapter.is_none() || found.adapter.is_none())
    };
    let candidates: Vec<&Device> = devices.iter().filter(same_model).collect();
    let best = candidates
        .iter()
        .find(|d| d.name == found.name)
        .or(candidates.first())?;
    devices.iter().position(|d| d.fingerprint == best.fingerprint)
}

/// Fills what is absent and lets the better source have its word: NVML over the kernel, an adapter on the kind, and on
/// the name where the PCI numbers leave several open.
fn absorb(into: &mut Device, found: Device) {
    let managed = found.sources.contains(&Source::Nvml);
    if managed || (found.adapter.is_some() && names::is_vague(&into.name)) {
        into.name = found.name;
    }
    if found.kind != DeviceKind::Unknown {
        into.kind = found.kind;
    }
    if managed || into.state == DeviceState::NoDriver {
        into.state = found.state;
    }
    if managed || into.driver.is_none() {
        into.driver = found.driver.or(into.driver.take());
    }
    if into.pci_slot.is_none() && found.pci_slot.is_some() {
        into.pci_slot = found.pci_slot;
        into.fingerprint = found.fingerprint;
    }
    for (sensor, degrees) in found.temperature_c {
        into.temperature_c.entry(sensor).or_insert(degrees);
    }
    fill(&mut into.pci_id, found.pci_id);
    fill(&mut into.subsystem_id, found.subsystem_id);
    fill(&mut into.revision, found.revision);
    fill(&mut into.link, found.link);
    fill(&mut into.link_max, found.link_max);
    fill(&mut into.vram_total_bytes, found.vram_total_bytes);
    fill(&mut into.vram_used_bytes, found.vram_used_bytes);
    fill(&mut into.shared_total_bytes, found.shared_total_bytes);
    fill(&mut into.shared_used_bytes, found.shared_used_bytes);
    fill(&mut into.busy_percent, found.busy_percent);
    fill(&mut into.memory_busy_percent, found.memory_busy_percent);
    fill(&mut into.clock_mhz, found.clock_mhz);
    fill(&mut into.clock_max_mhz, found.clock_max_mhz);
    fill(&mut into.memory_clock_mhz, found.memory_clock_mhz);
    fill(&mut into.power_w, found.power_w);
    fill(&mut into.power_cap_w, found.power_cap_w);
    fill(&mut into.power_limits, found.power_limits);
    fill(&mut into.fan_rpm, found.fan_rpm);
    fill(&mut into.fan_percent, found.fan_percent);
    fill(&mut into.throttle, found.throttle);
    fill(&mut into.processes, found.processes);
    fill(&mut into.ecc, found.ecc);
    fill(&mut into.mig, found.mig);
    fill(&mut into.counters.energy_uj, found.counters.energy_uj);
    fill(&mut into.counters.idle_ms, found.counters.idle_ms);
    fill(&mut into.adapter, found.adapter);
    for source in found.sources {
        if !into.sources.contains(&source) {
            into.sources.push(source);
        }
    }
}

fn fill<T>(known: &mut Option<T>, found: Option<T>) {
    if known.is_none() {
        *known = found;
    }
}

fn rank(kind: DeviceKind) -> u8 {
    match kind {
        DeviceKind::Discrete => 0,
        DeviceKind::Integrated => 1,
        DeviceKind::Unknown => 2,
        DeviceKind::Software => 3,
    }
}
