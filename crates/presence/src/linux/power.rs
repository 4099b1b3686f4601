//! Mains power and battery, out of `/sys/class/power_supply`.

use std::path::Path;

use super::files::{names, text};
use crate::look::Battery;

/// The battery, when the machine runs on it.
///
/// # Errors
/// When the kernel lists no power supply at all, which is how a desktop machine is.
pub(super) fn read(sys: &Path) -> Result<Option<Battery>, String> {
    let folder = sys.join("class/power_supply");
    let supplies = names(&folder).unwrap_or_default();
    if supplies.is_empty() {
        return Err("The kernel lists no power supply: mains power is assumed.".to_owned());
    }
    let mut mains = false;
    let mut discharges = false;
    let mut levels = Vec::new();
    for supply in supplies {
        let value = |name: &str| text(&folder.join(&supply).join(name));
        // The battery of a mouse or a controller powers no machine.
        if value("scope").as_deref() == Some("Device") {
            continue;
        }
        match value("type").as_deref() {
            Some("Battery") => {
                discharges |= value("status").as_deref() == Some("Discharging");
                levels.extend(value("capacity").and_then(|level| level.parse::<u8>().ok()));
            }
            // Mains, and USB-C which may power a laptop.
            Some("Mains" | "USB") => mains |= value("online").is_some_and(|online| online != "0"),
            Some(_) | None => {}
        }
    }
    if mains || !discharges {
        return Ok(None);
    }
    let sum: u32 = levels.iter().map(|level| u32::from((*level).min(100))).sum();
    let count = u32::try_from(levels.len()).unwrap_or(u32::MAX);
    let percent = sum.checked_div(count).and_then(|mean| u8::try_from(mean).ok());
    Ok(Some(Battery { percent }))
}
