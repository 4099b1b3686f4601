//! Names and makers out of PCI numbers.
//!
//! A PCI device number names a chip, and several models are made of one. Which one a card is, is told by AMD's list
//! (by revision), by the board's entry in the PCI id database, or not at all; then all models are named.

mod catalogue;
mod variants;

use hearth_types::device::Vendor;

/// PCI numbers of a card. Only the first two are always known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct PciId {
    /// Maker of the chip.
    pub(super) vendor: u16,
    /// The chip.
    pub(super) device: u16,
    /// Maker and number of the board.
    pub(super) board: Option<(u16, u16)>,
    /// Revision of the chip, which AMD gives each model.
    pub(super) revision: Option<u8>,
}

/// The maker behind a PCI vendor number.
pub(super) fn vendor(id: u32) -> Vendor {
    match id {
        0x10de => Vendor::Nvidia,
        0x1002 | 0x1022 => Vendor::Amd,
        0x8086 => Vendor::Intel,
        0x106b => Vendor::Apple,
        _ => Vendor::Other,
    }
}

/// `1002:73bf` as two numbers.
pub(super) fn parse_pci_id(text: &str) -> Option<(u16, u16)> {
    let (vendor, device) = text.trim().split_once(':')?;
    Some((
        u16::from_str_radix(vendor, 16).ok()?,
        u16::from_str_radix(device, 16).ok()?,
    ))
}

/// The name as sold. Models that the numbers do not tell apart are all named, parted by ` / `; a chip that no
/// database knows is named by its numbers.
pub(super) fn as_sold(id: PciId) -> String {
    let board = id
        .board
        .and_then(|board| catalogue::board_name(id.vendor, id.device, board));
    if let Some(model) = board {
        return model.to_owned();
    }
    let entry = pci_ids::Device::from_vid_pid(id.vendor, id.device);
    let mut models = entry.map_or(Vec::new(), |entry| {
        variants::expand(without_maker(variants::in_brackets(entry.name())))
    });
    let listed = (vendor(id.vendor.into()) == Vendor::Amd)
        .then(|| catalogue::amd_name(id.device, id.revision?))
        .flatten();
    if let Some(listed) = listed {
        let name = without_family_word(without_maker(listed));
        // The list may know the series only, where the database knows its models.
        let finer: Vec<String> = models
            .iter()
            .filter(|model| variants::extends(model, name))
            .cloned()
            .collect();
        let whole_series = listed.ends_with(" Series") && !models.iter().any(|model| model == name);
        match (finer.is_empty(), whole_series, models.len()) {
            (true, true, 1) => {}
            (true, true, _) => return without_maker(listed).to_owned(),
            (true, false, _) => return name.to_owned(),
            (false, ..) => models = finer,
        }
    }
    let boards = entry.into_iter().flat_map(pci_ids::Device::subsystems);
    let board = boards
        .filter(|board| id.board == Some((board.subvendor(), board.subdevice())))
        .find_map(|board| variants::named_in(&models, board.name()));
    match board {
        Some(model) => model.to_owned(),
        None if models.is_empty() => unknown(id),
        None => models.join(" / "),
    }
}

/// Whether a name of [`as_sold`] leaves several models open, or is no name.
pub(super) fn is_vague(name: &str) -> bool {
    name.contains(" / ") || name.rsplit(' ').next().and_then(parse_pci_id).is_some()
}

fn unknown(id: PciId) -> String {
    let maker = match vendor(id.vendor.into()) {
        Vendor::Nvidia => "NVIDIA",
        Vendor::Amd => "AMD",
        Vendor::Intel => "Intel",
        Vendor::Apple => "Apple",
        Vendor::Software | Vendor::Other => "GPU",
    };
    format!("{maker} {:04x}:{:04x}", id.vendor, id.device)
}

/// `Radeon RX 6900 XT` out of a driver's `AMD Radeon RX 6900 XT`. Names that are none without the maker keep it.
pub(super) fn without_maker(name: &str) -> &str {
    let rest = ["AMD ", "NVIDIA ", "Intel(R) ", "Intel "]
        .iter()
        .find_map(|maker| name.strip_prefix(maker));
    let brands = ["Radeon", "GeForce", "Arc", "UHD", "HD", "Iris"];
    match rest {
        Some(rest) if brands.iter().any(|brand| rest.starts_with(brand)) => rest,
        _ => name,
    }
}

/// `Radeon RX 580` out of a list's `Radeon RX 580 Series`. `Radeon Graphics` is a name and stays.
fn without_family_word(name: &str) -> &str {
    let plain = [" Series", " Graphics"]
        .iter()
        .find_map(|word| name.strip_suffix(word));
    plain.filter(|plain| plain.contains(' ')).unwrap_or(name)
}

/// A driver's name for an adapter without what it adds in brackets: `AMD Radeon RX 6900 XT (RADV NAVI21)`.
pub(super) fn without_driver_suffix(name: &str) -> &str {
    match name.split_once(" (") {
        Some((plain, _)) if !plain.is_empty() => plain,
        _ => name,
    }
}

/// A driver's name for an adapter, as sold.
pub(super) fn of_adapter(name: &str) -> &str {
    without_family_word(without_maker(without_driver_suffix(name)))
}

/// A PCI bus id as Linux writes it: `0000:0c:00.0`. NVML gives eight digits of domain and capitals.
pub(super) fn normal_slot(slot: &str) -> Option<String> {
    let (domain, rest) = slot.trim().split_once(':')?;
    let domain = u32::from_str_radix(domain, 16).ok()?;
    let (bus, function) = rest.split_once(':')?;
    let bus = u8::from_str_radix(bus, 16).ok()?;
    let (device, function) = function.split_once('.')?;
    let device = u8::from_str_radix(device, 16).ok()?;
    let function = u8::from_str_radix(function, 16).ok()?;
    Some(format!("{domain:04x}:{bus:02x}:{device:02x}.{function:x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn amd(device: u16, board: Option<(u16, u16)>, revision: Option<u8>) -> String {
        as_sold(PciId {
            vendor: 0x1002,
            device,
            board,
            revision,
        })
    }

    #[test]
    fn revision_then_board_tell_the_model() {
        assert_eq!(amd(0x73bf, None, Some(0xc0)), "Radeon RX 6900 XT");
        assert_eq!(amd(0x73bf, Some((0x148c, 0x2408)), None), "Radeon RX 6900 XT");
        assert_eq!(
            amd(0x73bf, None, None),
            "Radeon RX 6800 / Radeon RX 6800 XT / Radeon RX 6900 XT"
        );
        assert!(is_vague(&amd(0x73bf, None, None)));
        assert_eq!(amd(0x67df, None, Some(0xe7)), "Radeon RX 580");
        assert_eq!(
            amd(0x687f, Some((0x1043, 0x0555)), Some(0xc3)),
            "Radeon RX Vega 56",
            "the list says “RX Vega” only"
        );
        assert_eq!(amd(0x6818, None, Some(0)), "Radeon HD 7870 GHz Edition");
        assert_eq!(amd(0x150e, None, Some(0xc4)), "Radeon 880M");
        assert_eq!(amd(0x163f, None, Some(0xae)), "AMD Custom GPU 0405");
    }

    #[test]
    fn what_no_database_knows_is_named_by_its_numbers() {
        let unknown = as_sold(PciId {
            vendor: 0x8086,
            device: 0xffff,
            ..PciId::default()
        });
        assert_eq!(unknown, "Intel 8086:ffff");
        assert!(is_vague(&unknown));
        assert!(!is_vague("GeForce RTX 3090"));
    }

    #[test]
    fn names_of_drivers_lose_maker_and_driver() {
        assert_eq!(of_adapter("AMD Radeon RX 580 (RADV POLARIS10)"), "Radeon RX 580");
        assert_eq!(of_adapter("Intel(R) UHD Graphics (CML GT2)"), "UHD Graphics");
        assert_eq!(of_adapter("NVIDIA GeForce RTX 3090"), "GeForce RTX 3090");
        assert_eq!(of_adapter("NVIDIA A100-SXM4-80GB"), "NVIDIA A100-SXM4-80GB");
    }

    #[test]
    fn every_amd_chip_has_a_name_without_its_maker() {
        let maker = pci_ids::Vendors::iter().find(|vendor| vendor.id() == 0x1002);
        for chip in maker.into_iter().flat_map(pci_ids::Vendor::devices) {
            for revision in [0x00, 0xc0, 0xc4] {
                let name = amd(chip.id(), None, Some(revision));
                assert!(
                    !name.trim().is_empty() && !name.starts_with("AMD Radeon"),
                    "{name}"
                );
            }
        }
    }

    #[test]
    fn slots_of_all_sources_are_written_alike() {
        assert_eq!(normal_slot("00000000:0C:00.0").as_deref(), Some("0000:0c:00.0"));
        assert_eq!(normal_slot("0000:0c:00.0").as_deref(), Some("0000:0c:00.0"));
        assert_eq!(normal_slot("usb1"), None);
        assert_eq!(normal_slot(""), None);
    }
}
