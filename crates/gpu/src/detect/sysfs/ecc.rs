//! Error counts of cards whose memory corrects errors: amdgpu's `device/ras`.

use std::path::Path;

use hearth_types::device::Ecc;

use super::files::text;

/// The counts of the memory controller; `None` on cards without error correction.
pub(super) fn read(device: &Path) -> Option<Ecc> {
    let counts = text(&device.join("ras/umc_err_count"))?;
    let count = |key: &str| {
        let lines = counts.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(|(name, _)| name.trim() == key)
            .find_map(|(_, value)| value.trim().parse().ok())
    };
    let ecc = Ecc {
        enabled: None,
        corrected: count("ce"),
        uncorrected: count("ue"),
    };
    (ecc != Ecc::default()).then_some(ecc)
}
