//! Detection from folders as real machines show them, and merging of what several sources see.

use std::path::Path;

use hearth_gpu::detect::{merge, sysfs};
use hearth_types::device::{AdapterRef, Device, DeviceKind, Source, Vendor};

fn snapshot(name: &str) -> Vec<Device> {
    sysfs::read(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/snapshots")
            .join(name),
    )
}

fn only(name: &str) -> Device {
    let mut found = snapshot(name);
    assert_eq!(found.len(), 1, "{name}: {found:?}");
    found.remove(0)
}

/// An adapter of a driver that names the slot, or not.
fn adapter(like: &Device, name: &str, with_slot: bool) -> Device {
    let slot = if with_slot { like.pci_slot.clone() } else { None };
    let reference = AdapterRef {
        backend: "vulkan".into(),
        name: name.into(),
        pci_slot: slot.clone().unwrap_or_default(),
        index: 0,
    };
    Device {
        fingerprint: format!("vulkan-{name}-0"),
        name: name.into(),
        kind: DeviceKind::Discrete,
        pci_slot: slot,
        driver: Some("radv".into()),
        vram_total_bytes: None,
        adapter: Some(reference),
        sources: vec![Source::Wgpu],
        ..like.clone()
    }
}

#[test]
fn a_discrete_amd_card_with_all_its_sensors() {
    let card = only("rx580");
    assert_eq!(card.pci_id.as_deref(), Some("1002:67df"));
    assert_eq!((card.vendor, card.kind), (Vendor::Amd, DeviceKind::Discrete));
    assert!(card.name.starts_with("AMD Radeon RX"), "{}", card.name);
    assert!(card.vram_total_bytes.unwrap() >= 4_000_000_000);
    assert!(card.vram_used_bytes.unwrap() < card.vram_total_bytes.unwrap());
    assert!((10.0..110.0).contains(&card.temperature_c["edge"]));
    assert!(card.power_w.unwrap() < card.power_cap_w.unwrap());
    assert!(card.fan_rpm.is_some() && card.adapter.is_none());
}

#[test]
fn graphics_of_a_processor_are_told_from_cards() {
    assert_eq!(only("cometlake").kind, DeviceKind::Integrated);
    assert_eq!(only("b580").kind, DeviceKind::Discrete);
    assert_ne!(only("strixpoint").kind, DeviceKind::Discrete);
}

#[test]
fn a_folder_without_cards_is_no_error() {
    assert_eq!(snapshot("absent"), Vec::new());
}

#[test]
fn an_adapter_joins_its_card_by_slot() {
    let card = only("rx580");
    let found = adapter(&card, "AMD Radeon RX 580 Series", true);
    let merged = merge::merge(vec![card.clone()], vec![], vec![found.clone()]);
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].name, found.name);
    assert_eq!(
        merged[0].fingerprint, card.fingerprint,
        "a driver that comes or goes changes no identity"
    );
    assert_eq!(merged[0].vram_total_bytes, card.vram_total_bytes);
    assert_eq!(merged[0].sources, [Source::Sysfs, Source::Wgpu]);
}

#[test]
fn twin_cards_without_slots_each_get_one_adapter() {
    let first = only("rx580");
    let second = Device {
        pci_slot: Some("0000:0d:00.0".into()),
        fingerprint: "pci-0000:0d:00.0-1002:67df".into(),
        ..first.clone()
    };
    let adapters = ["RX 580 a", "RX 580 b"].map(|name| adapter(&first, name, false));
    let merged = merge::merge(vec![first, second], vec![], adapters.to_vec());
    assert_eq!(merged.len(), 2);
    assert!(merged.iter().all(|device| device.adapter.is_some()));
}

#[test]
fn two_drivers_of_one_card_stay_one_device() {
    let card = only("rx580");
    let adapters = vec![adapter(&card, "radv", true), adapter(&card, "amdvlk", true)];
    let merged = merge::merge(vec![card], vec![], adapters);
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].adapter.as_ref().unwrap().name, "radv");
}
