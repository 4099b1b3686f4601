//! The runner as the daemon starts it: `probe` and `bench` on whatever this machine has.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use hearth_types::device::{BenchmarkLine, Detection, Device, DeviceKind};

const RUNNER: &str = env!("CARGO_BIN_EXE_hearth-runner");

fn probe() -> Vec<Device> {
    let output = Command::new(RUNNER).arg("probe").output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(text.lines().count(), 1);
    let found: Detection = serde_json::from_str(&text).unwrap();
    found.devices
}

#[test]
fn every_device_is_listed_once() {
    let devices = probe();
    let mut fingerprints: Vec<_> = devices.iter().map(|d| &d.fingerprint).collect();
    fingerprints.sort();
    fingerprints.dedup();
    assert_eq!(fingerprints.len(), devices.len());
    let again: Vec<_> = probe()
        .into_iter()
        .map(|d| (d.fingerprint, d.name, d.adapter))
        .collect();
    let first: Vec<_> = devices
        .into_iter()
        .map(|d| (d.fingerprint, d.name, d.adapter))
        .collect();
    assert_eq!(first, again);
}

#[test]
fn the_software_adapter_is_measured_and_a_closed_pipe_cancels() {
    let devices = probe();
    let software = devices.iter().find(|d| d.kind == DeviceKind::Software);
    let adapter = software
        .and_then(|d| d.adapter.as_ref())
        .expect("Mesa's lavapipe is installed");
    let adapter = serde_json::to_string(adapter).unwrap();
    let mut bench = Command::new(RUNNER)
        .args(["bench", "--adapter", &adapter])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(bench.stdout.take().unwrap()).lines();
    let lines: Vec<BenchmarkLine> = lines
        .map(|line| serde_json::from_str(&line.unwrap()).unwrap())
        .collect();
    assert!(bench.wait().unwrap().success());
    let (last, progress) = lines.split_last().unwrap();
    let mut before = 0.0;
    for line in progress {
        let BenchmarkLine::Progress(progress) = line else {
            panic!("{line:?}")
        };
        assert!(
            before < progress.fraction && progress.fraction <= 1.0,
            "{progress:?}"
        );
        before = progress.fraction;
    }
    assert!(before > 0.99);
    let BenchmarkLine::Done(done) = last else {
        panic!("{last:?}")
    };
    for figure in [done.f32_gflops, done.memory_gb_per_s] {
        assert!(
            0.0 < figure.min && figure.min <= figure.median && figure.median <= figure.max,
            "{figure:?}"
        );
        assert!(figure.runs >= 20);
    }

    let cancelled = Command::new(RUNNER)
        .args(["bench", "--adapter", &adapter])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(!cancelled.status.success());
    let text = String::from_utf8(cancelled.stdout).unwrap();
    let last: BenchmarkLine = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!(last, BenchmarkLine::Failed("cancelled".into()));
}
