//! Folders that somebody sent: whatever is in them, looking at them ends, and what is told makes sense.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_gpu::snapshot;
use hearth_types::device::Device;
use proptest::prelude::*;

use crate::support::{copy, files, machines, write};

/// What happened to a file.
#[derive(Clone, Debug)]
enum Damage {
    Missing,
    Empty,
    Huge,
    Holds(Vec<u8>),
    Says(String),
    LinkToItself,
    LinkToFolderAbove,
    Folder,
    #[cfg(unix)]
    Pipe,
}

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        Just(Damage::Missing),
        Just(Damage::Empty),
        Just(Damage::Huge),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Damage::Holds),
        words().prop_map(Damage::Says),
        Just(Damage::LinkToItself),
        Just(Damage::LinkToFolderAbove),
        Just(Damage::Folder),
        #[cfg(unix)]
        Just(Damage::Pipe),
    ]
}

/// Text that is nearly right.
fn words() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<i128>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number} GT/s PCIe")),
        "[0-9a-fA-F:xX.*\n =-]{0,40}".prop_map(|text| text),
        "PCI_ID=[0-9A-F]{0,6}:[0-9A-F]{0,6}\nPCI_SLOT_NAME=[0-9:.]{0,14}\nDRIVER=\\PC{0,80}",
        "drm-pdev:\t0000:0c:00.0\ndrm-engine-gfx:\t[0-9]{0,30} ns\ndrm-memory-vram:\t[0-9]{0,30} [KM]iB\n",
        "\\PC{0,60}",
    ]
}

fn apply(folder: &Path, file: &PathBuf, damage: &Damage) {
    let path = folder.join(file);
    fs::remove_file(&path).unwrap();
    match damage {
        Damage::Missing => {}
        Damage::Empty => write(folder, file, b""),
        Damage::Huge => write(folder, file, &b"9".repeat(3 << 20)),
        Damage::Holds(bytes) => write(folder, file, bytes),
        Damage::Says(text) => write(folder, file, text.as_bytes()),
        Damage::Folder => fs::create_dir(&path).unwrap(),
        #[cfg(unix)]
        Damage::LinkToItself => std::os::unix::fs::symlink(&path, &path).unwrap(),
        #[cfg(unix)]
        Damage::LinkToFolderAbove => std::os::unix::fs::symlink(folder, &path).unwrap(),
        #[cfg(not(unix))]
        Damage::LinkToItself | Damage::LinkToFolderAbove => {}
        #[cfg(unix)]
        Damage::Pipe => {
            let made = std::process::Command::new("mkfifo").arg(&path).status();
            assert!(made.unwrap().success());
        }
    }
}

/// What a reader of the list relies on.
fn makes_sense(device: &Device) -> Result<(), TestCaseError> {
    prop_assert!(!device.name.is_empty() && !device.fingerprint.is_empty());
    let figures = [
        device.busy_percent,
        device.memory_busy_percent,
        device.power_w,
        device.power_cap_w,
        device.fan_percent,
    ];
    for figure in figures.into_iter().flatten() {
        prop_assert!((0.0..10_000.0).contains(&figure), "{device:?}");
    }
    for degrees in device.temperature_c.values() {
        prop_assert!((-100.0..=300.0).contains(degrees), "{device:?}");
    }
    let json = serde_json::to_string(device).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Device>(&json).unwrap(), device);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_damaged_folder_is_read_without_harm(
        machine in prop::sample::select(machines()),
        damages in prop::collection::vec((any::<prop::sample::Index>(), damage()), 1..12),
    ) {
        let folder = tempfile::tempdir().unwrap();
        copy(&machine, folder.path());
        write(folder.path(), "proc/77/fdinfo/5", b"drm-pdev:\t0000:0c:00.0\ndrm-engine-gfx:\t5 ns\n");
        write(folder.path(), snapshot::RECORDED, b"{}");
        for (which, damage) in &damages {
            let left = files(folder.path());
            apply(folder.path(), which.get(left.as_slice()), damage);
        }
        let found = snapshot::replay(folder.path());
        prop_assert!(found.devices.len() <= 1);
        for device in &found.devices {
            makes_sense(device)?;
        }
        // Saving it anew keeps what was readable.
        let out = tempfile::tempdir().unwrap();
        let roots = hearth_gpu::detect::Roots::recorded(folder.path());
        let answers = snapshot::recorded_answers(folder.path());
        if snapshot::save(&roots, &answers, out.path()).is_ok() {
            let again = snapshot::replay(out.path());
            prop_assert_eq!(again.devices.len(), found.devices.len());
        }
    }
}

#[test]
fn each_file_of_each_machine_may_be_missing() {
    for machine in machines() {
        let whole = tempfile::tempdir().unwrap();
        copy(&machine, whole.path());
        for file in files(whole.path()) {
            let path = whole.path().join(&file);
            let content = fs::read(&path).unwrap();
            fs::remove_file(&path).unwrap();
            let found = snapshot::replay(whole.path());
            let only_identity = file.ends_with("device/uevent");
            assert!(
                only_identity || found.devices.len() == 1,
                "{machine} without {} has {} devices",
                file.display(),
                found.devices.len()
            );
            fs::write(&path, content).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn folders_that_lead_round_in_circles_end() {
    let folder = tempfile::tempdir().unwrap();
    copy("b580", folder.path());
    let device = folder.path().join("card1/device");
    for name in ["tile1", "tile2", "hwmon/hwmon3", "hwmon/hwmon2/hwmon4"] {
        std::os::unix::fs::symlink(&device, device.join(name)).unwrap();
    }
    std::os::unix::fs::symlink(folder.path(), folder.path().join("card7")).unwrap();
    std::os::unix::fs::symlink(folder.path().join("card1"), folder.path().join("card8")).unwrap();
    let found = snapshot::replay(folder.path());
    assert_eq!(
        found.devices.len(),
        1,
        "a link to the card shows the same card: {found:?}"
    );
}
