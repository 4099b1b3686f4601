//! Memory of a sandbox without a control group: summed up by reading `/proc`.
//!
//! Counts what processes hold (shared pages once), files they keep in memory only, and the sandbox's own tmpfs.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt as _;

use super::processes;

/// Folders of the sandbox that live in memory.
pub(super) const TMPFS: [&str; 3] = ["work", "tmp", "dev/shm"];

/// Bytes held by the sandbox below bubblewrap process `root`.
pub(super) fn memory(root: u32) -> u64 {
    let pids = processes::tree(root);
    // The first one is bubblewrap's outer half, which is the host's.
    let inside = pids.get(1..).unwrap_or_default();
    let held: u64 = inside.iter().map(|&pid| private_and_shared(pid)).sum();
    let mut seen = BTreeSet::new();
    let hidden: u64 = inside.iter().map(|&pid| unmapped_files(pid, &mut seen)).sum();
    let files = inside.first().map_or(0, |&first| tmpfs(first));
    held.saturating_add(hidden).saturating_add(files)
}

/// Proportional set size, or the resident size where the kernel does not sum it up. A process gone meanwhile holds none.
fn private_and_shared(pid: u32) -> u64 {
    let field = |file: &str, name: &str| {
        let content = fs::read_to_string(format!("/proc/{pid}/{file}")).ok()?;
        let value = content.lines().find_map(|line| line.strip_prefix(name))?;
        value.trim().trim_end_matches("kB").trim().parse::<u64>().ok()
    };
    let kib = field("smaps_rollup", "Pss:").or_else(|| field("status", "VmRSS:"));
    kib.unwrap_or(0).saturating_mul(1024)
}

/// Memory files (`memfd_create`) that may be filled without being mapped.
fn unmapped_files(pid: u32, seen: &mut BTreeSet<(u64, u64)>) -> u64 {
    let mut bytes: u64 = 0;
    for entry in fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let path = entry.path();
        let Ok(target) = fs::read_link(&path) else {
            continue;
        };
        let in_memory = target.to_string_lossy().starts_with("/memfd:");
        if let Ok(about) = fs::metadata(&path).as_ref()
            && in_memory
            && seen.insert((about.dev(), about.ino()))
        {
            bytes = bytes.saturating_add(about.blocks().saturating_mul(512));
        }
    }
    bytes
}

fn tmpfs(first: u32) -> u64 {
    let used = |folder: &str| {
        let path = format!("/proc/{first}/root/{folder}");
        let about = nix::sys::statvfs::statvfs(path.as_str()).ok()?;
        let blocks = about.blocks().checked_sub(about.blocks_free())?;
        blocks.checked_mul(about.fragment_size())
    };
    TMPFS.iter().filter_map(|folder| used(folder)).sum()
}
