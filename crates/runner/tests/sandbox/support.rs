//! Starts jobs and collects what comes of them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::Duration;

use hearth_sandbox::{Outcome, Running, SandboxHost, SandboxSpec, Stream, WorkEvent};
use hearth_types::device::AdapterRef;
use hearth_types::job::{Blob, CommandJob, Job, JobFile, Limits};

/// Where the runner lies for the second round, which cannot look into the build folder.
pub(crate) const RUNNER_VARIABLE: &str = "HEARTH_TEST_RUNNER";
/// No job of these tests takes longer, seconds.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn runner() -> PathBuf {
    std::env::var_os(RUNNER_VARIABLE)
        .map_or_else(|| env!("CARGO_BIN_EXE_hearth-runner").into(), PathBuf::from)
}

pub(crate) fn host() -> &'static SandboxHost {
    static HOST: OnceLock<SandboxHost> = OnceLock::new();
    HOST.get_or_init(SandboxHost::detect)
}

pub(crate) fn small() -> Limits {
    Limits {
        memory_bytes: 512 << 20,
        cpu_millis: 2000,
        processes: 64,
        seconds: 30,
        output_bytes: 4 << 20,
    }
}

pub(crate) fn shell(script: &str) -> Job {
    shell_with(script, &[], &[])
}

pub(crate) fn shell_with(script: &str, files: &[(&str, &[u8])], outputs: &[&str]) -> Job {
    let file = |(path, content): &(&str, &[u8])| JobFile {
        path: (*path).into(),
        content: Blob(content.to_vec()),
    };
    Job::Command(CommandJob {
        program: "bash".into(),
        args: vec!["-c".into(), script.into()],
        files: files.iter().map(file).collect(),
        outputs: outputs.iter().map(|path| (*path).to_owned()).collect(),
    })
}

#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) outcome: Outcome,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) progress: Vec<(u32, u32)>,
}

pub(crate) async fn start(job: Job, adapter: Option<AdapterRef>, limits: Limits) -> Running {
    host()
        .start(SandboxSpec {
            runner: runner(),
            job,
            adapter,
            limits,
        })
        .await
        .expect("the sandbox starts")
}

pub(crate) async fn run(job: Job, limits: Limits) -> Ran {
    run_on(job, None, limits).await
}

pub(crate) async fn run_on(job: Job, adapter: Option<AdapterRef>, limits: Limits) -> Ran {
    collect(start(job, adapter, limits).await).await
}

pub(crate) async fn collect(mut running: Running) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut progress = Vec::new();
    let all = async {
        while let Some(event) = running.events.recv().await {
            match event {
                WorkEvent::Output {
                    stream: Stream::Stdout,
                    bytes,
                } => stdout.extend(bytes),
                WorkEvent::Output {
                    stream: Stream::Stderr,
                    bytes,
                } => stderr.extend(bytes),
                WorkEvent::File { path, bytes, .. } => files.entry(path).or_default().extend(bytes),
                WorkEvent::Progress { done, total } => progress.push((done, total)),
                WorkEvent::Ready
                | WorkEvent::Started
                | WorkEvent::Finished { .. }
                | WorkEvent::Failed { .. } => {}
            }
        }
        running.wait().await
    };
    let outcome = tokio::time::timeout(PATIENCE, all)
        .await
        .expect("the workload ends in time");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran {
        outcome,
        stdout: text(stdout),
        stderr: text(stderr),
        files,
        progress,
    }
}

/// Host processes whose command line holds this text, which no other test uses.
pub(crate) fn processes_with(marker: &str) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir("/proc").unwrap().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let line =
            std::fs::read(Path::new("/proc").join(entry.file_name()).join("cmdline")).unwrap_or_default();
        if String::from_utf8_lossy(&line).contains(marker) && pid != std::process::id() {
            found.push(pid);
        }
    }
    found
}
