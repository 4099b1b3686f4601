//! One list of devices out of all sources.

pub mod merge;
mod names;
mod nvml;
pub mod sysfs;
mod wgpu;

use std::path::Path;

use hearth_types::device::{Detection, Source, SourceProblem, Vendor};

/// Where Linux shows its graphics cards.
const DRM: &str = "/sys/class/drm";

/// Asks every source and merges the answers. Loads GPU drivers and may take seconds.
#[must_use]
pub fn detect() -> Detection {
    detect_with_drm(Path::new(DRM))
}

/// [`detect`] with another folder in place of `/sys/class/drm`.
#[must_use]
pub fn detect_with_drm(drm: &Path) -> Detection {
    let mut problems = Vec::new();
    let cards = sysfs::read(drm);
    let has_nvidia_card = cards.iter().any(|card| card.vendor == Vendor::Nvidia);
    let managed = nvml::read().unwrap_or_else(|problem| {
        // Without the library there is no NVIDIA driver, which is only worth a word where a card waits for it.
        if has_nvidia_card || !problem.library_missing {
            problems.push(SourceProblem {
                source: Source::Nvml,
                message: problem.message,
            });
        }
        Vec::new()
    });
    let adapters = wgpu::read();
    if adapters.is_empty() {
        problems.push(SourceProblem {
            source: Source::Wgpu,
            message: "No compute driver answers. Install the GPU's driver with Vulkan support \
                      (Debian: mesa-vulkan-drivers or nvidia-driver)."
                .into(),
        });
    }
    Detection {
        devices: merge::merge(cards, managed, adapters),
        problems,
    }
}
