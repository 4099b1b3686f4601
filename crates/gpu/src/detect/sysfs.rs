//! Linux `/sys/class/drm`: every card the kernel drives, with live readings.
//!
//! Files come and go with the driver and the kernel, so each reading is absent rather than an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hearth_types::device::{Device, DeviceKind, Source, Vendor};

use super::names;

/// The largest of these files worth reading, bytes.
const MAX_FILE: u64 = 64 * 1024;

/// The cards under a `/sys/class/drm` folder, by slot. Folders that hold no GPU are passed over.
#[must_use]
pub fn read(drm: &Path) -> Vec<Device> {
    let Ok(entries) = fs::read_dir(drm) else {
        return Vec::new();
    };
    let mut cards: Vec<Device> = entries
        .flatten()
        .filter(|entry| is_card(&entry.file_name().to_string_lossy()))
        .filter_map(|entry| card(&entry.path().join("device")))
        .collect();
    cards.sort_by(|a, b| a.pci_slot.cmp(&b.pci_slot));
    cards
}

/// `card0`, and not `card0-DP-1` or `renderD128`.
fn is_card(name: &str) -> bool {
    name.strip_prefix("card")
        .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn card(device: &Path) -> Option<Device> {
    let uevent = uevent(&text(&device.join("uevent"))?);
    let (vendor_id, device_id) = names::parse_pci_id(uevent.get("PCI_ID")?)?;
    let slot = names::normal_slot(uevent.get("PCI_SLOT_NAME")?)?;
    let pci_id = format!("{vendor_id:04x}:{device_id:04x}");
    let sensors = Sensors::read(device);
    let vendor = names::vendor(u32::from(vendor_id));
    let vram_total_bytes = number(&device.join("mem_info_vram_total"));
    Some(Device {
        fingerprint: format!("pci-{slot}-{pci_id}"),
        name: names::by_pci_id(vendor_id, device_id),
        vendor,
        kind: kind(vendor, &slot, sensors.has_fan, vram_total_bytes),
        pci_id: Some(pci_id),
        pci_slot: Some(slot),
        driver: uevent.get("DRIVER").cloned(),
        vram_total_bytes,
        vram_used_bytes: number(&device.join("mem_info_vram_used")),
        busy_percent: number(&device.join("gpu_busy_percent"))
            .and_then(|percent| u32::try_from(percent).ok())
            .map(f64::from),
        temperature_c: sensors.temperature_c,
        power_w: sensors.power_w,
        power_cap_w: sensors.power_cap_w,
        fan_rpm: sensors.fan_rpm,
        adapter: None,
        sources: vec![Source::Sysfs],
    })
}

/// Best guess without a driver's word, which wins when an adapter gives it.
fn kind(vendor: Vendor, slot: &str, has_fan: bool, vram: Option<u64>) -> DeviceKind {
    match vendor {
        Vendor::Nvidia => DeviceKind::Discrete,
        // The processor's own graphics sit on the root bus.
        Vendor::Intel if slot.starts_with("0000:00:") => DeviceKind::Integrated,
        Vendor::Intel => DeviceKind::Discrete,
        Vendor::Amd if has_fan => DeviceKind::Discrete,
        // A processor's graphics have no fan of their own and a small carve-out of memory.
        Vendor::Amd if vram.is_some_and(|bytes| bytes < 8 << 30) => DeviceKind::Integrated,
        Vendor::Amd | Vendor::Apple | Vendor::Software | Vendor::Other => DeviceKind::Unknown,
    }
}

#[derive(Default)]
struct Sensors {
    temperature_c: BTreeMap<String, f64>,
    power_w: Option<f64>,
    power_cap_w: Option<f64>,
    fan_rpm: Option<u64>,
    has_fan: bool,
}

impl Sensors {
    fn read(device: &Path) -> Self {
        let mut sensors = Self::default();
        for folder in folders(&device.join("hwmon")) {
            sensors.read_hwmon(&folder);
        }
        sensors
    }

    /// Units of hwmon: millidegrees, microwatts, revolutions a minute.
    fn read_hwmon(&mut self, folder: &Path) {
        for index in 1..=16 {
            let Some(milli) = signed(&folder.join(format!("temp{index}_input"))) else {
                continue;
            };
            let label = text(&folder.join(format!("temp{index}_label")));
            let label = label.filter(|l| !l.is_empty()).unwrap_or_else(|| {
                if index == 1 {
                    "edge".to_owned()
                } else {
                    format!("temp{index}")
                }
            });
            self.temperature_c.insert(label, f64::from(milli) / 1e3);
        }
        let watts = |name: &str| {
            let micro = number(&folder.join(name)).and_then(|micro| u32::try_from(micro).ok());
            micro.map(|micro| f64::from(micro) / 1e6)
        };
        self.power_w = self
            .power_w
            .or_else(|| watts("power1_average"))
            .or_else(|| watts("power1_input"));
        self.power_cap_w = self.power_cap_w.or_else(|| watts("power1_cap"));
        let fan = number(&folder.join("fan1_input"));
        self.has_fan |= fan.is_some() || folder.join("pwm1").exists();
        self.fan_rpm = self.fan_rpm.or(fan);
    }
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths
}

/// `KEY=value` lines. A dump of the kernel's buffer may be padded with NULs.
fn uevent(content: &str) -> BTreeMap<String, String> {
    let lines = content.split(['\n', '\0']).map(str::trim);
    let pairs = lines.filter_map(|line| line.split_once('='));
    pairs
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect()
}

fn text(path: &Path) -> Option<String> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path)
        .ok()?
        .take(MAX_FILE)
        .read_to_end(&mut bytes)
        .ok()?;
    Some(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn number(path: &Path) -> Option<u64> {
    text(path)?.parse().ok()
}

fn signed(path: &Path) -> Option<i32> {
    text(path)?.parse().ok()
}
