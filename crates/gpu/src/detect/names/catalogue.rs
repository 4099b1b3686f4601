//! AMD's own list of model names, by device and revision, and boards that were met in the field.

/// `device_id, revision_id, product_name` a line. From libdrm (see `README.md` beside it).
const AMDGPU_IDS: &str = include_str!("amdgpu.ids");

/// Boards that neither database tells apart: PCI device, board, model. Each is a machine whose owner named the card.
const BOARDS: &[(u16, u16, (u16, u16), &str)] = &[
    // Three desktop models and two for laptops share this chip's number.
    (0x1002, 0x7340, (0x1462, 0x3820), "Radeon RX 5500 XT"),
];

/// AMD's name for a device of that revision, as listed.
pub(super) fn amd_name(device: u16, revision: u8) -> Option<&'static str> {
    AMDGPU_IDS.lines().find_map(|line| {
        let mut fields = line.splitn(3, ',').map(str::trim);
        let listed_device = u16::from_str_radix(fields.next()?, 16).ok()?;
        let listed_revision = u8::from_str_radix(fields.next()?, 16).ok()?;
        let name = fields.next()?;
        let same = (listed_device, listed_revision) == (device, revision);
        (same && !name.is_empty()).then_some(name)
    })
}

/// The model of a board that is known by its number alone.
pub(super) fn board_name(vendor: u16, device: u16, board: (u16, u16)) -> Option<&'static str> {
    BOARDS
        .iter()
        .find(|known| (known.0, known.1, known.2) == (vendor, device, board))
        .map(|known| known.3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn revisions_of_one_chip_have_names_of_their_own() {
        assert_eq!(amd_name(0x73bf, 0xc0), Some("AMD Radeon RX 6900 XT"));
        assert_eq!(amd_name(0x73bf, 0xc3), Some("AMD Radeon RX 6800"));
        assert_eq!(amd_name(0x73bf, 0x00), None);
        let listed = AMDGPU_IDS.lines().filter(|line| line.contains(",\t")).count();
        assert!(listed > 600, "{listed}");
    }
}
