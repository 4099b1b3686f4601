//! NVIDIA's management library, opened at run time: NVIDIA cards with live readings.

mod readings;

use std::path::Path;

use hearth_types::device::{Device, DeviceKind, DeviceState, Source, Vendor};
use nvml_wrapper::Nvml;
use nvml_wrapper::bitmasks::InitFlags;
use nvml_wrapper::error::NvmlError;

use super::names;

/// Why NVML gave nothing.
pub(super) struct Problem {
    /// Whether the library is not installed, which is normal without NVIDIA hardware.
    pub(super) library_missing: bool,
    /// For the checklist.
    pub(super) message: String,
}

/// What the library told.
#[derive(Default)]
pub(super) struct Answer {
    /// The cards that can be named.
    pub(super) devices: Vec<Device>,
    /// Whether a card is listed that no longer says which it is: it fell off the bus.
    pub(super) lost_one: bool,
    /// For the checklist, a sentence each.
    pub(super) problems: Vec<String>,
}

/// Which cards to ask for.
#[derive(Clone, Copy)]
pub(super) enum Cards<'a> {
    /// All; each is opened and so woken.
    All,
    /// Those in these slots; the others are left asleep.
    InSlots(&'a [String]),
}

/// The library, opened. While it is, a driver may keep cards from falling asleep.
pub(super) struct Library {
    nvml: Nvml,
    driver: Option<String>,
}

impl Library {
    /// Opens the system's library, or the one at `path`.
    pub(super) fn open(path: Option<&Path>, cards: Cards<'_>) -> Result<Self, Problem> {
        let mut builder = Nvml::builder();
        if let Some(path) = path {
            builder.lib_path(path.as_os_str());
        }
        if matches!(cards, Cards::InSlots(_)) {
            builder.flags(InitFlags::NO_ATTACH);
        }
        let nvml = builder.init().map_err(|error| Problem {
            library_missing: matches!(error, NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound),
            message: format!(
                "NVIDIA's driver does not answer ({error}). Install or restart the NVIDIA driver."
            ),
        })?;
        let driver = nvml.sys_driver_version().ok();
        Ok(Self { nvml, driver })
    }

    /// Asks for cards and their readings. A card that fails is told of, the others are not kept from answering.
    pub(super) fn read(&self, cards: Cards<'_>) -> Result<Answer, Problem> {
        let handles: Vec<_> = match cards {
            Cards::All => {
                let count = self.nvml.device_count().map_err(|error| Problem {
                    library_missing: false,
                    message: format!(
                        "NVIDIA's driver lists no devices ({error}). Restart the machine or the driver."
                    ),
                })?;
                (0..count).map(|index| self.nvml.device_by_index(index)).collect()
            }
            Cards::InSlots(slots) => slots
                .iter()
                .map(|slot| self.nvml.device_by_pci_bus_id(slot.as_str()))
                .collect(),
        };
        let mut answer = Answer::default();
        for handle in handles {
            match handle.and_then(|handle| self.device(&handle)) {
                Ok(device) => {
                    if device.state == DeviceState::Lost {
                        answer.problems.push(explain(&NvmlError::GpuLost));
                    }
                    answer.devices.push(device);
                }
                Err(error) => {
                    answer.lost_one |= is_lost(&error);
                    answer.problems.push(explain(&error));
                }
            }
        }
        Ok(answer)
    }

    fn device(&self, handle: &nvml_wrapper::Device<'_>) -> Result<Device, NvmlError> {
        let pci = handle.pci_info()?;
        let slot = names::normal_slot(&pci.bus_id).ok_or(NvmlError::GetPciInfoFailed)?;
        // The low half is the maker, the high half the device.
        let pair = |id: u32| (id & 0xffff, id >> 16);
        let (vendor, device) = pair(pci.pci_device_id);
        let pci_id = format!("{vendor:04x}:{device:04x}");
        let name = handle.name();
        let lost = name.as_ref().is_err_and(is_lost) || handle.memory_info().as_ref().is_err_and(is_lost);
        let mut found = Device {
            fingerprint: format!("pci-{slot}-{pci_id}"),
            name: name.map_or_else(
                |_| "NVIDIA GPU".into(),
                |name| names::without_maker(&name).to_owned(),
            ),
            vendor: Vendor::Nvidia,
            kind: DeviceKind::Discrete,
            state: if lost {
                DeviceState::Lost
            } else {
                DeviceState::Active
            },
            pci_id: Some(pci_id),
            subsystem_id: pci.pci_sub_system_id.map(|id| {
                let (maker, board) = pair(id);
                format!("{maker:04x}:{board:04x}")
            }),
            pci_slot: Some(slot),
            driver: self.driver.as_ref().map(|version| format!("nvidia {version}")),
            sources: vec![Source::Nvml],
            ..Device::default()
        };
        if !lost {
            readings::fill(&mut found, handle);
        }
        Ok(found)
    }
}

fn is_lost(error: &NvmlError) -> bool {
    matches!(error, NvmlError::GpuLost | NvmlError::ResetRequired)
}

fn explain(error: &NvmlError) -> String {
    let mend = if is_lost(error) {
        "Restart the machine; if it comes back, check power cables and seating."
    } else if matches!(error, NvmlError::NoPermission | NvmlError::OperatingSystem) {
        "Allow this user the files /dev/nvidia*."
    } else {
        "Restart the machine or the driver."
    };
    format!("An NVIDIA GPU does not answer ({error}). {mend}")
}
