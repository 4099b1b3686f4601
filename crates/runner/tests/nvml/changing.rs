//! Machines that change, cards that sleep, and machines that are saved.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use hearth_fake_nvml::Error;
use hearth_types::device::{Detection, Device, DeviceState, Vendor, change};

use crate::machine::{Machine, RUNNER, gpu, only};

#[test]
fn the_library_is_not_opened_while_every_card_sleeps() {
    let machine = Machine::new(vec![gpu(0)]);
    machine.card(0, "suspended\n");
    let found = machine.probe();
    assert_eq!(only(&found).state, DeviceState::Asleep);
    assert_eq!(machine.log(), "", "no function was called");
}

#[test]
fn a_sleeping_card_beside_one_that_is_awake_is_not_touched() {
    let machine = Machine::new(vec![gpu(0), gpu(1)]);
    machine.card(0, "active\n");
    machine.card(1, "suspended\n");
    let found = machine.probe();
    assert_eq!(found.devices[0].temperature_c["edge"], 61.0);
    assert_eq!(found.devices[1].state, DeviceState::Asleep);
    assert!(found.devices[1].temperature_c.is_empty());
    let log = machine.log();
    assert!(log.contains("nvmlInitWithFlags"), "{log}");
    assert!(log.contains("flags 2"), "without attaching any: {log}");
    assert!(
        log.contains("00000000:01:00.0") && !log.contains("00000000:02:00.0"),
        "{log}"
    );
    // Asked to wake, it reads both.
    let woken = machine.runner("probe").arg("--wake").output().unwrap();
    let woken: Detection = serde_json::from_slice(&woken.stdout).unwrap();
    assert!(machine.log().contains("00000000:02:00.0"));
    assert_eq!(
        woken
            .devices
            .iter()
            .filter(|device| device.power_w.is_some())
            .count(),
        2
    );
}

/// A runner that reads whenever it is asked.
struct Sampling {
    child: Child,
    ask: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Sampling {
    fn start(machine: &Machine) -> Self {
        let mut runner = machine.runner("sample");
        let mut child = runner
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            ask: child.stdin.take(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
        }
    }

    fn sample(&mut self) -> Detection {
        self.ask.as_mut().unwrap().write_all(b"\n").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }
}

#[test]
fn samples_follow_a_changing_machine() {
    let mut machine = Machine::new(vec![gpu(0)]);
    machine.card(0, "active\n");
    let mut sampling = Sampling::start(&machine);
    let mut seen = Vec::new();
    for load in [0, 50, 100, 3] {
        machine.script.gpus[0].load = Some((load, 0));
        machine.publish();
        seen.push(only(&sampling.sample()).busy_percent);
    }
    assert_eq!(seen, [Some(0.0), Some(50.0), Some(100.0), Some(3.0)]);

    let before = sampling.sample().devices;
    let state_of = |sample: &Detection| only(sample).state;
    // The driver is reloaded: first it is gone, then another version is there.
    machine.script.errors = [("*".to_owned(), Error::DriverNotLoaded)].into();
    machine.publish();
    let gone = sampling.sample();
    assert_eq!((state_of(&gone), gone.problems.len()), (DeviceState::Active, 1));
    machine.script.errors.clear();
    machine.script.driver = "580.65.06".into();
    machine.publish();
    let back = sampling.sample();
    assert_eq!(
        change::between(&before, &back.devices),
        [change::Change::Driver {
            fingerprint: before[0].fingerprint.clone(),
            from: Some("nvidia 570.86.16".into()),
            to: Some("nvidia 580.65.06".into()),
        }]
    );
    // It falls off the bus, and comes back after a reset.
    machine.script.gpus[0].errors = [("*".to_owned(), Error::GpuIsLost)].into();
    machine.publish();
    assert_eq!(state_of(&sampling.sample()), DeviceState::Lost);
    machine.script.gpus[0].errors.clear();
    machine.publish();
    assert_eq!(state_of(&sampling.sample()), DeviceState::Active);
    // It falls asleep: the library is closed, and nothing asks the card.
    machine.card(0, "suspended\n");
    assert_eq!(state_of(&sampling.sample()), DeviceState::Asleep);
    let calls = machine.log();
    assert!(calls.trim_end().ends_with("nvmlShutdown"), "{calls}");
    assert_eq!(state_of(&sampling.sample()), DeviceState::Asleep);
    assert_eq!(machine.log(), calls);

    sampling.ask = None;
    assert!(sampling.child.wait().unwrap().success());
}

#[test]
fn a_snapshot_of_an_nvidia_machine_shows_the_same_devices_again() {
    let machine = Machine::new(vec![gpu(0), gpu(1)]);
    machine.card(0, "active\n");
    machine.card(1, "active\n");
    let out = machine.folder.path().join("saved");
    let saved = machine
        .runner("snapshot")
        .arg("--out")
        .arg(&out)
        .output()
        .unwrap();
    assert!(
        saved.status.success(),
        "{}",
        String::from_utf8_lossy(&saved.stderr)
    );
    let again = replay(&out);
    let mut expected = machine.probe().devices;
    for process in expected
        .iter_mut()
        .flat_map(|device| device.processes.iter_mut().flatten())
    {
        process.name = None;
    }
    assert_eq!(again, expected);
}

fn replay(folder: &Path) -> Vec<Device> {
    let output = Command::new(RUNNER)
        .args(["probe", "--snapshot"])
        .arg(folder)
        .output()
        .unwrap();
    let mut found: Detection = serde_json::from_slice(&output.stdout).unwrap();
    found.devices.retain(|device| device.vendor == Vendor::Nvidia);
    found.devices
}
