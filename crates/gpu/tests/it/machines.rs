//! Twelve real machines, each right: the main facts by hand here, all of them in a golden file each.

use hearth_gpu::snapshot;
use hearth_types::device::{DeviceKind, DeviceState, Throttle};

use crate::support::{machines, recorded};

/// Folder, name as sold, PCI id, driver, video memory in bytes, one sensor in °C, power limit in watts, integrated.
type Fact = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<u64>,
    Option<(&'static str, f64)>,
    Option<f64>,
    bool,
);

const FACTS: &[Fact] = &[
    (
        "a380-i915",
        "Arc A380",
        "8086:56a5",
        "i915",
        None,
        Some(("edge", 55.0)),
        Some(55.0),
        false,
    ),
    (
        "b580",
        "Arc B580",
        "8086:e20b",
        "xe",
        None,
        Some(("pkg", 54.0)),
        Some(190.0),
        false,
    ),
    (
        "cometlake",
        "UHD Graphics",
        "8086:9b41",
        "i915",
        None,
        None,
        None,
        true,
    ),
    (
        "hd7870",
        "Radeon HD 7870 GHz Edition",
        "1002:6818",
        "radeon",
        None,
        Some(("edge", 27.0)),
        None,
        false,
    ),
    (
        "rx5500xt",
        "Radeon RX 5500 XT",
        "1002:7340",
        "amdgpu",
        None,
        Some(("junction", 48.0)),
        Some(130.0),
        false,
    ),
    (
        "rx580",
        "Radeon RX 580",
        "1002:67df",
        "amdgpu",
        Some(4_294_967_296),
        Some(("edge", 44.0)),
        Some(155.0),
        false,
    ),
    (
        "rx6900xt",
        "Radeon RX 6900 XT",
        "1002:73bf",
        "amdgpu",
        Some(17_163_091_968),
        Some(("mem", 54.0)),
        Some(289.0),
        false,
    ),
    (
        "rx7800xt",
        "Radeon RX 7800 XT",
        "1002:747e",
        "amdgpu",
        None,
        Some(("junction", 31.0)),
        Some(236.0),
        false,
    ),
    (
        "rx9070xt",
        "Radeon RX 9070 XT",
        "1002:7550",
        "amdgpu",
        None,
        Some(("mem", 68.0)),
        Some(120.0),
        false,
    ),
    (
        "strixpoint",
        "Radeon 880M",
        "1002:150e",
        "amdgpu",
        Some(536_870_912),
        Some(("edge", 38.0)),
        None,
        true,
    ),
    (
        "vangogh",
        "AMD Custom GPU 0405",
        "1002:163f",
        "amdgpu",
        None,
        Some(("edge", 56.0)),
        Some(15.0),
        true,
    ),
    (
        "vega56",
        "Radeon RX Vega 56",
        "1002:687f",
        "amdgpu",
        Some(8_573_157_376),
        Some(("mem", 39.0)),
        Some(260.0),
        false,
    ),
];

#[test]
fn every_recorded_machine_is_read_right() {
    let listed: Vec<&str> = FACTS.iter().map(|fact| fact.0).collect();
    assert_eq!(machines(), listed, "each recorded machine has its facts here");
    for &(folder, name, pci_id, driver, vram, sensor, cap, integrated) in FACTS {
        let found = snapshot::replay(&recorded().join(folder));
        assert_eq!(found.problems, []);
        let [device] = found.devices.as_slice() else {
            panic!("{folder} is one card: {found:?}");
        };
        assert_eq!(device.name, name, "{folder}");
        assert_eq!(device.pci_id.as_deref(), Some(pci_id), "{folder}");
        assert_eq!(device.driver.as_deref(), Some(driver), "{folder}");
        assert_eq!(device.vram_total_bytes, vram, "{folder}");
        assert_eq!(device.power_cap_w, cap, "{folder}");
        assert_eq!(device.kind.integrated(), Some(integrated), "{folder}");
        assert_ne!(device.kind, DeviceKind::Unknown, "{folder}");
        assert_eq!(device.state, DeviceState::Active, "{folder}");
        match sensor {
            Some((sensor, degrees)) => assert_eq!(device.temperature_c[sensor], degrees, "{folder}"),
            None => assert!(device.temperature_c.is_empty(), "{folder}"),
        }
        insta::with_settings!({
            snapshot_path => "../golden",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, {
            insta::assert_json_snapshot!(folder, device);
        });
    }
}

#[test]
fn readings_of_a_whole_card_are_all_there() {
    let found = snapshot::replay(&recorded().join("rx6900xt"));
    let device = &found.devices[0];
    assert_eq!(device.subsystem_id.as_deref(), Some("1da2:440e"));
    assert_eq!(device.revision, Some(0xc0));
    assert_eq!(device.pci_slot.as_deref(), Some("0000:0c:00.0"));
    let link = device.link.expect("a link");
    assert_eq!((link.width, link.gt_per_s), (16, 16.0));
    assert_eq!(device.vram_used_bytes, Some(668_274_688));
    assert_eq!(
        (device.clock_mhz, device.memory_clock_mhz),
        (Some(500), Some(1000))
    );
    assert_eq!((device.busy_percent, device.power_w), (Some(3.0), Some(36.0)));
    assert_eq!(device.power_limits.and_then(|limits| limits.max_w), Some(332.0));
    assert_eq!(device.fan_rpm, Some(0));
    assert_eq!(device.throttle, Some(Vec::<Throttle>::new()));
    assert_eq!(device.hottest_c(), Some(59.0));
}

#[test]
fn more_than_sixteen_sensors_are_all_read() {
    let found = snapshot::replay(&recorded().join("b580"));
    let device = &found.devices[0];
    assert_eq!(device.temperature_c.len(), 16);
    assert_eq!(device.temperature_c["vram_ch_11"], 54.0);
    assert_eq!(
        device.counters.energy_uj,
        Some(11_031_745_544),
        "the whole card's counter"
    );
    assert_eq!(device.counters.idle_ms, Some(308_607));
}

#[test]
fn a_folder_without_cards_is_no_error() {
    assert_eq!(snapshot::replay(&recorded().join("absent")).devices, []);
}
