//! Which card it is: numbers, slot and driver, out of files that the kernel answers without waking the card.

use std::collections::BTreeMap;
use std::path::Path;

use super::files::{hexadecimal, text};
use crate::detect::names::{self, PciId};

/// Drivers that hold a card for a virtual machine.
const RESERVING: [&str; 2] = ["vfio-pci", "pci-stub"];

/// What is printed on the card, so to say.
pub(super) struct Identity {
    pub(super) vendor: u16,
    /// Absent when only the maker is known.
    pub(super) id: Option<PciId>,
    pub(super) slot: Option<String>,
    pub(super) driver: Option<String>,
    /// Whether the kernel lists the card without a GPU driver.
    pub(super) without_driver: bool,
}

impl Identity {
    /// `None` when the folder names no maker: it is no PCI device.
    pub(super) fn read(device: &Path) -> Option<Self> {
        let register = |name: &str| hexadecimal(&device.join(name));
        let uevent = text(&device.join("uevent")).map(|content| pairs(&content));
        let said = |key: &str| uevent.as_ref()?.get(key).map(String::as_str);
        let numbers = said("PCI_ID").and_then(names::parse_pci_id);
        let numbers = numbers.or_else(|| Some((register("vendor")?, register("device")?)));
        let vendor = numbers.map(|(vendor, _)| vendor).or_else(|| register("vendor"))?;
        let board = said("PCI_SUBSYS_ID").and_then(names::parse_pci_id);
        let board = board.or_else(|| Some((register("subsystem_vendor")?, register("subsystem_device")?)));
        let revision = register("revision").and_then(|revision| u8::try_from(revision).ok());
        let driver = said("DRIVER").filter(|driver| is_word(driver)).map(str::to_owned);
        let reserved = driver
            .as_deref()
            .is_some_and(|driver| RESERVING.contains(&driver));
        Some(Self {
            vendor,
            id: numbers.map(|(vendor, device)| PciId {
                vendor,
                device,
                board,
                revision,
            }),
            slot: said("PCI_SLOT_NAME")
                .and_then(names::normal_slot)
                .or_else(|| slot_of_folder(device)),
            without_driver: reserved || (numbers.is_some() && uevent.is_some() && driver.is_none()),
            driver,
        })
    }
}

/// `KEY=value` lines.
fn pairs(content: &str) -> BTreeMap<String, String> {
    let lines = content.split(['\n', '\0']).map(str::trim);
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// On the running machine the folder is a link to one that is named by the slot.
fn slot_of_folder(device: &Path) -> Option<String> {
    names::normal_slot(device.canonicalize().ok()?.file_name()?.to_str()?)
}
