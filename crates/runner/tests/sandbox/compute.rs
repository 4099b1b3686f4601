//! WGSL jobs on the software adapter, inside the sandbox.

use std::process::Command;

use hearth_sandbox::{Ended, FailureCode};
use hearth_types::device::{AdapterRef, Detection, DeviceKind};
use hearth_types::job::{Blob, BufferUse, ComputeJob, Job, JobBuffer, Limits};

use crate::support::{Ran, run_on, runner, small};

fn software() -> AdapterRef {
    let output = Command::new(runner()).arg("probe").output().unwrap();
    let found: Detection = serde_json::from_slice(&output.stdout).unwrap();
    let software = found
        .devices
        .into_iter()
        .find(|device| device.kind == DeviceKind::Software);
    software
        .and_then(|device| device.adapter)
        .expect("Mesa's lavapipe is installed")
}

fn job(wgsl: &str, output_bytes: u64) -> ComputeJob {
    let input: Vec<u8> = (0_u32..256).flat_map(u32::to_le_bytes).collect();
    let buffer = |binding, name: &str, usage| JobBuffer {
        binding,
        name: name.into(),
        usage,
    };
    ComputeJob {
        wgsl: wgsl.into(),
        entry_point: "main".into(),
        workgroups: [4, 1, 1],
        dispatches: 3,
        buffers: vec![
            buffer(0, "in", BufferUse::Input { content: Blob(input) }),
            buffer(1, "squares.bin", BufferUse::Output { bytes: output_bytes }),
        ],
    }
}

const SQUARES: &str = "
@group(0) @binding(0) var<storage, read> source: array<u32>;
@group(0) @binding(1) var<storage, read_write> result: array<u32>;
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
    result[id.x] += source[id.x] * source[id.x];
}";

async fn run_job(job: ComputeJob) -> Ran {
    let limits = Limits {
        memory_bytes: 1 << 30,
        seconds: 20,
        ..small()
    };
    run_on(Job::Compute(job), Some(software()), limits).await
}

fn assert_failed(ran: &Ran, expected: FailureCode, mention: &str) {
    assert!(
        matches!(&ran.outcome.ended, Ended::Failed { code, message } if *code == expected && message.contains(mention)),
        "{ran:?}"
    );
}

#[tokio::test]
async fn a_kernel_computes_on_the_leased_device() {
    let ran = run_job(job(SQUARES, 1024)).await;
    assert_eq!(ran.outcome.ended, Ended::Finished { exit_code: 0 }, "{ran:?}");
    assert_eq!(ran.progress, [(1, 3), (2, 3), (3, 3)]);
    let expected: Vec<u8> = (0_u32..256).flat_map(|n| (3 * n * n).to_le_bytes()).collect();
    assert_eq!(ran.files["squares.bin"], expected);
}

#[tokio::test]
async fn source_that_does_not_compile_is_explained() {
    let ran = run_job(job("@compute fn main( { nonsense", 1024)).await;
    assert_failed(&ran, FailureCode::Shader, "wgsl");
}

#[tokio::test]
async fn a_kernel_that_does_not_fit_its_job_is_explained() {
    let mut wrong = job(SQUARES, 1024);
    wrong.entry_point = "absent".into();
    assert_failed(&run_job(wrong).await, FailureCode::Shader, "absent");
    let unbound = SQUARES.replace("@binding(1)", "@binding(9)");
    assert_failed(&run_job(job(&unbound, 1024)).await, FailureCode::Shader, "");
    let mut huge_group = job(
        &SQUARES.replace("workgroup_size(64)", "workgroup_size(65535)"),
        1024,
    );
    huge_group.dispatches = 1;
    assert_failed(&run_job(huge_group).await, FailureCode::Shader, "");
}

#[tokio::test]
async fn writes_outside_a_buffer_stay_inside_the_device() {
    let wild = SQUARES.replace("result[id.x]", "result[id.x * 100000000u]");
    let ran = run_job(job(&wild, 1024)).await;
    assert_eq!(ran.outcome.ended, Ended::Finished { exit_code: 0 }, "{ran:?}");
}

#[tokio::test]
async fn a_buffer_beyond_the_job_limit_is_refused() {
    assert_failed(
        &run_job(job(SQUARES, 1 << 40)).await,
        FailureCode::BadJob,
        "limit",
    );
}

#[tokio::test]
async fn a_kernel_without_end_is_ended_by_the_clock() {
    // lavapipe leaves a loop after 65,536 turns by itself, but not a grid of four thousand million groups.
    let mut endless = job(SQUARES, 1024);
    endless.workgroups = [65_535, 65_535, 1];
    let limits = Limits {
        memory_bytes: 1 << 30,
        seconds: 3,
        ..small()
    };
    let ran = run_on(Job::Compute(endless), Some(software()), limits).await;
    assert_eq!(ran.outcome.ended, Ended::TimeLimit);
    assert!(ran.outcome.ran_for.as_secs() < 6, "{ran:?}");
}

#[tokio::test]
async fn a_device_that_is_not_there_is_a_typed_failure() {
    let mut absent = software();
    absent.name = "No such GPU".into();
    let ran = run_on(Job::Compute(job(SQUARES, 1024)), Some(absent), small()).await;
    assert_failed(&ran, FailureCode::NoAdapter, "No such GPU");
    let ran = run_on(Job::Compute(job(SQUARES, 1024)), None, small()).await;
    assert_failed(&ran, FailureCode::NoAdapter, "");
}
