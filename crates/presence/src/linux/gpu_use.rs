//! Programs that load a GPU, whatever started them, out of `/proc/N/fdinfo` in the kernel's common format
//! (`drm-usage-stats`).
//!
//! Listing every open file of every program at each look would cost more than it tells. A program is searched when it
//! is new and then now and again; of those that have a GPU open only these files are read. Other users' programs are
//! seen by root only.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use hearth_types::time::UnixMillis;

use super::files::{names, program_name, text};
use crate::look::{GpuUse, Program};

/// A program is searched for GPUs again at every so many-th look; which one depends on its number.
const SEARCH_EVERY: u32 = 16;

/// A program known from the look before.
#[derive(Debug, Default)]
struct Known {
    /// Its open files on GPUs.
    files: Vec<String>,
    uses: BTreeMap<String, Meter>,
}

/// What a program had done on a GPU by the last look.
#[derive(Clone, Debug, Default)]
struct Meter {
    work: Work,
    at: Duration,
    since: Option<UnixMillis>,
}

/// Work by engine, of all clients of one program on one GPU.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Work {
    clients: BTreeSet<String>,
    /// Nanoseconds of work.
    ns: BTreeMap<String, u64>,
    /// Cycles of work, and the card's clock beside it.
    cycles: BTreeMap<String, (u64, u64)>,
}

/// All programs.
#[derive(Debug)]
pub(super) struct GpuUsers {
    proc: PathBuf,
    known: BTreeMap<u32, Known>,
    looks: u32,
}

impl GpuUsers {
    pub(super) fn new(proc: PathBuf) -> Self {
        Self {
            proc,
            known: BTreeMap::new(),
            looks: 0,
        }
    }

    /// Programs that have a GPU open, those of `ours` aside, by process number and GPU.
    ///
    /// # Errors
    /// When processes cannot be listed.
    pub(super) fn look(
        &mut self,
        ours: &BTreeSet<u32>,
        mono: Duration,
        unix: UnixMillis,
    ) -> Result<Vec<GpuUse>, String> {
        let listed = names(&self.proc).ok_or("Processes cannot be listed.")?;
        let pids: BTreeSet<u32> = listed.iter().filter_map(|name| name.parse().ok()).collect();
        self.known.retain(|pid, _| pids.contains(pid));
        self.looks = self.looks.wrapping_add(1);
        let mut found = Vec::new();
        for pid in pids.difference(ours) {
            let folder = self.proc.join(pid.to_string());
            let is_new = !self.known.contains_key(pid);
            let known = self.known.entry(*pid).or_default();
            if is_new || (self.looks.wrapping_add(*pid)).is_multiple_of(SEARCH_EVERY) {
                known.files = gpu_files(&folder);
            }
            if known.files.is_empty() {
                continue;
            }
            let works = read(&folder, &mut known.files);
            known.uses.retain(|slot, _| works.contains_key(slot));
            if known.files.is_empty() {
                continue;
            }
            let program = Program {
                name: program_name(&self.proc, *pid),
                pid: Some(*pid),
            };
            for (slot, work) in works {
                let before = known.uses.get(&slot);
                let busy_percent = before.and_then(|before| busy(before, &work, mono));
                let since = before
                    .and_then(|before| before.since)
                    .or(Some(unix))
                    .filter(|_| busy_percent > Some(0));
                found.push(GpuUse {
                    pci_slot: slot.clone(),
                    program: program.clone(),
                    busy_percent,
                    since,
                });
                let at = mono;
                known.uses.insert(slot, Meter { work, at, since });
            }
        }
        Ok(found)
    }
}

/// A program's open files on GPUs, by the path that each leads to.
fn gpu_files(process: &Path) -> Vec<String> {
    let fd = process.join("fd");
    let on_gpu = |file: &String| fs::read_link(fd.join(file)).is_ok_and(|to| to.starts_with("/dev/dri"));
    match names(&fd) {
        Some(files) => files.into_iter().filter(on_gpu).collect(),
        // A recording has no such links, and another user's program shows none.
        None => names(&process.join("fdinfo")).unwrap_or_default(),
    }
}

/// Work by GPU. Files that are none of a GPU (any more) are forgotten.
fn read(process: &Path, files: &mut Vec<String>) -> BTreeMap<String, Work> {
    let mut works = BTreeMap::new();
    files.retain(|file| {
        let content = text(&process.join("fdinfo").join(file));
        content.is_some_and(|content| note(&mut works, &content))
    });
    works
}

/// Adds one open file; `false` when it is none of a GPU. Copies of one open file name the same client and count once.
fn note(works: &mut BTreeMap<String, Work>, content: &str) -> bool {
    let pairs: BTreeMap<&str, &str> = content
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(key, value)| Some((key.trim().strip_prefix("drm-")?, value.trim())))
        .collect();
    let Some(slot) = pairs.get("pdev").filter(|slot| !slot.is_empty()) else {
        return false;
    };
    let work = works.entry(slot.to_ascii_lowercase()).or_default();
    if let Some(client) = pairs.get("client-id")
        && !work.clients.insert((*client).to_owned())
    {
        return true;
    }
    for (key, value) in &pairs {
        let Some(amount) = value
            .split_whitespace()
            .next()
            .and_then(|n| n.parse::<u64>().ok())
        else {
            continue;
        };
        if let Some(engine) = key
            .strip_prefix("engine-")
            .filter(|e| !e.starts_with("capacity-"))
        {
            let sum = work.ns.entry(engine.to_owned()).or_default();
            *sum = sum.saturating_add(amount);
        } else if let Some(engine) = key.strip_prefix("cycles-") {
            let clock = pairs.get(format!("total-cycles-{engine}").as_str());
            let clock = clock.and_then(|clock| clock.parse().ok()).unwrap_or_default();
            let sum = work.cycles.entry(engine.to_owned()).or_default();
            sum.0 = sum.0.saturating_add(amount);
            sum.1 = sum.1.max(clock);
        }
    }
    true
}

/// Share of the busiest engine since the meter was read, percent. A counter that went backwards (a client closed, the
/// driver was reloaded) says nothing.
fn busy(before: &Meter, now: &Work, mono: Duration) -> Option<u8> {
    let elapsed = mono.checked_sub(before.at).filter(|elapsed| !elapsed.is_zero())?;
    let share = |part: u64, whole: u128| {
        let percent = (u128::from(part) * 100).checked_div(whole)?;
        u8::try_from(percent.min(100)).ok()
    };
    let by_ns = now.ns.iter().filter_map(|(engine, ns)| {
        let worked = ns.checked_sub(*before.work.ns.get(engine)?)?;
        share(worked, elapsed.as_nanos())
    });
    let by_cycles = now.cycles.iter().filter_map(|(engine, (busy, clock))| {
        let then = before.work.cycles.get(engine)?;
        let passed = clock.checked_sub(then.1)?;
        share(busy.checked_sub(then.0)?, u128::from(passed))
    });
    by_ns.chain(by_cycles).max()
}
