//! Devices that several sources saw become one: by PCI slot first, then by PCI id and name.

use hearth_types::device::{Device, DeviceKind, Source};

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

/// Fills what is absent and lets the better source have its word: NVML over the kernel, an adapter on kind and name.
fn absorb(into: &mut Device, found: Device) {
    let managed = found.sources.contains(&Source::Nvml);
    let named_by_library = into.sources.contains(&Source::Nvml);
    if managed || (found.adapter.is_some() && !named_by_library) {
        into.name = found.name;
    }
    if found.kind != DeviceKind::Unknown {
        into.kind = found.kind;
    }
    if managed || into.driver.is_none() {
        into.driver = found.driver.or(into.driver.take());
    }
    into.pci_id = into.pci_id.take().or(found.pci_id);
    if into.pci_slot.is_none() && found.pci_slot.is_some() {
        into.pci_slot = found.pci_slot;
        into.fingerprint = found.fingerprint;
    }
    into.vram_total_bytes = into.vram_total_bytes.or(found.vram_total_bytes);
    into.vram_used_bytes = into.vram_used_bytes.or(found.vram_used_bytes);
    into.busy_percent = into.busy_percent.or(found.busy_percent);
    for (sensor, degrees) in found.temperature_c {
        into.temperature_c.entry(sensor).or_insert(degrees);
    }
    into.power_w = into.power_w.or(found.power_w);
    into.power_cap_w = into.power_cap_w.or(found.power_cap_w);
    into.fan_rpm = into.fan_rpm.or(found.fan_rpm);
    into.adapter = into.adapter.take().or(found.adapter);
    for source in found.sources {
        if !into.sources.contains(&source) {
            into.sources.push(source);
        }
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
