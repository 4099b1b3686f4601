//! Ways to end a job from outside.

use std::time::{Duration, Instant};

use hearth_sandbox::{Ended, SandboxSpec, WorkEvent};

use crate::support::{collect, host, processes_with, runner, shell, small, start};

/// Waits until the job has printed something, so that all its processes stand.
async fn until_output(running: &mut hearth_sandbox::Running) {
    while let Some(event) = running.events.recv().await {
        if matches!(event, WorkEvent::Output { .. }) {
            return;
        }
    }
}

#[tokio::test]
async fn kill_is_fast_and_leaves_nothing() {
    // Detached from the process group, deaf to signals.
    let marker = format!("7{}.125", std::process::id());
    let script = format!(
        "trap '' TERM INT HUP; for i in 1 2 3; do setsid sleep {marker} & done; echo up; sleep {marker}"
    );
    let mut running = start(shell(&script), None, small()).await;
    until_output(&mut running).await;
    let deadline = Instant::now() + Duration::from_secs(5);
    while processes_with(&format!("sleep\0{marker}")).len() < 4 {
        assert!(
            Instant::now() < deadline,
            "the host sees the workload's processes"
        );
        tokio::task::yield_now().await;
    }
    let asked = Instant::now();
    running.kill();
    let outcome = running.wait().await;
    assert_eq!(outcome.ended, Ended::Killed);
    assert!(asked.elapsed() < Duration::from_secs(1), "{:?}", asked.elapsed());
    assert_eq!(processes_with(&marker), Vec::<u32>::new());
}

#[tokio::test]
async fn dropping_it_kills_it() {
    let marker = format!("8{}.125", std::process::id());
    let mut running = start(shell(&format!("echo up; sleep {marker}; true")), None, small()).await;
    until_output(&mut running).await;
    drop(running);
    let deadline = Instant::now() + Duration::from_secs(5);
    while !processes_with(&marker).is_empty() {
        assert!(Instant::now() < deadline);
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn stop_lets_a_job_end_by_itself() {
    let script = "trap 'echo checkpoint; exit 7' TERM; echo up; while :; do sleep 0.05; done";
    let mut running = start(shell(script), None, small()).await;
    until_output(&mut running).await;
    running.stop();
    let ran = collect(running).await;
    assert_eq!(ran.outcome.ended, Ended::Finished { exit_code: 7 });
    assert_eq!(ran.stdout, "checkpoint\n");
}

#[tokio::test]
async fn what_a_job_leaves_behind_ends_with_it() {
    let marker = format!("9{}.125", std::process::id());
    let mut running = start(shell(&format!("setsid sleep {marker} & echo bye")), None, small()).await;
    until_output(&mut running).await;
    let outcome = running.wait().await;
    assert_eq!(outcome.ended, Ended::Finished { exit_code: 0 });
    assert_eq!(processes_with(&marker), Vec::<u32>::new());
}

#[tokio::test]
async fn a_missing_runner_is_a_typed_error_with_a_mend() {
    let spec = SandboxSpec {
        runner: runner().with_file_name("none"),
        job: shell(""),
        adapter: None,
        limits: small(),
    };
    let error = host().start(spec).await.unwrap_err();
    assert!(matches!(error, hearth_sandbox::SandboxError::NoRunner { .. }));
    assert!(error.mend().contains("Install"));
}
