//! What single cards tell, whole, divided, poor, lost or refused.

use hearth_fake_nvml::{Ecc, Error, Gpu, Instance};
use hearth_types::device::{DeviceState, Link, Throttle};

use crate::machine::{Machine, gpu, only};

#[test]
fn a_card_with_all_its_readings() {
    let found = Machine::new(vec![gpu(0)]).probe();
    let card = only(&found);
    assert_eq!(card.name, "GeForce RTX 3090");
    assert_eq!(card.pci_id.as_deref(), Some("10de:2204"));
    assert_eq!(card.subsystem_id.as_deref(), Some("1458:403b"));
    assert_eq!(card.pci_slot.as_deref(), Some("0000:01:00.0"));
    assert_eq!(card.driver.as_deref(), Some("nvidia 570.86.16"));
    assert_eq!(
        (card.vram_total_bytes, card.vram_used_bytes),
        (Some(24 << 30), Some(1 << 30))
    );
    assert_eq!(
        (card.busy_percent, card.memory_busy_percent),
        (Some(37.0), Some(12.0))
    );
    assert_eq!(
        (card.clock_mhz, card.clock_max_mhz, card.memory_clock_mhz),
        (Some(1695), Some(2100), Some(9751))
    );
    assert_eq!((card.power_w, card.power_cap_w), (Some(212.34), Some(350.0)));
    assert_eq!(card.power_limits.and_then(|limits| limits.min_w), Some(100.0));
    assert_eq!((card.fan_percent, card.fan_rpm), (Some(48.0), Some(1620)));
    let link = Link {
        width: 16,
        gt_per_s: 16.0,
    };
    assert_eq!((card.link, card.link_max), (Some(link), Some(link)));
    assert_eq!(card.temperature_c["edge"], 61.0);
    assert_eq!(card.throttle, Some(vec![Throttle::Power]));
    assert_eq!((card.ecc, &card.mig), (None, &None));
    let programs = card.processes.as_ref().unwrap();
    assert_eq!(programs.len(), 2);
    let own = programs.iter().find(|p| p.pid == std::process::id()).unwrap();
    assert_eq!(
        (own.memory_bytes, own.busy_percent),
        (Some(512 << 20), Some(30.0))
    );
    assert!(own.name.is_some(), "a program of this user has a name");
}

#[test]
fn up_to_eight_cards_each_once_with_the_kernels_view_of_them() {
    for count in [1, 2, 8] {
        let machine = Machine::new((0..count).map(gpu).collect());
        for number in 0..count {
            machine.card(number, "active\n");
        }
        let found = machine.probe();
        let slots: Vec<_> = found
            .devices
            .iter()
            .map(|d| d.pci_slot.clone().unwrap())
            .collect();
        let expected: Vec<_> = (1..=count).map(|bus| format!("0000:{bus:02x}:00.0")).collect();
        assert_eq!(slots, expected);
        assert!(found.devices.iter().all(|device| device.sources.len() == 2));
    }
}

#[test]
fn a_divided_card_tells_its_instances_and_error_correction() {
    let instance = |name: &str| Instance {
        name: format!("NVIDIA A100-SXM4-40GB MIG {name}"),
        memory: (5 << 30, 1 << 20),
    };
    let found = Machine::new(vec![Gpu {
        name: "NVIDIA A100-SXM4-40GB".into(),
        pci_device_id: 0x20b0_10de,
        load: None,
        fan: None,
        ecc: Some(Ecc {
            enabled: true,
            corrected: 3,
            uncorrected: 1,
        }),
        instances: Some(vec![instance("1g.5gb"), instance("3g.20gb")]),
        ..gpu(0)
    }])
    .probe();
    let card = only(&found);
    assert_eq!((card.busy_percent, card.fan_rpm), (None, None));
    let mig = card.mig.as_ref().unwrap();
    assert!(mig.enabled);
    assert_eq!(mig.instances.len(), 2);
    assert_eq!(
        mig.instances[1].name.as_deref(),
        Some("NVIDIA A100-SXM4-40GB MIG 3g.20gb")
    );
    assert_eq!(mig.instances[1].memory_total_bytes, Some(5 << 30));
    let ecc = card.ecc.unwrap();
    assert_eq!(
        (ecc.enabled, ecc.corrected, ecc.uncorrected),
        (Some(true), Some(3), Some(1))
    );
}

#[test]
fn what_a_card_does_not_support_is_absent() {
    let mut poor = Gpu {
        errors: [("*".to_owned(), Error::NotSupported)].into(),
        ..gpu(0)
    };
    let silent = Machine::new(vec![poor.clone()]).probe();
    assert_eq!(silent.devices, [], "a card that does not even say its slot");
    assert!(!silent.problems.is_empty());
    poor.errors = gpu_readings()
        .map(|function| (function.to_owned(), Error::NotSupported))
        .into();
    let found = Machine::new(vec![poor]).probe();
    let card = only(&found);
    assert_eq!(card.name, "GeForce RTX 3090");
    assert_eq!(card.state, DeviceState::Active);
    assert_eq!((card.vram_total_bytes, card.busy_percent), (None, None));
    assert_eq!(
        (card.power_w, card.power_cap_w, &card.throttle),
        (None, None, &None)
    );
    assert!(card.temperature_c.is_empty() && card.processes.is_none());
}

/// Functions that old or small cards lack.
fn gpu_readings() -> [&'static str; 9] {
    [
        "nvmlDeviceGetMemoryInfo_v2",
        "nvmlDeviceGetUtilizationRates",
        "nvmlDeviceGetTemperature",
        "nvmlDeviceGetPowerUsage",
        "nvmlDeviceGetEnforcedPowerLimit",
        "nvmlDeviceGetFanSpeedRPM",
        "nvmlDeviceGetCurrentClocksThrottleReasons",
        "nvmlDeviceGetComputeRunningProcesses_v3",
        "nvmlDeviceGetGraphicsRunningProcesses_v3",
    ]
}

#[test]
fn a_card_that_fell_off_the_bus_is_lost_and_its_neighbour_is_not() {
    let lost = |function: &str| Gpu {
        errors: [(function.to_owned(), Error::GpuIsLost)].into(),
        ..gpu(1)
    };
    // It still says which it is, or nothing at all: then the kernel's card stands for it.
    for function in ["nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetPciInfo_v3", "*"] {
        let machine = Machine::new(vec![gpu(0), lost(function)]);
        machine.card(0, "active\n");
        machine.card(1, "active\n");
        let found = machine.probe();
        let states: Vec<_> = found.devices.iter().map(|device| device.state).collect();
        assert_eq!(states, [DeviceState::Active, DeviceState::Lost], "{function}");
        assert_eq!(found.devices[0].temperature_c["edge"], 61.0);
    }
}

#[test]
fn a_library_that_refuses_is_a_note_and_the_kernels_cards_stay() {
    let errors = [
        ("nvmlInit_v2", Error::DriverNotLoaded),
        ("nvmlInit_v2", Error::NoPermission),
        ("nvmlInit_v2", Error::LibRmVersionMismatch),
        ("nvmlDeviceGetCount_v2", Error::Unknown),
        ("nvmlDeviceGetHandleByIndex_v2", Error::NoPermission),
    ];
    for (function, error) in errors {
        let mut machine = Machine::new(vec![gpu(0)]);
        machine.card(0, "active\n");
        machine.script.errors = [(function.to_owned(), error)].into();
        machine.publish();
        let found = machine.probe();
        let card = only(&found);
        assert!(card.name.starts_with("GeForce RTX 3090"), "{}", card.name);
        assert_eq!(card.state, DeviceState::Active);
        assert_eq!(card.temperature_c.len(), 0);
        assert_eq!(found.problems.len(), 1, "{function} {error:?}: {found:?}");
    }
}

#[test]
fn a_crashing_driver_takes_only_the_probe_down() {
    let mut machine = Machine::new(vec![gpu(0)]);
    machine.script.errors = [("nvmlDeviceGetCount_v2".to_owned(), Error::Crash)].into();
    machine.publish();
    let output = machine.ask();
    assert!(!output.status.success());
    assert_eq!(output.stdout, b"");
}
