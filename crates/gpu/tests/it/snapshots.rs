//! Saving a machine and looking at the saved folder gives the same devices, and nothing that tells whose it was.

use std::fs;

use hearth_gpu::detect::{Recorded, Roots};
use hearth_gpu::snapshot::{self, SnapshotError};
use hearth_types::device::{Device, DeviceState, GpuProcess};

use crate::support::{copy, files, machines, recorded, write};

#[test]
fn what_is_saved_is_what_was_seen() {
    for machine in machines() {
        let from = recorded().join(&machine);
        let out = tempfile::tempdir().unwrap();
        let saved = snapshot::save(&Roots::recorded(&from), &Recorded::default(), out.path()).unwrap();
        assert_eq!(snapshot::replay(out.path()), snapshot::replay(&from), "{machine}");
        let listed: Vec<String> = files(out.path())
            .iter()
            .map(|file| file.to_string_lossy().into_owned())
            .collect();
        let mut told = saved.files;
        told.sort();
        assert_eq!(told, listed, "{machine}: every file is listed");
    }
}

#[test]
fn nothing_of_the_owner_is_kept() {
    let machine = tempfile::tempdir().unwrap();
    copy("rx6900xt", machine.path());
    let device = machine.path().join("card0/device");
    for secret in [
        "serial_number",
        "unique_id",
        "config",
        "product_number",
        "hwmon/hwmon5/secret",
    ] {
        write(&device, secret, b"S3CRET");
    }
    write(machine.path(), "proc/77/comm", b"S3CRET\n");
    write(machine.path(), "proc/77/environ", b"S3CRET\n");
    write(
        machine.path(),
        "proc/77/fdinfo/5",
        b"pos:\t0\nS3CRET: 1\ndrm-pdev:\t0000:0c:00.0\ndrm-client-id:\t1\ndrm-engine-gfx:\t5 ns\ndrm-memory-vram:\t8 KiB\n",
    );
    let managed = Device {
        fingerprint: "x".into(),
        processes: Some(vec![GpuProcess {
            pid: 1,
            name: Some("S3CRET".into()),
            ..GpuProcess::default()
        }]),
        ..Device::default()
    };
    let answers = Recorded {
        managed: vec![managed],
        adapters: vec![],
    };
    let out = tempfile::tempdir().unwrap();
    snapshot::save(&Roots::recorded(machine.path()), &answers, out.path()).unwrap();
    for file in files(out.path()) {
        let content = fs::read(out.path().join(&file)).unwrap();
        let content = String::from_utf8_lossy(&content);
        assert!(!content.contains("S3CRET"), "{}", file.display());
        assert!(!file.to_string_lossy().contains("secret"));
    }
    let seen = snapshot::replay(out.path());
    let card = &seen.devices[0];
    let expected = GpuProcess {
        pid: 77,
        memory_bytes: Some(8192),
        engine_ns: Some(5),
        ..GpuProcess::default()
    };
    assert_eq!(card.processes.as_deref(), Some([expected].as_slice()));
    assert_eq!(seen.devices.len(), 2, "the library's device is there too");
}

#[test]
fn a_sleeping_card_is_saved_asleep_and_unread() {
    let machine = tempfile::tempdir().unwrap();
    copy("rx6900xt", machine.path());
    write(
        machine.path(),
        "card0/device/power/runtime_status",
        b"suspended\n",
    );
    let out = tempfile::tempdir().unwrap();
    snapshot::save(&Roots::recorded(machine.path()), &Recorded::default(), out.path()).unwrap();
    let kept: Vec<String> = files(out.path())
        .iter()
        .map(|file| file.to_string_lossy().into_owned())
        .collect();
    assert!(
        !kept
            .iter()
            .any(|file| file.ends_with("_busy_percent") || file.contains("temp")),
        "{kept:?}"
    );
    let seen = snapshot::replay(out.path());
    assert_eq!(seen, snapshot::replay(machine.path()));
    assert_eq!(seen.devices[0].state, DeviceState::Asleep);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let out = tempfile::tempdir().unwrap();
    write(out.path(), "mine", b"mine");
    let refused = snapshot::save(
        &Roots::recorded(&recorded().join("rx580")),
        &Recorded::default(),
        out.path(),
    );
    assert!(matches!(refused, Err(SnapshotError::NotEmpty(_))), "{refused:?}");
    assert_eq!(files(out.path()).len(), 1);
}

#[test]
fn a_damaged_record_is_told() {
    let machine = tempfile::tempdir().unwrap();
    copy("rx580", machine.path());
    write(machine.path(), snapshot::RECORDED, b"{\"managed\": 7}");
    let seen = snapshot::replay(machine.path());
    assert_eq!(seen.devices.len(), 1);
    assert!(seen.problems[0].message.contains(snapshot::RECORDED));
}
