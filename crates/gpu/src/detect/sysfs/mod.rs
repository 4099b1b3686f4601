//! Linux `/sys/class/drm`: every card the kernel drives, with live readings; and the same from a recorded folder.
//!
//! Files come and go with the driver and the kernel, so each reading is absent rather than an error. A card that the
//! kernel has put to sleep is not woken: of it only files are read that the kernel answers from memory.

mod card;
mod clocks;
mod ecc;
pub(crate) mod files;
mod hwmon;
mod identity;
mod link;
mod processes;
mod throttle;

use std::path::{Path, PathBuf};

use hearth_types::device::{Device, Vendor};

pub(crate) use card::state_of;
pub(crate) use link::folder as link_folder;
pub(crate) use processes::recordable as recordable_uses;

use super::names;

/// More cards than any machine has.
const MAX_CARDS: usize = 64;

/// Where the kernel shows GPUs: the running one, or a folder recorded from another.
#[derive(Clone, Debug)]
pub struct Roots {
    /// Folder with `cardN/device/…`.
    pub drm: PathBuf,
    /// Folder with a folder for each PCI device, for cards that no driver holds.
    pub pci: Option<PathBuf>,
    /// Folder with a folder for each process, for those that use a GPU.
    pub proc: Option<PathBuf>,
}

impl Roots {
    /// The running machine.
    #[must_use]
    pub fn live() -> Self {
        Self {
            drm: "/sys/class/drm".into(),
            pci: Some("/sys/bus/pci/devices".into()),
            proc: Some("/proc".into()),
        }
    }

    /// A folder with `cardN/device/…`, and perhaps more, as [`crate::snapshot`] writes it.
    #[must_use]
    pub fn recorded(folder: &Path) -> Self {
        let part = |name: &str| Some(folder.join(name)).filter(|path| path.is_dir());
        Self {
            drm: folder.to_owned(),
            pci: part("pci"),
            proc: part("proc"),
        }
    }
}

/// The cards, by slot. Folders that hold no GPU are passed over.
#[must_use]
pub fn read(roots: &Roots) -> Vec<Device> {
    let mut cards: Vec<Device> = files::numbered(&roots.drm, "card")
        .iter()
        .take(MAX_CARDS)
        .filter_map(|card| card::read(card, &card.join("device")))
        .collect();
    if let Some(pci) = &roots.pci {
        add_without_driver(&mut cards, pci);
    }
    if let Some(proc) = &roots.proc {
        processes::add(&mut cards, proc);
    }
    cards.sort_by(|a, b| {
        a.pci_slot
            .cmp(&b.pci_slot)
            .then_with(|| a.fingerprint.cmp(&b.fingerprint))
    });
    cards
}

/// Display controllers that the kernel's graphics drivers do not show: no driver, or one that keeps to itself.
fn add_without_driver(cards: &mut Vec<Device>, pci: &Path) {
    for name in files::names(pci) {
        let device = pci.join(&name);
        let is_display = files::text(&device.join("class")).is_some_and(|class| class.starts_with("0x03"));
        if !is_display || cards.len() >= MAX_CARDS {
            continue;
        }
        let slot = names::normal_slot(&name);
        if slot.is_none() || cards.iter().any(|card| card.pci_slot == slot) {
            continue;
        }
        // A server's management chip is no GPU to lend.
        let found = card::read(&device, &device);
        cards.extend(found.filter(|card| card.vendor != Vendor::Other));
    }
}

/// The PCI devices that [`read`] adds to the cards, by the name of their folder.
pub(crate) fn slots_without_card(roots: &Roots, pci: &Path) -> Vec<String> {
    let only_cards = Roots {
        drm: roots.drm.clone(),
        pci: None,
        proc: None,
    };
    let mut cards = read(&only_cards);
    let known = cards.len();
    add_without_driver(&mut cards, pci);
    let added = cards.drain(known..).filter_map(|card| card.pci_slot);
    added.collect()
}
