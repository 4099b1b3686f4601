//! Names and makers out of PCI numbers.

use hearth_types::device::Vendor;

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
    let (vendor, device) = text.split_once(':')?;
    Some((
        u16::from_str_radix(vendor, 16).ok()?,
        u16::from_str_radix(device, 16).ok()?,
    ))
}

/// The name as sold, out of the public PCI id database; the numbers themselves when it does not know them.
pub(super) fn by_pci_id(vendor_id: u16, device_id: u16) -> String {
    let maker = match vendor(u32::from(vendor_id)) {
        Vendor::Nvidia => "NVIDIA",
        Vendor::Amd => "AMD",
        Vendor::Intel => "Intel",
        Vendor::Apple => "Apple",
        Vendor::Software | Vendor::Other => "GPU",
    };
    let known = pci_ids::Device::from_vid_pid(vendor_id, device_id).map(|device| as_sold(device.name()));
    match known {
        Some(name) if name.starts_with(maker) => name.to_owned(),
        Some(name) => format!("{maker} {name}"),
        None => format!("{maker} {vendor_id:04x}:{device_id:04x}"),
    }
}

/// The database writes `Navi 21 [Radeon RX 6800/6800 XT / 6900 XT]`: the chip, then what is printed on the box.
fn as_sold(name: &str) -> &str {
    let inner = name.split_once('[').and_then(|(_, rest)| rest.split_once(']'));
    inner.map_or(name, |(sold, _)| sold.trim())
}

/// A driver's name for an adapter without what it adds in brackets: `AMD Radeon RX 6900 XT (RADV NAVI21)`.
pub(super) fn without_driver_suffix(name: &str) -> &str {
    match name.split_once(" (") {
        Some((plain, _)) if !plain.is_empty() => plain,
        _ => name,
    }
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

    #[test]
    fn the_name_on_the_box_is_preferred_to_the_chip() {
        assert_eq!(by_pci_id(0x1002, 0x7340), "AMD Radeon RX 5500/5500M / Pro 5500M");
        assert_eq!(by_pci_id(0x8086, 0xffff), "Intel 8086:ffff");
        assert_eq!(
            without_driver_suffix("AMD Radeon RX 580 (RADV POLARIS10)"),
            "AMD Radeon RX 580"
        );
    }

    #[test]
    fn slots_of_all_sources_are_written_alike() {
        assert_eq!(normal_slot("00000000:0C:00.0").as_deref(), Some("0000:0c:00.0"));
        assert_eq!(normal_slot("0000:0c:00.0").as_deref(), Some("0000:0c:00.0"));
        assert_eq!(normal_slot("usb1"), None);
        assert_eq!(normal_slot(""), None);
    }
}
