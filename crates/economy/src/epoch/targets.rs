//! What a device is owed: its target less what its leases count.

use hearth_types::money::Io;

use super::{
    accrual::{Pay, margin_of},
    error::{CloseError, Fits},
    input::{EpochInput, LateProof},
};
use crate::{
    params::{DeviceClass, Income, NetworkParams, Policy},
    quantity::{IoPrice, Ppm, UsdMicros, UsdPerHour},
};

/// One device's figures in an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct DeviceFigures {
    /// T: eligible time at the target, late proofs included.
    pub(super) target: UsdMicros,
    /// O: what is owed.
    pub(super) owed: UsdMicros,
    /// Seconds leased.
    pub(super) leased: u64,
    /// Net lease pay.
    pub(super) net: NetPay,
    /// Of it, what the pool takes.
    pub(super) pooled: NetPay,
}

/// Lease pay without the margin, per currency and in dollars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NetPay {
    pub(super) io: u64,
    pub(super) usdc: u64,
    /// Each part's worth rounded down.
    pub(super) worth: UsdMicros,
}

/// What leased time counts against the target: `seconds × max(net rate, reference rate)`, rounded up. The larger of
/// the two, so that a hidden or sham price gains nothing.
///
/// `None` when it does not fit.
#[must_use]
pub fn credit(
    class: &DeviceClass,
    params: &NetworkParams,
    price: IoPrice,
    seconds: u64,
    gross: Pay,
) -> Option<UsdMicros> {
    let net = gross.units() - margin_of(gross.units(), params.margin);
    let net = match gross {
        Pay::Io(_) => price.value_ceil(Io(net))?,
        Pay::Usdc(_) => UsdMicros(net),
    };
    Some(net.max(class.reference_rate.over_ceil(seconds)?))
}

/// `max(0, T − credit)` in dollars, the target rounded down first: what an eligible time and a credit leave owed.
///
/// `None` when it does not fit.
#[must_use]
pub fn owed_before_rounding(eligible: u64, target: UsdPerHour, credit: UsdMicros) -> Option<UsdMicros> {
    Some(target.over(eligible)?.saturating_sub(credit))
}

/// A class's target at a scale, rounded down to the micro-dollar an hour.
pub(super) fn scaled(class: &DeviceClass, scale: Ppm) -> UsdPerHour {
    UsdPerHour(scale.of(class.target().0))
}

/// Every device's figures, in the order of the input's devices.
pub(super) struct Figures<'a> {
    input: &'a EpochInput,
    targets: Vec<UsdPerHour>,
    device: usize,
    lease: usize,
    late: usize,
}

impl<'a> Figures<'a> {
    /// With targets at a scale.
    pub(super) fn new(input: &'a EpochInput, scale: Ppm) -> Self {
        Self {
            input,
            targets: input.classes.iter().map(|class| scaled(class, scale)).collect(),
            device: 0,
            lease: 0,
            late: 0,
        }
    }

    fn of_next(&mut self) -> Result<Option<DeviceFigures>, CloseError> {
        let input = self.input;
        let Some(row) = input.devices.get(self.device) else {
            return Ok(None);
        };
        let class_index = usize::from(row.class);
        let (Some(class), Some(target)) = (input.classes.get(class_index), self.targets.get(class_index))
        else {
            return Err(CloseError::NoSuchRow("device"));
        };
        let mut figures = DeviceFigures {
            target: target.over(row.eligible).fits("a target")?,
            ..DeviceFigures::default()
        };
        let mut counted = UsdMicros::ZERO;
        while let Some(lease) = input
            .leases
            .get(self.lease)
            .filter(|l| l.device as usize == self.device)
        {
            self.lease += 1;
            let part =
                credit(class, &input.params, input.price, lease.seconds, lease.gross).fits("a credit")?;
            counted = counted.checked_add(part).fits("a credit")?;
            figures.leased = figures.leased.checked_add(lease.seconds).fits("leased time")?;
            figures.net.add(lease.gross, &input.params, input.price)?;
        }
        figures.owed = figures.target.saturating_sub(counted);
        while let Some(late) = input
            .late
            .get(self.late)
            .filter(|l| l.device as usize == self.device)
        {
            self.late += 1;
            let (target, owed) = made_up(late).fits("a late proof")?;
            figures.target = figures.target.checked_add(target).fits("a target")?;
            figures.owed = figures.owed.checked_add(owed).fits("what is owed")?;
        }
        if let Policy::Ide(_, Income::Pooled) = input.params.policy {
            figures.pooled = figures.net.above(figures.target, input.price)?;
        }
        self.device += 1;
        Ok(Some(figures))
    }
}

impl Iterator for Figures<'_> {
    type Item = Result<DeviceFigures, CloseError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.of_next().transpose()
    }
}

/// What a late proof adds to a target and to what is owed. Nothing when it takes seconds away: those were never paid.
fn made_up(late: &LateProof) -> Option<(UsdMicros, UsdMicros)> {
    let target = |seconds: u64| late.target.over(seconds);
    let owed = |seconds: u64| owed_before_rounding(seconds, late.target, late.credit);
    Some((
        target(late.eligible_now)?.saturating_sub(target(late.eligible_before)?),
        owed(late.eligible_now)?.saturating_sub(owed(late.eligible_before)?),
    ))
}

impl NetPay {
    fn add(&mut self, gross: Pay, params: &NetworkParams, price: IoPrice) -> Result<(), CloseError> {
        let net = gross.units() - margin_of(gross.units(), params.margin);
        let worth = match gross {
            Pay::Io(_) => {
                self.io = self.io.checked_add(net).fits("lease pay")?;
                price.value(Io(net)).fits("lease pay")?
            }
            Pay::Usdc(_) => {
                self.usdc = self.usdc.checked_add(net).fits("lease pay")?;
                UsdMicros(net)
            }
        };
        self.worth = self.worth.checked_add(worth).fits("lease pay")?;
        Ok(())
    }

    /// The part above a target: USDC first, then IO, rounded down.
    fn above(&self, target: UsdMicros, price: IoPrice) -> Result<Self, CloseError> {
        let excess = self.worth.saturating_sub(target);
        let usdc = excess.0.min(self.usdc);
        let rest = UsdMicros(excess.0 - usdc);
        let io = price.buys(rest).fits("pooled pay")?.0.min(self.io);
        let io_worth = price.value(Io(io)).fits("pooled pay")?;
        let worth = UsdMicros(usdc).checked_add(io_worth).fits("pooled pay")?;
        Ok(Self { io, usdc, worth })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quantity::Usdc;

    fn class() -> DeviceClass {
        DeviceClass {
            name: "RTX 4090".into(),
            reference_rate: UsdPerHour(300_000),
            ceiling: UsdPerHour(450_000),
            roi: UsdPerHour(80_000),
            operating_cost: UsdPerHour(40_000),
        }
    }

    #[test]
    fn credit_is_the_larger_of_net_pay_and_reference() {
        let params = NetworkParams::default();
        let price = IoPrice::from_micros(200_000);
        let of = |gross: Pay| credit(&class(), &params, price, 3_600, gross).unwrap();
        assert_eq!(of(Pay::Usdc(Usdc(0))), UsdMicros(300_000));
        assert_eq!(of(Pay::Usdc(Usdc(1_000_000))), UsdMicros(900_000));
        // 5 IO at 20 cents are a dollar.
        assert_eq!(of(Pay::Io(Io(500_000_000))), UsdMicros(900_000));
    }

    #[test]
    fn what_is_owed_is_never_negative() {
        let owed = |eligible, credit| {
            owed_before_rounding(eligible, UsdPerHour(120_000), UsdMicros(credit)).unwrap()
        };
        assert_eq!(owed(3_600, 0), UsdMicros(120_000));
        assert_eq!(owed(3_600, 50_000), UsdMicros(70_000));
        assert_eq!(owed(1_800, 120_000), UsdMicros(0));
    }
}
