//! The device nodes of one leased adapter, found by its PCI slot.

use std::fs;
use std::path::{Path, PathBuf};

use hearth_types::device::AdapterRef;

use crate::SandboxError;

/// What of the host a lease needs to reach its GPU.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Devices {
    /// Nodes under `/dev`.
    pub(super) nodes: Vec<PathBuf>,
    /// Folders under `/sys`, read-only, from which user-space drivers learn which chip a node is.
    pub(super) folders: Vec<PathBuf>,
    /// Links under `/sys/dev/char` to those folders: link, then target.
    pub(super) links: Vec<(PathBuf, PathBuf)>,
}

/// The nodes of `adapter`; none for a software adapter or without one.
///
/// # Errors
/// [`SandboxError::NoDevice`] when a PCI device has no node.
pub(super) fn of(adapter: Option<&AdapterRef>) -> Result<Devices, SandboxError> {
    match adapter {
        Some(adapter) if !adapter.pci_slot.is_empty() => at_slot(&adapter.pci_slot),
        Some(_) | None => Ok(Devices::default()),
    }
}

fn at_slot(slot: &str) -> Result<Devices, SandboxError> {
    let missing = || SandboxError::NoDevice(slot.to_owned());
    // The slot came from a driver in the probe child: only digits and separators may enter a path.
    if !slot
        .bytes()
        .all(|b| b.is_ascii_hexdigit() || b == b':' || b == b'.')
    {
        return Err(missing());
    }
    let device = fs::canonicalize(Path::new("/sys/bus/pci/devices").join(slot)).map_err(|_| missing())?;
    let vendor = fs::read_to_string(device.join("vendor")).unwrap_or_default();
    let mut found = Devices::default();
    for entry in fs::read_dir(device.join("drm")).into_iter().flatten().flatten() {
        let name = entry.file_name();
        if name.to_string_lossy().starts_with("renderD") {
            found.nodes.push(Path::new("/dev/dri").join(&name));
            let number = fs::read_to_string(entry.path().join("dev")).unwrap_or_default();
            let link = Path::new("/sys/dev/char").join(number.trim());
            found.links.push((link, entry.path()));
        }
    }
    if vendor.trim() == "0x10de" {
        found.nodes.extend(nvidia_nodes(slot));
    }
    // Older kernels have no /dev/kfd and no uvm; what is not there cannot be lent and is not needed.
    found.nodes.retain(|node| node.exists());
    if found.nodes.is_empty() {
        return Err(missing());
    }
    found.folders.push(device);
    Ok(found)
}

fn nvidia_nodes(slot: &str) -> Vec<PathBuf> {
    let mut names = vec![
        "nvidiactl".to_owned(),
        "nvidia-uvm".into(),
        "nvidia-modeset".into(),
    ];
    let about = Path::new("/proc/driver/nvidia/gpus")
        .join(slot)
        .join("information");
    let about = fs::read_to_string(about).unwrap_or_default();
    let minor = about.lines().find_map(|line| line.strip_prefix("Device Minor:"));
    if let Some(minor) = minor.and_then(|text| text.trim().parse::<u16>().ok()) {
        names.push(format!("nvidia{minor}"));
    }
    names
        .into_iter()
        .map(|name| Path::new("/dev").join(name))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter(pci_slot: &str) -> AdapterRef {
        AdapterRef {
            backend: "vulkan".into(),
            name: "x".into(),
            pci_slot: pci_slot.into(),
            index: 0,
        }
    }

    #[test]
    fn a_software_adapter_needs_no_node() {
        assert_eq!(of(Some(&adapter(""))).unwrap(), Devices::default());
    }

    #[test]
    fn a_slot_is_no_path() {
        for slot in ["../../block/sda", "0000:00:00.0/../..", "ffff:ff:1f.7"] {
            assert!(matches!(of(Some(&adapter(slot))), Err(SandboxError::NoDevice(_))));
        }
    }
}
