//! Clocks and idle time that drivers show outside hwmon.

use std::path::Path;

use super::files::{number, numbered, small_number, text};

/// What the driver says about its clocks.
#[derive(Default)]
pub(super) struct Clocks {
    pub(super) now_mhz: Option<u32>,
    pub(super) max_mhz: Option<u32>,
    pub(super) idle_ms: Option<u64>,
}

/// Reads them: amdgpu's table of steps, i915's files beside `device`, xe's below `device/tile0/gt0`.
pub(super) fn read(card: &Path) -> Clocks {
    let device = card.join("device");
    let mut clocks = Clocks::default();
    if let Some(table) = text(&device.join("pp_dpm_sclk")) {
        clocks.max_mhz = table.lines().filter_map(step_mhz).max();
    }
    // gt0 of the first tile runs shaders; the others are media engines or further tiles.
    let tile = numbered(&device, "tile").into_iter().next();
    let xe = tile.and_then(|tile| numbered(&tile, "gt").into_iter().next());
    if let Some(gt) = xe {
        let running = small_number(&gt.join("freq0/act_freq"));
        clocks.now_mhz = running;
        clocks.max_mhz = small_number(&gt.join("freq0/max_freq"));
        clocks.idle_ms = number(&gt.join("gtidle/idle_residency_ms"));
    }
    clocks.now_mhz = clocks
        .now_mhz
        .or_else(|| small_number(&card.join("gt_act_freq_mhz")));
    clocks.max_mhz = clocks
        .max_mhz
        .or_else(|| small_number(&card.join("gt_max_freq_mhz")));
    clocks.idle_ms = clocks
        .idle_ms
        .or_else(|| number(&card.join("gt/gt0/rc6_residency_ms")));
    clocks
}

/// 2254 in `2: 2254Mhz *`.
fn step_mhz(line: &str) -> Option<u32> {
    let (_, step) = line.split_once(':')?;
    let step = step.trim().trim_end_matches('*').trim().to_ascii_lowercase();
    step.strip_suffix("mhz")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_of_amdgpu_are_read() {
        assert_eq!(step_mhz("2: 2254Mhz *"), Some(2254));
        assert_eq!(step_mhz("S: 19Mhz *"), Some(19));
        assert_eq!(step_mhz("0: 500MHz"), Some(500));
        assert_eq!(step_mhz("2: 99999999999Mhz"), None);
        assert_eq!(step_mhz("OD_RANGE"), None);
    }
}
