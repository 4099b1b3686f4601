//! The processes of a sandbox as the host sees them in `/proc`.
//!
//! Whatever a workload starts stays below bubblewrap in the tree: orphans go to the sandbox's first process.

use std::collections::BTreeMap;
use std::fs;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// `root` and all its descendants.
pub(super) fn tree(root: u32) -> Vec<u32> {
    let mut children: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        if let Some(parent) = parent(pid) {
            children.entry(parent).or_default().push(pid);
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while let Some(&pid) = found.get(next) {
        found.extend(children.remove(&pid).unwrap_or_default());
        next += 1;
    }
    found
}

/// Whether a process runs still. A zombie is done, whoever forgets to collect it.
pub(super) fn lives(pid: u32) -> bool {
    stat_field(pid, 0).is_some_and(|state| state != "Z" && state != "X")
}

fn parent(pid: u32) -> Option<u32> {
    stat_field(pid, 1)?.parse().ok()
}

/// A field of `stat` behind the name, which may hold anything: so fields count from its closing bracket.
fn stat_field(pid: u32, index: usize) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(") ")?;
    fields.split(' ').nth(index).map(str::to_owned)
}

/// The first child of bubblewrap is process 1 of the sandbox: it dies, everything in its namespace dies.
pub(super) fn first_in_sandbox(bubblewrap: u32) -> Option<u32> {
    let listed = fs::read_to_string(format!("/proc/{bubblewrap}/task/{bubblewrap}/children"));
    match listed {
        Ok(children) => children.split_whitespace().next()?.parse().ok(),
        // Kernels without that file.
        Err(_) => tree(bubblewrap).get(1).copied(),
    }
}

/// Leaves these single-threaded processes the first `count` processors; what they start inherits that, and the system
/// call filter keeps it so.
pub(super) fn keep_cpus(pids: &[u32], count: usize) -> std::io::Result<()> {
    let allowed = sched_getaffinity(Pid::from_raw(0))?;
    let mut kept = CpuSet::new();
    for cpu in (0..CpuSet::count())
        .filter(|&cpu| allowed.is_set(cpu).unwrap_or(false))
        .take(count)
    {
        kept.set(cpu)?;
    }
    for &pid in pids {
        let pid = i32::try_from(pid).map_err(std::io::Error::other)?;
        sched_setaffinity(Pid::from_raw(pid), &kept)?;
    }
    Ok(())
}

/// Open files of this process, beyond the three standard ones, that a child would inherit.
pub(super) fn inherited_files() -> std::io::Result<Vec<i32>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc/self/fdinfo")? {
        let entry = entry?;
        let Some(number) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // Another thread may have closed it meanwhile.
        let Ok(about) = fs::read_to_string(entry.path()) else {
            continue;
        };
        let flags = about.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags
            .and_then(|octal| i32::from_str_radix(octal.trim(), 8).ok())
            .unwrap_or(0);
        if number > 2 && flags & libc::O_CLOEXEC == 0 {
            found.push(number);
        }
    }
    Ok(found)
}
