//! A scripted machine with NVIDIA cards.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use hearth_fake_nvml::{Gpu, Limits, Process, SCRIPT, Script};
use hearth_types::device::{Detection, Device, Vendor};
use tempfile::TempDir;

/// The program under test.
pub(crate) const RUNNER: &str = env!("CARGO_BIN_EXE_hearth-runner");

/// The stand-in as a shared library: cargo puts it beside this test.
fn library() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let library = test.parent().unwrap().join("libhearth_fake_nvml.so");
    assert!(library.is_file(), "{} is not built", library.display());
    library
}

/// A machine: the script, its log, and what the kernel shows.
pub(crate) struct Machine {
    pub(crate) folder: TempDir,
    pub(crate) script: Script,
}

impl Machine {
    pub(crate) fn new(gpus: Vec<Gpu>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("kernel")).unwrap();
        let script = Script {
            driver: "570.86.16".into(),
            log: Some(folder.path().join("log")),
            gpus,
            ..Script::default()
        };
        let machine = Self { folder, script };
        machine.publish();
        machine
    }

    /// Puts the script in force at once and as a whole.
    pub(crate) fn publish(&self) {
        let written = self.folder.path().join("script.new");
        fs::write(&written, serde_json::to_vec(&self.script).unwrap()).unwrap();
        fs::rename(written, self.path()).unwrap();
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("script")
    }

    /// Shows an NVIDIA card in the kernel's way.
    pub(crate) fn card(&self, number: usize, status: &str) {
        let device = self.folder.path().join(format!("kernel/card{number}/device"));
        fs::create_dir_all(device.join("power")).unwrap();
        let uevent = format!(
            "DRIVER=nvidia\nPCI_CLASS=30000\nPCI_ID=10DE:2204\nPCI_SUBSYS_ID=1458:403B\n\
             PCI_SLOT_NAME=0000:{:02x}:00.0\n",
            number + 1
        );
        fs::write(device.join("uevent"), uevent).unwrap();
        fs::write(device.join("power/runtime_status"), status).unwrap();
    }

    pub(crate) fn runner(&self, command: &str) -> Command {
        let mut runner = Command::new(RUNNER);
        runner
            .arg(command)
            .arg("--nvml")
            .arg(library())
            .arg("--kernel")
            .arg(self.folder.path().join("kernel"))
            .env(SCRIPT, self.path());
        runner
    }

    pub(crate) fn ask(&self) -> Output {
        self.runner("probe").output().unwrap()
    }

    /// What the probe finds, software adapters of this machine aside.
    pub(crate) fn probe(&self) -> Detection {
        let output = self.ask();
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{text}");
        let mut found: Detection = serde_json::from_slice(&output.stdout).unwrap();
        found.devices.retain(|device| device.vendor == Vendor::Nvidia);
        found
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }
}

/// A whole card in the slot after `number`.
pub(crate) fn gpu(number: usize) -> Gpu {
    Gpu {
        name: "NVIDIA GeForce RTX 3090".into(),
        slot: format!("00000000:{:02X}:00.0", number + 1),
        pci_device_id: 0x2204_10de,
        pci_subsystem_id: 0x403b_1458,
        memory: Some((24 << 30, 1 << 30)),
        load: Some((37, 12)),
        temperature: Some(61),
        clocks: Some((1695, 2100, 9751)),
        power: Some(212_340),
        limits: Some(Limits {
            now: 350_000,
            default: 350_000,
            min: 100_000,
            max: 390_000,
        }),
        energy: Some(5_000),
        fan: Some((48, 1620)),
        link: Some((4, 16)),
        link_max: Some((4, 16)),
        throttle: Some(0x4),
        processes: vec![
            Process {
                pid: std::process::id(),
                memory: 512 << 20,
                load: 30,
                graphics: false,
            },
            Process {
                pid: 4_000_001,
                memory: 64 << 20,
                load: 2,
                graphics: true,
            },
        ],
        ..Gpu::default()
    }
}

/// The one device of a detection.
pub(crate) fn only(found: &Detection) -> &Device {
    let [device] = found.devices.as_slice() else {
        panic!("one device: {found:?}")
    };
    device
}
