//! What several sources see of one card becomes one device.

use hearth_gpu::detect::merge;
use hearth_gpu::snapshot;
use hearth_types::device::{AdapterRef, Device, DeviceKind, DeviceState, Source};

use crate::support::recorded;

fn only(name: &str) -> Device {
    let mut found = snapshot::replay(&recorded().join(name)).devices;
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
fn an_adapter_joins_its_card_by_slot() {
    let card = only("rx580");
    let found = adapter(&card, "AMD Radeon RX 580 Series", true);
    let merged = merge::merge(vec![card.clone()], vec![], vec![found.clone()]);
    assert_eq!(merged.len(), 1);
    assert_eq!(merged[0].name, card.name, "the numbers tell the model");
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

#[test]
fn an_adapter_names_the_card_that_its_numbers_do_not() {
    let card = Device {
        name: "Radeon RX 6800 / Radeon RX 6800 XT".into(),
        ..only("rx6900xt")
    };
    let found = adapter(&card, "Radeon RX 6800 XT", true);
    let merged = merge::merge(vec![card], vec![], vec![found]);
    assert_eq!(merged[0].name, "Radeon RX 6800 XT");
}

#[test]
fn the_makers_library_has_the_last_word() {
    let card = only("rx580");
    let managed = Device {
        name: "As the maker says".into(),
        state: DeviceState::Lost,
        driver: Some("vendor 1.2".into()),
        vram_total_bytes: Some(1),
        temperature_c: [("edge".to_owned(), 1.0), ("hbm".to_owned(), 2.0)].into(),
        sources: vec![Source::Nvml],
        ..card.clone()
    };
    let merged = merge::merge(vec![card.clone()], vec![managed.clone()], vec![]);
    assert_eq!(merged.len(), 1);
    assert_eq!(
        (&merged[0].name, merged[0].state, &merged[0].driver),
        (&managed.name, DeviceState::Lost, &managed.driver)
    );
    assert_eq!(merged[0].vram_total_bytes, card.vram_total_bytes);
    assert_eq!(merged[0].temperature_c["edge"], card.temperature_c["edge"]);
    assert_eq!(merged[0].temperature_c["hbm"], 2.0);
}
