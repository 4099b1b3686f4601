//! Keeping Vulkan's drivers away from sleeping cards.
//!
//! A driver opens every card of its maker when it loads, and opening wakes. The loader takes a list of drivers from the
//! environment; so a process that must not wake is started with the list of those whose makers' cards are all awake.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use hearth_types::device::{Device, DeviceState, Vendor};

use super::sysfs::{self, Roots};

/// Says that the list below is in force.
const MARK: &str = "HEARTH_LEAVES_ASLEEP";
/// The loader's lists of drivers: the present name and the one that old loaders know.
const LISTS: [&str; 2] = ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"];

/// Whether this process was started so that drivers leave sleeping cards alone.
pub(super) fn leaves_asleep() -> bool {
    std::env::var_os(MARK).is_some()
}

/// What to add to the environment of a process that looks at the machine without waking a card. `None` when no card
/// sleeps, or when this process has it already.
#[must_use]
pub fn environment(roots: &Roots) -> Option<Vec<(&'static str, OsString)>> {
    let cards = sysfs::read(&Roots {
        proc: None,
        ..roots.clone()
    });
    let asleep = makers_asleep(&cards);
    if asleep.is_empty() || leaves_asleep() {
        return None;
    }
    let manifests = allowed(manifests(), &asleep);
    let list = if manifests.is_empty() {
        // An empty list would mean all of them.
        OsString::from("/nonexistent")
    } else {
        std::env::join_paths(&manifests).unwrap_or_else(|_| "/nonexistent".into())
    };
    let mut added: Vec<_> = LISTS.iter().map(|name| (*name, list.clone())).collect();
    added.push((MARK, "1".into()));
    Some(added)
}

fn makers_asleep(cards: &[Device]) -> Vec<Vendor> {
    let asleep = cards.iter().filter(|card| card.state == DeviceState::Asleep);
    let mut makers: Vec<Vendor> = Vec::new();
    for card in asleep {
        if !makers.contains(&card.vendor) {
            makers.push(card.vendor);
        }
    }
    makers
}

/// The drivers that open no card of these makers, by the names that distributions give their files.
fn allowed(manifests: Vec<PathBuf>, asleep: &[Vendor]) -> Vec<PathBuf> {
    let touches = |path: &Path, vendor: Vendor| {
        let name = path.file_name().map(|name| name.to_string_lossy().to_lowercase());
        let words: &[&str] = match vendor {
            Vendor::Nvidia => &["nvidia", "nouveau"],
            Vendor::Amd => &["radeon", "amd"],
            Vendor::Intel => &["intel"],
            Vendor::Apple | Vendor::Software | Vendor::Other => &[],
        };
        name.is_none_or(|name| words.iter().any(|word| name.contains(word)))
    };
    manifests
        .into_iter()
        .filter(|path| !asleep.iter().any(|vendor| touches(path, *vendor)))
        .collect()
}

/// Descriptions of all installed drivers, or those that the user has chosen.
fn manifests() -> Vec<PathBuf> {
    if let Some(chosen) = LISTS.iter().find_map(std::env::var_os) {
        return std::env::split_paths(&chosen).collect();
    }
    let mut found = BTreeSet::new();
    for folder in folders() {
        let folder = folder.join("vulkan/icd.d");
        let names = sysfs::files::names(&folder);
        found.extend(
            names
                .iter()
                .filter(|name| name.ends_with(".json"))
                .map(|name| folder.join(name)),
        );
    }
    found.into_iter().collect()
}

/// Where the loader looks on Linux, after its document `LoaderDriverInterface.md`.
fn folders() -> Vec<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from);
    let one = |name: &str, under_home: &str| {
        let named = std::env::var_os(name).map(PathBuf::from);
        named.or_else(|| home.as_ref().map(|home| home.join(under_home)))
    };
    let many = |name: &str, usual: &str| {
        let list = std::env::var_os(name).filter(|list| !list.is_empty());
        let list = list.unwrap_or_else(|| usual.into());
        std::env::split_paths(&list).collect::<Vec<_>>()
    };
    one("XDG_CONFIG_HOME", ".config")
        .into_iter()
        .chain(many("XDG_CONFIG_DIRS", "/etc/xdg"))
        .chain(["/etc".into()])
        .chain(one("XDG_DATA_HOME", ".local/share"))
        .chain(many("XDG_DATA_DIRS", "/usr/local/share:/usr/share"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drivers_of_sleeping_makers_are_left_out() {
        let files = [
            "/usr/share/vulkan/icd.d/intel_icd.x86_64.json",
            "/usr/share/vulkan/icd.d/lvp_icd.x86_64.json",
            "/etc/vulkan/icd.d/nvidia_icd.json",
            "/usr/share/vulkan/icd.d/radeon_icd.x86_64.json",
            "/usr/share/vulkan/icd.d/amd_icd64.json",
        ];
        let all: Vec<PathBuf> = files.iter().map(PathBuf::from).collect();
        let left = |asleep: &[Vendor]| {
            let left = allowed(all.clone(), asleep);
            left.iter()
                .map(|path| path.to_string_lossy().into_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(left(&[]), files);
        assert_eq!(left(&[Vendor::Nvidia]), [files[0], files[1], files[3], files[4]]);
        assert_eq!(left(&[Vendor::Amd, Vendor::Intel]), [files[1], files[2]]);
    }
}
