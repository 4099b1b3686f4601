//! Lease pay by the epoch: what a lease accrues while it goes on, and what its settlement corrects.

use hearth_types::{id::LeaseId, money::Io};
use serde::{Deserialize, Serialize};

use super::span::Span;
use crate::{
    arith::floor_mul_div,
    quantity::{Bps, Usdc},
};

/// What a lease is paid in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayCurrency {
    /// IO, base units of 10⁻⁸.
    Io,
    /// USDC, base units of 10⁻⁶.
    Usdc,
}

/// An amount of either currency, base units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pay {
    /// IO.
    Io(Io),
    /// USDC.
    Usdc(Usdc),
}

impl Pay {
    /// So many base units of a currency.
    #[must_use]
    pub const fn new(currency: PayCurrency, units: u64) -> Self {
        match currency {
            PayCurrency::Io => Self::Io(Io(units)),
            PayCurrency::Usdc => Self::Usdc(Usdc(units)),
        }
    }

    /// Base units.
    #[must_use]
    pub const fn units(self) -> u64 {
        match self {
            Self::Io(io) => io.0,
            Self::Usdc(usdc) => usdc.0,
        }
    }

    /// Its currency.
    #[must_use]
    pub const fn currency(self) -> PayCurrency {
        match self {
            Self::Io(_) => PayCurrency::Io,
            Self::Usdc(_) => PayCurrency::Usdc,
        }
    }
}

/// A lease as it stands on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeaseTerms {
    /// What it is paid in.
    pub currency: PayCurrency,
    /// What the renter pays a second for all its devices, base units.
    pub rate: u64,
    /// How many devices it holds.
    pub devices: u32,
    /// From the node's signed start; one that goes on ends at `u64::MAX`.
    pub active: Span,
}

impl LeaseTerms {
    /// What the renter owes for device number `index` of the lease in an epoch: overlap × rate, settled or not. The
    /// parts of all devices make the whole to the base unit. `None` when it does not fit or there is no such device.
    #[must_use]
    pub fn accrued(&self, index: u32, epoch: Span) -> Option<Pay> {
        let seconds = self.active.overlap(epoch).seconds();
        let whole = self.rate.checked_mul(seconds)?;
        if index >= self.devices {
            return None;
        }
        let up_to = |count: u64| floor_mul_div(whole, count, u64::from(self.devices));
        let units = up_to(u64::from(index) + 1)?.checked_sub(up_to(u64::from(index))?)?;
        Some(Pay::new(self.currency, units))
    }
}

/// The network's part of lease pay, rounded up: the provider's is floored, as on chain.
#[must_use]
pub fn margin_of(gross: u64, margin: Bps) -> u64 {
    margin.of_ceil(gross)
}

/// A lease that was settled for other than it had accrued, in the epoch after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrueUp {
    /// Which.
    pub lease: LeaseId,
    /// What it is paid in.
    pub currency: PayCurrency,
    /// What all epochs counted, base units.
    pub accrued: u64,
    /// The margin they counted.
    pub accrued_margin: u64,
    /// What was settled in the end.
    pub settled: u64,
}

impl TrueUp {
    /// What the epoch adds to what was counted: pay and margin together, and the margin alone. Base units.
    #[must_use]
    pub fn correction(&self, margin: Bps) -> (i128, i128) {
        let gross = i128::from(self.settled) - i128::from(self.accrued);
        let part = i128::from(margin_of(self.settled, margin)) - i128::from(self.accrued_margin);
        (gross, part)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn epochs_and_devices_make_the_whole_lease(
            rate in 0..1_000_000_u64, devices in 1..9_u32, start in 0..20_000_u64, length in 0..40_000_u64,
        ) {
            let active = Span::new(start, start + length);
            let lease = LeaseTerms { currency: PayCurrency::Usdc, rate, devices, active };
            let epochs = (0..20).map(|id| Span::new(id * 3_600, (id + 1) * 3_600));
            let parts = epochs.flat_map(|epoch| (0..devices).map(move |i| lease.accrued(i, epoch).unwrap().units()));
            prop_assert_eq!(parts.sum::<u64>(), rate * length);
        }

        #[test]
        fn after_the_true_up_the_settlement_is_what_was_counted(
            pays in prop::collection::vec(0..1_000_000_u64, 1..10), settled in 0..5_000_000_u64, bps in 0..3_000_u16,
        ) {
            let margin = Bps::clamped(bps);
            let accrued: u64 = pays.iter().sum();
            let accrued_margin: u64 = pays.iter().map(|pay| margin_of(*pay, margin)).sum();
            let lease = LeaseId([1; 32]);
            let true_up = TrueUp { lease, currency: PayCurrency::Io, accrued, accrued_margin, settled };
            let (gross, part) = true_up.correction(margin);
            prop_assert_eq!(i128::from(accrued) + gross, i128::from(settled));
            prop_assert_eq!(i128::from(accrued_margin) + part, i128::from(margin_of(settled, margin)));
        }
    }

    #[test]
    fn the_provider_is_floored_as_on_chain() {
        let margin = Bps::clamped(1_000);
        assert_eq!(
            (margin_of(9, margin), margin_of(10, margin), margin_of(11, margin)),
            (1, 1, 2)
        );
    }
}
