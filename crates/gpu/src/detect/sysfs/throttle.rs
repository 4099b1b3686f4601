//! Why a card runs slower than it could.

use std::collections::BTreeSet;
use std::path::Path;

use hearth_types::device::Throttle;

use super::files::{bytes, names, numbered, small_number};

/// The reasons in force; `None` when the driver does not say. Reads the card, which wakes a sleeping one.
pub(super) fn read(card: &Path) -> Option<Vec<Throttle>> {
    let device = card.join("device");
    let metrics = bytes(&device.join("gpu_metrics"));
    if let Some(bits) = metrics.as_deref().and_then(amd_bits) {
        return Some(of_amd(bits));
    }
    // i915 keeps one file a reason beside the clock, xe below it; both have one file a reason that reads 0 or 1.
    let i915 = numbered(&card.join("gt"), "gt")
        .into_iter()
        .map(|gt| (gt, "throttle_reason_"));
    let tiles = numbered(&device, "tile").into_iter();
    let xe = tiles
        .flat_map(|tile| numbered(&tile, "gt"))
        .map(|gt| (gt.join("freq0/throttle"), "reason_"));
    let mut known = false;
    let mut reasons = BTreeSet::new();
    for (folder, prefix) in i915.chain(xe) {
        for name in names(&folder) {
            let Some(word) = name.strip_prefix(prefix).filter(|word| *word != "status") else {
                continue;
            };
            if let Some(on) = small_number(&folder.join(&name)) {
                known = true;
                if on != 0 {
                    reasons.insert(of_intel(word));
                }
            }
        }
    }
    known.then(|| reasons.into_iter().collect())
}

/// Words of i915 and xe.
fn of_intel(word: &str) -> Throttle {
    match word {
        "pl1" | "pl2" | "pl4" | "ratl" => Throttle::Power,
        "vr_tdc" | "iccmax" | "fastvmode" => Throttle::Current,
        "thermal" | "vr_thermalert" | "soc_thermal" | "mem_thermal" | "vr_thermal" | "soc_avg_thermal" => {
            Throttle::Thermal
        }
        "prochot" => Throttle::External,
        _ => Throttle::Other,
    }
}

/// The word of 64 throttlers that means the same on every chip, out of amdgpu's `gpu_metrics`.
///
/// Layouts: `drivers/gpu/drm/amd/include/kgd_pp_interface.h` of Linux. The header is the size, a format (1 cards,
/// 2 processors) and a revision of it; the word is there since 1.3 and 2.2. All bits set means not filled in.
fn amd_bits(metrics: &[u8]) -> Option<u64> {
    let (&format, &revision) = (metrics.get(2)?, metrics.get(3)?);
    let offset = match (format, revision) {
        (1, 3) => 112,
        (2, 2..=4) => 120,
        _ => return None,
    };
    let word: [u8; 8] = metrics.get(offset..)?.get(..8)?.try_into().ok()?;
    Some(u64::from_le_bytes(word)).filter(|bits| *bits != u64::MAX)
}

/// Ranges of `amdgpu_smu.h`: power 0–15, current 16–31, temperature 32–55 with two signals at 46 and 47, others above.
fn of_amd(bits: u64) -> Vec<Throttle> {
    let ranges = [
        (0x0000_0000_0000_ffff, Throttle::Power),
        (0x0000_0000_ffff_0000, Throttle::Current),
        (0x00ff_3fff_0000_0000, Throttle::Thermal),
        (0x0000_c000_0000_0000, Throttle::External),
        (0xff00_0000_0000_0000_u64, Throttle::Other),
    ];
    ranges
        .iter()
        .filter(|(mask, _)| bits & mask != 0)
        .map(|(_, reason)| *reason)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metrics(format: u8, revision: u8, offset: usize, bits: u64) -> Vec<u8> {
        let mut table = vec![0; 128];
        table[2] = format;
        table[3] = revision;
        table[offset..offset + 8].copy_from_slice(&bits.to_le_bytes());
        table
    }

    #[test]
    fn amd_throttlers_are_named_by_kind() {
        let card = metrics(1, 3, 112, 1 | 1 << 36);
        assert_eq!(
            amd_bits(&card).map(of_amd),
            Some(vec![Throttle::Power, Throttle::Thermal])
        );
        let processor = metrics(2, 3, 120, 1 << 46 | 1 << 22);
        assert_eq!(
            amd_bits(&processor).map(of_amd),
            Some(vec![Throttle::Current, Throttle::External])
        );
        assert_eq!(amd_bits(&metrics(1, 3, 112, 0)).map(of_amd), Some(vec![]));
    }

    #[test]
    fn short_unknown_and_unfilled_tables_say_nothing() {
        assert_eq!(amd_bits(&metrics(1, 3, 112, u64::MAX)), None);
        assert_eq!(amd_bits(&metrics(3, 0, 112, 1)), None);
        let card = metrics(1, 3, 112, 1);
        for length in 0..120 {
            assert_eq!(amd_bits(&card[..length]), None);
        }
    }
}
