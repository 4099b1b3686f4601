//! States of a running machine: sleep, a card without a driver, one that fell off the bus, the link behind a bridge.

use std::fs;
use std::path::Path;
use std::time::Duration;

use hearth_gpu::detect::{Look, Roots, Sampler, sysfs};
use hearth_types::device::{DeviceKind, DeviceState, change};

use crate::support::{copy, write};

fn machine(name: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    copy(name, folder.path());
    folder
}

fn look(folder: &Path) -> Look {
    Look {
        roots: Roots::recorded(folder),
        nvml: Some("/nonexistent/libnvidia-ml.so".into()),
        wake: false,
    }
}

#[test]
fn of_a_sleeping_card_only_what_the_kernel_remembers_is_read() {
    let folder = machine("rx6900xt");
    let device = folder.path().join("card0/device");
    fs::write(device.join("power/runtime_status"), "suspended\n").unwrap();
    // As the kernel would answer if it were woken.
    fs::write(device.join("gpu_busy_percent"), "99\n").unwrap();
    let found = sysfs::read(&Roots::recorded(folder.path()));
    let card = &found[0];
    assert_eq!(card.state, DeviceState::Asleep);
    assert_eq!(card.name, "Radeon RX 6900 XT");
    assert_eq!(card.kind, DeviceKind::Discrete);
    assert_eq!(card.vram_total_bytes, Some(17_163_091_968));
    assert_eq!((card.busy_percent, card.power_w, card.link), (None, None, None));
    assert!(card.temperature_c.is_empty() && card.processes.is_none());
}

/// Reading moves a file's time of access, where the file system keeps that.
#[cfg(target_os = "linux")]
#[test]
fn no_waking_file_of_a_sleeping_card_is_opened() {
    let epoch = std::time::SystemTime::UNIX_EPOCH;
    let folder = machine("rx6900xt");
    let device = folder.path().join("card0/device");
    fs::write(device.join("power/runtime_status"), "suspending\n").unwrap();
    let control = "power/runtime_status";
    let waking = [
        "config",
        "gpu_busy_percent",
        "gpu_metrics",
        "current_link_speed",
        "mem_info_vram_used",
        "hwmon/hwmon5/temp1_input",
        "hwmon/hwmon5/power1_average",
    ];
    write(&device, "config", &[0xff; 64]);
    for file in waking.iter().chain(&[control]) {
        let opened = fs::File::options().write(true).open(device.join(file)).unwrap();
        let times = fs::FileTimes::new().set_accessed(epoch).set_modified(epoch);
        opened.set_times(times).unwrap();
    }
    let read = |file: &str| fs::metadata(device.join(file)).unwrap().accessed().unwrap() != epoch;
    let found = sysfs::read(&Roots::recorded(folder.path()));
    assert_eq!(found[0].state, DeviceState::Asleep);
    if read(control) {
        for file in waking {
            assert!(!read(file), "{file} was read");
        }
    }
}

#[test]
fn a_card_that_reads_as_all_ones_fell_off_the_bus() {
    let folder = machine("rx6900xt");
    write(folder.path(), "card0/device/config", &[0xff; 64]);
    let found = sysfs::read(&Roots::recorded(folder.path()));
    assert_eq!(found[0].state, DeviceState::Lost);
    assert!(found[0].temperature_c.is_empty());
}

#[test]
fn cards_without_a_driver_are_listed_and_managing_chips_are_not() {
    let folder = machine("rx6900xt");
    let pci = |slot: &str, id: &str, driver: &str, class: &str| {
        let of = format!("pci/{slot}");
        let uevent = format!("{driver}PCI_CLASS={class}\nPCI_ID={id}\nPCI_SLOT_NAME={slot}\n");
        write(folder.path(), format!("{of}/uevent"), uevent.as_bytes());
        write(
            folder.path(),
            format!("{of}/class"),
            format!("0x0{class}\n").as_bytes(),
        );
    };
    pci("0000:0c:00.0", "1002:73BF", "DRIVER=amdgpu\n", "30000");
    pci("0000:0d:00.0", "10DE:2204", "DRIVER=vfio-pci\n", "30000");
    pci("0000:0e:00.0", "10DE:2204", "", "30200");
    pci("0000:0f:00.0", "1A03:2000", "DRIVER=ast\n", "30000");
    pci("0000:10:00.0", "10DE:1AEF", "DRIVER=snd_hda_intel\n", "40300");
    let found = sysfs::read(&Roots::recorded(folder.path()));
    let states: Vec<_> = found
        .iter()
        .map(|card| (card.pci_slot.clone().unwrap(), card.state))
        .collect();
    let slot = |slot: &str| slot.to_owned();
    assert_eq!(
        states,
        [
            (slot("0000:0c:00.0"), DeviceState::Active),
            (slot("0000:0d:00.0"), DeviceState::NoDriver),
            (slot("0000:0e:00.0"), DeviceState::NoDriver),
        ]
    );
    assert!(found[1].name.starts_with("GeForce RTX 3090"), "{}", found[1].name);
}

#[cfg(unix)]
#[test]
fn the_link_is_that_of_the_cards_own_bridge() {
    let folder = machine("b580");
    let devices = folder
        .path()
        .join("devices/0000:00:01.0/0000:07:00.0/0000:08:01.0/0000:09:00.0");
    fs::create_dir_all(devices.parent().unwrap()).unwrap();
    let device = folder.path().join("card1/device");
    fs::rename(&device, &devices).unwrap();
    std::os::unix::fs::symlink(&devices, &device).unwrap();
    let bridge = |path: &str, vendor: &str, speed: &str, width: &str| {
        let of = folder.path().join("devices").join(path);
        for (file, content) in [
            ("vendor", vendor),
            ("current_link_speed", speed),
            ("current_link_width", width),
            ("max_link_speed", speed),
            ("max_link_width", width),
        ] {
            write(&of, file, content.as_bytes());
        }
    };
    bridge("0000:00:01.0", "0x1022\n", "2.5 GT/s PCIe\n", "4\n");
    bridge("0000:00:01.0/0000:07:00.0", "0x8086\n", "16.0 GT/s PCIe\n", "8\n");
    bridge(
        "0000:00:01.0/0000:07:00.0/0000:08:01.0",
        "0x8086\n",
        "2.5 GT/s PCIe\n",
        "1\n",
    );
    let found = sysfs::read(&Roots::recorded(folder.path()));
    let link = found[0].link.unwrap();
    assert_eq!((link.width, link.gt_per_s), (8, 16.0));
}

#[test]
fn samples_follow_the_machine_and_complete_each_other() {
    let folder = machine("b580");
    let mut sampler = Sampler::new(look(folder.path()));
    let device = folder.path().join("card1/device");
    let first = sampler.sample(Duration::ZERO, true);
    assert_eq!(
        (first.devices[0].power_w, first.devices[0].busy_percent),
        (None, None)
    );
    let energy = 11_031_745_544_u64 + 2 * 120_000_000;
    fs::write(device.join("hwmon/hwmon2/energy1_input"), energy.to_string()).unwrap();
    fs::write(device.join("tile0/gt0/gtidle/idle_residency_ms"), "309107").unwrap();
    let second = sampler.sample(Duration::from_secs(2), true);
    assert_eq!(second.devices[0].power_w, Some(120.0));
    assert_eq!(second.devices[0].busy_percent, Some(75.0));

    fs::write(device.join("power/runtime_status"), "suspended").unwrap();
    let third = sampler.sample(Duration::from_secs(3), true);
    fs::remove_dir_all(folder.path().join("card1")).unwrap();
    let fourth = sampler.sample(Duration::from_secs(4), true);
    let fingerprint = first.devices[0].fingerprint.clone();
    assert_eq!(
        change::between(&second.devices, &third.devices),
        [change::Change::State {
            fingerprint: fingerprint.clone(),
            from: DeviceState::Active,
            to: DeviceState::Asleep,
        }]
    );
    assert_eq!(
        change::between(&third.devices, &fourth.devices),
        [change::Change::Disappeared { fingerprint }]
    );
}

#[test]
fn programs_are_looked_for_only_when_asked_and_their_load_is_told() {
    let folder = machine("rx6900xt");
    let worked = |ns: u64| {
        let lines = format!(
            "drm-driver:\tamdgpu\ndrm-client-id:\t9\ndrm-pdev:\t0000:0c:00.0\n\
             drm-engine-gfx:\t{ns} ns\ndrm-memory-vram:\t2048 KiB\n"
        );
        write(folder.path(), "proc/77/fdinfo/5", lines.as_bytes());
    };
    worked(1_000);
    write(folder.path(), "proc/77/comm", b"game\n");
    let mut sampler = Sampler::new(look(folder.path()));
    let none = sampler.sample(Duration::ZERO, false);
    assert_eq!(none.devices[0].processes, None);
    let mut program = |at: u64| {
        let sample = sampler.sample(Duration::from_secs(at), true);
        let programs = sample.devices[0].processes.clone().unwrap();
        assert_eq!(programs.len(), 1);
        programs[0].clone()
    };
    let first = program(1);
    assert_eq!((first.pid, first.name.as_deref()), (77, Some("game")));
    assert_eq!((first.memory_bytes, first.busy_percent), (Some(2 << 20), None));
    worked(600_001_000);
    assert_eq!(program(2).busy_percent, Some(60.0));
}
