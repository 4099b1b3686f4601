//! A transient scope of the user's systemd: a control group that an ordinary user may have.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use hearth_types::job::Limits;

use super::cgroup::{Group, OWN_PROCESSES};

/// How long systemd may take to move the processes.
const PATIENCE: Duration = Duration::from_secs(3);

/// Moves `pids` into a new limited scope. Blocks up to [`PATIENCE`]; `None` where there is no such systemd.
pub(super) fn adopt(pids: &[u32], limits: &Limits) -> Option<Group> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let first = *pids.first()?;
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let name = format!("hearth-{}-{number}.scope", std::process::id());
    let asked = Command::new("busctl")
        .args([
            "--user",
            "--quiet",
            "--timeout=2",
            "call",
            "org.freedesktop.systemd1",
        ])
        .args([
            "/org/freedesktop/systemd1",
            "org.freedesktop.systemd1.Manager",
            "StartTransientUnit",
        ])
        .args(["ssa(sv)a(sa(sv))", &name, "fail", "7"])
        .args(["PIDs", "au", &pids.len().to_string()])
        .args(pids.iter().map(u32::to_string))
        .args(["MemoryMax", "t", &limits.memory_bytes.to_string()])
        .args(["MemorySwapMax", "t", "0"])
        .args(["OOMPolicy", "s", "kill"])
        .args([
            "TasksMax",
            "t",
            &limits.processes.saturating_add(OWN_PROCESSES).to_string(),
        ])
        .args([
            "CPUQuotaPerSecUSec",
            "t",
            &(u64::from(limits.cpu_millis) * 1000).to_string(),
        ])
        .args(["CollectMode", "s", "inactive-or-failed", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !asked.is_ok_and(|status| status.success()) {
        return None;
    }
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        if let Some(group) = Group::of_scope(first, &name)
            && pids.iter().all(|&pid| group.has(pid))
        {
            return Some(group);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    None
}

/// Whether a scope with memory and process limits can be had, found out by making one.
pub(super) fn works() -> bool {
    let Ok(mut trial) = Command::new("sleep").arg("10").stdin(Stdio::null()).spawn() else {
        return false;
    };
    let group = adopt(&[trial.id()], &Limits::default());
    let limited = group.is_some_and(|group| group.limits_memory_and_processes());
    // It may have ended by itself; it is reaped either way.
    let _ = trial.kill();
    let _ = trial.wait();
    limited
}
