//! Programs that use a GPU, out of `/proc/N/fdinfo` in the kernel's common format (`drm-usage-stats`).
//!
//! The kernel shows other users' programs to root only, so the list is what this user may see.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use hearth_types::device::{Device, DeviceState, GpuProcess};

use super::files::{names, numbered, text};
use crate::detect::names::normal_slot;

/// What one program has done on one card, over all its open files.
#[derive(Default)]
struct Use {
    clients: BTreeSet<String>,
    engine_ns: BTreeMap<String, u64>,
    engine_cycles: BTreeMap<String, (u64, u64)>,
    memory_bytes: Option<u64>,
}

/// Gives every card that is awake its programs, by process number. Cards of other drivers keep what they have.
pub(super) fn add(cards: &mut [Device], proc: &Path) {
    let mut uses: BTreeMap<(String, u32), Use> = BTreeMap::new();
    for folder in numbered(proc, "") {
        let Some(pid) = pid_of(&folder) else { continue };
        for file in names(&folder.join("fdinfo")) {
            if may_be_gpu(&folder, &file)
                && let Some(content) = text(&folder.join("fdinfo").join(&file))
            {
                note(&mut uses, pid, &content);
            }
        }
    }
    for card in cards {
        let drm = matches!(
            card.driver.as_deref(),
            Some("amdgpu" | "i915" | "xe" | "nouveau" | "radeon")
        );
        let Some(slot) = card
            .pci_slot
            .clone()
            .filter(|_| drm && card.state == DeviceState::Active)
        else {
            continue;
        };
        let of_card = uses.iter().filter(|((at, _), _)| *at == slot);
        let found = of_card.map(|((_, pid), used)| GpuProcess {
            pid: *pid,
            name: text(&proc.join(pid.to_string()).join("comm")).filter(|name| !name.is_empty()),
            memory_bytes: used.memory_bytes,
            engine_ns: used.engine_ns.values().copied().max(),
            engine_cycles: used.engine_cycles.values().copied().max_by_key(|(busy, _)| *busy),
            busy_percent: None,
        });
        card.processes = Some(found.collect());
    }
}

/// Open files of programs on cards, as a snapshot may hold them: process, file, and the lines about the card only.
pub(crate) fn recordable(proc: &Path) -> Vec<(u32, String, String)> {
    let mut found = Vec::new();
    for folder in numbered(proc, "") {
        let Some(pid) = pid_of(&folder) else { continue };
        for file in names(&folder.join("fdinfo")) {
            if !may_be_gpu(&folder, &file) {
                continue;
            }
            let content = text(&folder.join("fdinfo").join(&file)).unwrap_or_default();
            let lines = content.lines().filter(|line| line.starts_with("drm-"));
            let kept: String = lines.flat_map(|line| [line, "\n"]).collect();
            if kept.contains("drm-pdev") {
                found.push((pid, file, kept));
            }
        }
    }
    found
}

fn pid_of(folder: &Path) -> Option<u32> {
    folder.file_name()?.to_str()?.parse().ok()
}

/// On the running machine the open file's own path tells, which spares reading thousands of others.
fn may_be_gpu(process: &Path, file: &str) -> bool {
    match std::fs::read_link(process.join("fd").join(file)) {
        Ok(target) => target.starts_with("/dev/dri"),
        // A recording has no such links.
        Err(_) => !process.join("fd").exists(),
    }
}

/// Adds one open file. Copies of one open file name the same client and count once.
fn note(uses: &mut BTreeMap<(String, u32), Use>, pid: u32, content: &str) {
    let pairs: BTreeMap<&str, &str> = content
        .lines()
        .filter_map(|line| line.split_once(':'))
        .filter_map(|(key, value)| Some((key.trim().strip_prefix("drm-")?, value.trim())))
        .collect();
    let Some(slot) = pairs.get("pdev").and_then(|slot| normal_slot(slot)) else {
        return;
    };
    let used = uses.entry((slot, pid)).or_default();
    if let Some(client) = pairs.get("client-id")
        && !used.clients.insert((*client).to_owned())
    {
        return;
    }
    for (key, value) in &pairs {
        if let Some(engine) = key.strip_prefix("engine-")
            && !engine.starts_with("capacity-")
            && let Some(ns) = leading(value)
        {
            add_to(used.engine_ns.entry(engine.to_owned()).or_default(), ns);
        }
        if let Some(engine) = key.strip_prefix("cycles-")
            && let Some(busy) = leading(value)
        {
            let total = pairs.get(format!("total-cycles-{engine}").as_str());
            let entry = used.engine_cycles.entry(engine.to_owned()).or_default();
            add_to(&mut entry.0, busy);
            // The clock beside it is the card's and the same for every client.
            entry.1 = entry
                .1
                .max(total.and_then(|total| leading(total)).unwrap_or_default());
        }
    }
    // Drivers name their video memory `vram`, `vram0` or `local0`, and older ones say `memory` for `resident`.
    let local = |kind: &str| {
        let of_kind = pairs.iter().filter_map(|(key, value)| {
            let region = key.strip_prefix(kind)?;
            let is_local = region.starts_with("vram") || region.starts_with("local");
            is_local.then(|| size(value)).flatten()
        });
        of_kind.reduce(u64::saturating_add)
    };
    if let Some(bytes) = local("resident-")
        .or_else(|| local("memory-"))
        .or_else(|| local("total-"))
    {
        add_to(used.memory_bytes.get_or_insert_default(), bytes);
    }
}

fn add_to(sum: &mut u64, more: u64) {
    *sum = sum.saturating_add(more);
}

/// 1234 in `1234 ns`.
fn leading(value: &str) -> Option<u64> {
    value.split_whitespace().next()?.parse().ok()
}

/// Bytes in `1234 KiB`.
fn size(value: &str) -> Option<u64> {
    let mut words = value.split_whitespace();
    let amount: u64 = words.next()?.parse().ok()?;
    let unit = match words.next() {
        None => 1,
        Some("KiB") => 1 << 10,
        Some("MiB") => 1 << 20,
        Some(_) => return None,
    };
    amount.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SLOT: &str = "0000:0c:00.0";

    fn amdgpu(client: u32, gfx_ns: u64, vram_kib: u64) -> String {
        format!(
            "pos:\t0\nflags:\t02100002\ndrm-driver:\tamdgpu\ndrm-client-id:\t{client}\ndrm-pdev:\t{SLOT}\n\
             drm-engine-gfx:\t{gfx_ns} ns\ndrm-engine-enc:\t7 ns\ndrm-memory-vram:\t{vram_kib} KiB\n\
             drm-memory-gtt: \t99 KiB\n"
        )
    }

    fn noted(files: &[String]) -> BTreeMap<(String, u32), Use> {
        let mut uses = BTreeMap::new();
        for file in files {
            note(&mut uses, 7, file);
        }
        uses
    }

    #[test]
    fn clients_of_a_program_add_up_and_copies_count_once() {
        let uses = noted(&[amdgpu(1, 100, 4), amdgpu(1, 100, 4), amdgpu(2, 50, 8)]);
        let used = &uses[&(SLOT.to_owned(), 7)];
        assert_eq!(used.engine_ns["gfx"], 150);
        assert_eq!(used.memory_bytes, Some(12 << 10));
    }

    #[test]
    fn cycles_and_regions_of_intel_are_read() {
        let xe = format!(
            "drm-driver: xe\ndrm-pdev: {SLOT}\ndrm-client-id: 3\ndrm-total-vram0: 20 MiB\n\
             drm-resident-vram0: 16 MiB\ndrm-resident-system: 1 MiB\n\
             drm-cycles-rcs: 500\ndrm-total-cycles-rcs: 9000\ndrm-engine-capacity-rcs: 2\n"
        );
        let uses = noted(&[xe]);
        let used = &uses[&(SLOT.to_owned(), 7)];
        assert_eq!(used.engine_cycles["rcs"], (500, 9000));
        assert_eq!(used.memory_bytes, Some(16 << 20));
        assert!(used.engine_ns.is_empty());
    }

    #[test]
    fn nonsense_is_no_use() {
        let huge = amdgpu(1, u64::MAX, u64::MAX);
        let uses = noted(&[huge, "drm-pdev: nowhere".into(), String::new(), "::\n:".into()]);
        assert_eq!(uses.len(), 1);
        assert_eq!(uses[&(SLOT.to_owned(), 7)].memory_bytes, None);
    }
}
