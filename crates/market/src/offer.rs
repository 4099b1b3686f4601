//! What an offer may say. A node checks its own before it sends it; the coordinator checks everybody's.

use std::collections::BTreeSet;

use hearth_protocol::coordinator::MAX_DEVICES;
use hearth_types::{
    device::{Benchmark, Measured},
    market::{Offer, OfferedDevice},
    money::Io,
};

/// The longest device name, bytes.
pub const MAX_NAME: usize = 128;
/// The shortest `max_seconds` of an offer.
pub const MIN_LEASE_SECONDS: u64 = 60;
/// The longest `max_seconds` of an offer: 30 days.
pub const MAX_LEASE_SECONDS: u64 = 30 * 86_400;
/// The longest notice before the owner takes the GPU back, seconds.
pub const MAX_NOTICE_SECONDS: u64 = 3_600;
/// The most that can be in escrow: all IO there will ever be, 800 million.
pub const MAX_ESCROW: Io = Io(80_000_000_000_000_000);
/// The most video memory that is believed, bytes: 16 TiB.
const MAX_VRAM: u64 = 1 << 44;
/// The largest benchmark figure that is believed (10⁹ operations or bytes a second).
const MAX_MEASURED: f64 = 1e9;

/// Why an offer is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    /// No device, or more than a node may have.
    #[error("an offer has 1 to {MAX_DEVICES} devices; this one has {0}")]
    DeviceCount(usize),
    /// The same device twice.
    #[error("a device is listed twice")]
    DuplicateDevice,
    /// A device name that is empty, too long or has control characters.
    #[error("a device name must have 1 to {MAX_NAME} bytes and no control characters")]
    Name,
    /// Memory or a benchmark figure beyond belief.
    #[error("a device's memory or benchmark is out of range")]
    Figure,
    /// A price of nothing.
    #[error("the price must be above zero")]
    Free,
    /// Longest time out of bounds.
    #[error("the longest time must be between {MIN_LEASE_SECONDS} and {MAX_LEASE_SECONDS} seconds")]
    MaxSeconds,
    /// Price × longest time is more than all IO.
    #[error("the price over the longest time is more than all IO there is")]
    Escrow,
    /// Notice out of bounds.
    #[error("the notice can be at most {MAX_NOTICE_SECONDS} seconds")]
    Notice,
}

/// Checks every limit.
///
/// # Errors
/// The first [`OfferError`] found.
pub fn validate_offer(offer: &Offer) -> Result<(), OfferError> {
    if !(1..=MAX_DEVICES).contains(&offer.devices.len()) {
        return Err(OfferError::DeviceCount(offer.devices.len()));
    }
    let mut seen = BTreeSet::new();
    for device in &offer.devices {
        if !seen.insert(device.id) {
            return Err(OfferError::DuplicateDevice);
        }
        validate_device(device)?;
    }
    if offer.rate.0 == 0 {
        return Err(OfferError::Free);
    }
    if !(MIN_LEASE_SECONDS..=MAX_LEASE_SECONDS).contains(&offer.max_seconds) {
        return Err(OfferError::MaxSeconds);
    }
    if offer
        .rate
        .over(offer.max_seconds)
        .is_none_or(|escrow| escrow > MAX_ESCROW)
    {
        return Err(OfferError::Escrow);
    }
    if offer.notice_seconds > MAX_NOTICE_SECONDS {
        return Err(OfferError::Notice);
    }
    Ok(())
}

fn validate_device(device: &OfferedDevice) -> Result<(), OfferError> {
    let plain = !device.name.trim().is_empty()
        && device.name.len() <= MAX_NAME
        && !device.name.chars().any(char::is_control);
    if !plain {
        return Err(OfferError::Name);
    }
    let believable = device.vram_bytes.is_none_or(|bytes| bytes <= MAX_VRAM)
        && device.benchmark.as_ref().is_none_or(is_believable);
    if believable {
        Ok(())
    } else {
        Err(OfferError::Figure)
    }
}

fn is_believable(benchmark: &Benchmark) -> bool {
    let figure = |f: f64| f.is_finite() && (0.0..=MAX_MEASURED).contains(&f);
    let measured = |m: &Measured| figure(m.median) && figure(m.min) && figure(m.max);
    measured(&benchmark.f32_gflops) && measured(&benchmark.memory_gb_per_s)
}

#[cfg(test)]
pub(crate) mod tests {
    use hearth_types::{
        device::{DeviceKind, Vendor},
        id::{DeviceId, NodeId, WalletAddress},
        money::IoPerSecond,
    };

    use super::*;

    pub(crate) fn device(id: u8, name: &str) -> OfferedDevice {
        OfferedDevice {
            id: DeviceId([id; 32]),
            name: name.into(),
            vendor: Vendor::Nvidia,
            kind: DeviceKind::Discrete,
            vram_bytes: Some(24 << 30),
            benchmark: None,
        }
    }

    pub(crate) fn offer() -> Offer {
        Offer {
            node: NodeId([1; 32]),
            provider: WalletAddress([2; 32]),
            devices: vec![device(3, "NVIDIA GeForce RTX 3070")],
            rate: IoPerSecond(1_000),
            max_seconds: 3_600,
            notice_seconds: 0,
        }
    }

    #[test]
    fn a_plain_offer_passes() {
        assert_eq!(validate_offer(&offer()), Ok(()));
    }

    #[test]
    fn each_limit_is_checked() {
        let refused = |change: &dyn Fn(&mut Offer)| {
            let mut offer = offer();
            change(&mut offer);
            validate_offer(&offer).unwrap_err()
        };
        assert_eq!(refused(&|o| o.devices.clear()), OfferError::DeviceCount(0));
        assert_eq!(
            refused(&|o| o.devices = (0..9).map(|i| device(i, "x")).collect()),
            OfferError::DeviceCount(9)
        );
        assert_eq!(
            refused(&|o| o.devices = vec![device(1, "x"); 2]),
            OfferError::DuplicateDevice
        );
        for name in ["", " ", "a\u{7}b", &"x".repeat(MAX_NAME + 1)] {
            assert_eq!(refused(&|o| o.devices = vec![device(1, name)]), OfferError::Name);
        }
        assert_eq!(refused(&|o| o.rate = IoPerSecond(0)), OfferError::Free);
        assert_eq!(refused(&|o| o.max_seconds = 59), OfferError::MaxSeconds);
        assert_eq!(
            refused(&|o| o.max_seconds = MAX_LEASE_SECONDS + 1),
            OfferError::MaxSeconds
        );
        assert_eq!(refused(&|o| o.rate = IoPerSecond(u64::MAX)), OfferError::Escrow);
        assert_eq!(refused(&|o| o.notice_seconds = 3_601), OfferError::Notice);
        let far = |median| Measured {
            median,
            min: 0.0,
            max: 1.0,
            runs: 3,
        };
        for median in [f64::NAN, -1.0, 1e12] {
            assert_eq!(
                refused(&|o| {
                    o.devices[0].benchmark = Some(Benchmark {
                        f32_gflops: far(median),
                        memory_gb_per_s: far(1.0),
                        at: hearth_types::time::UnixMillis(0),
                    });
                }),
                OfferError::Figure
            );
        }
    }
}
