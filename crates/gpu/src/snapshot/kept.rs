//! Which files a snapshot takes. A pattern is a path whose parts may hold one `*`.

/// Of the folder `cardN`, beside `device`: i915's clocks and reasons for throttling.
pub(super) const CARD: &[&str] = &[
    "gt_act_freq_mhz",
    "gt_max_freq_mhz",
    "gt/gt0/rc6_residency_ms",
    "gt/gt*/throttle_reason_*",
];

/// Of a PCI device, answered by the kernel from memory: safe to read of a sleeping card.
pub(super) const IDENTITY: &[&str] = &[
    "uevent",
    "vendor",
    "device",
    "revision",
    "class",
    "subsystem_vendor",
    "subsystem_device",
    "power/runtime_status",
    "mem_info_vram_total",
    "mem_info_vram_vendor",
    "board_info",
    "hwmon/hwmon*/name",
    "hwmon/hwmon*/in1_label",
];

/// Of a PCI device, read from the card itself.
pub(super) const READINGS: &[&str] = &[
    "mem_info_vram_used",
    "mem_info_gtt_total",
    "mem_info_gtt_used",
    "gpu_busy_percent",
    "mem_busy_percent",
    "pp_dpm_sclk",
    "gpu_metrics",
    "ras/umc_err_count",
    "tile*/gt*/freq0/act_freq",
    "tile*/gt*/freq0/max_freq",
    "tile*/gt*/freq0/throttle/reason_*",
    "tile*/gt*/gtidle/idle_residency_ms",
    "hwmon/hwmon*/temp*_input",
    "hwmon/hwmon*/temp*_label",
    "hwmon/hwmon*/power*_average",
    "hwmon/hwmon*/power*_input",
    "hwmon/hwmon*/power*_cap",
    "hwmon/hwmon*/power*_cap_min",
    "hwmon/hwmon*/power*_cap_default",
    "hwmon/hwmon*/power*_max",
    "hwmon/hwmon*/energy*_input",
    "hwmon/hwmon*/fan1_input",
    "hwmon/hwmon*/fan1_max",
    "hwmon/hwmon*/pwm1",
    "hwmon/hwmon*/pwm1_max",
    "hwmon/hwmon*/freq*_input",
    "hwmon/hwmon*/freq*_label",
];

/// Of a PCI device, its link, taken from where it leaves the card.
pub(super) const LINK: &[&str] = &[
    "current_link_speed",
    "current_link_width",
    "max_link_speed",
    "max_link_width",
];

/// Files whose mere presence tells a card from a processor's graphics. Of a sleeping card they are taken empty.
pub(super) const PRESENCE: &[&str] = &["hwmon/hwmon*/fan1_input", "hwmon/hwmon*/pwm1"];

/// Whether a file's name matches one part of a pattern.
pub(super) fn matches(name: &str, part: &str) -> bool {
    match part.split_once('*') {
        None => name == part,
        Some((head, tail)) => {
            name.len() >= head.len() + tail.len() && name.starts_with(head) && name.ends_with(tail)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_match_with_one_star() {
        assert!(matches("temp12_input", "temp*_input"));
        assert!(matches("vendor", "vendor"));
        assert!(!matches("vendors", "vendor"));
        assert!(!matches("temp_input", "temp*__input"));
        assert!(!matches("ab", "ab*b"));
    }

    #[test]
    fn nothing_that_names_one_unit_is_kept() {
        let all = [CARD, IDENTITY, READINGS, LINK, PRESENCE].concat();
        for secret in [
            "serial_number",
            "unique_id",
            "config",
            "resource",
            "edid",
            "vbios_version",
        ] {
            assert!(!all.iter().any(|pattern| pattern.ends_with(secret)), "{secret}");
        }
    }
}
