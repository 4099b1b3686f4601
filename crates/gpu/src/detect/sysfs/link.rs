//! The PCI Express link of a card.

use std::path::{Path, PathBuf};

use hearth_types::device::Link;

use super::files::{hexadecimal, text};
use crate::detect::names;

/// More bridges than any machine has above a card.
const MAX_BRIDGES: usize = 16;

/// The link now and the fastest possible. Reads the card's registers, which wakes a sleeping one.
///
/// Many cards hide their GPU behind a switch of their own, and the GPU then names the link inside the card: always
/// full speed on AMD, always 2.5 GT/s × 1 on Intel Arc. So the topmost bridge of the same maker speaks for the card.
pub(super) fn read(device: &Path) -> (Option<Link>, Option<Link>) {
    let edge = folder(device);
    let link = |speed: &str, width: &str| {
        let gt_per_s = speed_of(&text(&edge.join(speed))?)?;
        let width = text(&edge.join(width))?.parse().ok().filter(|lanes| *lanes > 0)?;
        Some(Link { width, gt_per_s })
    };
    (
        link("current_link_speed", "current_link_width"),
        link("max_link_speed", "max_link_width"),
    )
}

/// The folder whose link leads off the card: a bridge above it, or its own.
pub(crate) fn folder(device: &Path) -> PathBuf {
    let (Ok(own), Some(maker)) = (device.canonicalize(), hexadecimal(&device.join("vendor"))) else {
        return device.to_owned();
    };
    let is_slot = |path: &Path| {
        let name = path.file_name().and_then(|name| name.to_str());
        name.and_then(names::normal_slot).is_some()
    };
    let bridges = own.ancestors().skip(1).take(MAX_BRIDGES);
    let same_maker = bridges.take_while(|path| {
        is_slot(path)
            && hexadecimal(&path.join("vendor")) == Some(maker)
            && path.join("current_link_speed").exists()
    });
    same_maker.last().unwrap_or(&own).to_owned()
}

/// 16.0 in `16.0 GT/s PCIe`. `Unknown` is none.
fn speed_of(text: &str) -> Option<f64> {
    let speed: f64 = text.split_whitespace().next()?.parse().ok()?;
    let plausible = speed.is_finite() && (0.1..1024.0).contains(&speed);
    // The standards know one digit behind the point.
    plausible.then(|| (speed * 10.0).round() / 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_and_nonsense_is_absent() {
        assert_eq!(speed_of("16.0 GT/s PCIe"), Some(16.0));
        assert_eq!(speed_of("8 GT/s"), Some(8.0));
        for text in ["Unknown", "", "inf GT/s", "-2.5 GT/s", "NaN"] {
            assert_eq!(speed_of(text), None, "{text}");
        }
    }
}
