//! What enters the Fee Vault, per currency, and what it is worth.

use hearth_types::money::Io;

use super::{
    accrual::PayCurrency,
    books::FeeVault,
    error::{CloseError, Fits},
};
use crate::quantity::{IoPrice, UsdMicros, Usdc};

/// Amounts that come in, or, after a true-up, go out: base units of each currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flow {
    io: i128,
    usdc: i128,
}

impl Flow {
    pub(super) fn add(&mut self, currency: PayCurrency, units: i128) {
        // Sums of at most 2³² amounts of 64 bits: 128 bits hold them.
        match currency {
            PayCurrency::Io => self.io += units,
            PayCurrency::Usdc => self.usdc += units,
        }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self {
            io: self.io + other.io,
            usdc: self.usdc + other.usdc,
        }
    }

    /// Its worth, rounded down; nothing when more goes out than comes in.
    pub(super) fn value(self, price: IoPrice) -> Result<UsdMicros, CloseError> {
        let io = u64::try_from(self.io.unsigned_abs()).ok().fits("a sum of IO")?;
        let worth = if self.io < 0 {
            -i128::from(price.value_ceil(Io(io)).fits("the worth of IO")?.0)
        } else {
            i128::from(price.value(Io(io)).fits("the worth of IO")?.0)
        };
        let sum = (worth + self.usdc).max(0);
        u64::try_from(sum).ok().map(UsdMicros).fits("a sum of fees")
    }

    /// Puts it into the vault, filling first what earlier true-ups took and the vault did not hold. Gives what is
    /// left of it after that: what may be spent of it.
    pub(super) fn enter(self, vault: &mut FeeVault) -> Result<Self, CloseError> {
        let (io, short_io, left_io) = enter(vault.io.0, vault.short_io.0, self.io)?;
        let (usdc, short_usdc, left_usdc) = enter(vault.usdc.0, vault.short_usdc.0, self.usdc)?;
        *vault = FeeVault {
            io: Io(io),
            usdc: Usdc(usdc),
            short_io: Io(short_io),
            short_usdc: Usdc(short_usdc),
        };
        Ok(Self {
            io: left_io,
            usdc: left_usdc,
        })
    }
}

fn enter(held: u64, short: u64, flow: i128) -> Result<(u64, u64, i128), CloseError> {
    let repaid = flow.clamp(0, i128::from(short));
    let left = flow - repaid;
    let sum = i128::from(held) + left;
    let short = i128::from(short) - repaid + (-sum).max(0);
    let fits = |units: i128| u64::try_from(units).ok().fits("the Fee Vault");
    Ok((fits(sum.max(0))?, fits(short)?, left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_vault_cannot_give_back_is_filled_first() {
        let mut vault = FeeVault {
            usdc: Usdc(5),
            ..FeeVault::default()
        };
        let flow = |usdc| Flow { io: 0, usdc };
        assert_eq!(flow(-8).enter(&mut vault), Ok(flow(-8)));
        assert_eq!((vault.usdc, vault.short_usdc), (Usdc(0), Usdc(3)));
        assert_eq!(flow(2).enter(&mut vault), Ok(flow(0)));
        assert_eq!(flow(10).enter(&mut vault), Ok(flow(9)));
        assert_eq!((vault.usdc, vault.short_usdc), (Usdc(9), Usdc(0)));
    }

    #[test]
    fn worth_is_rounded_against_who_spends_it() {
        let price = IoPrice::from_micros(200_000);
        let worth = |io, usdc| Flow { io, usdc }.value(price).unwrap();
        assert_eq!(worth(999, 0), UsdMicros(1));
        assert_eq!(worth(-1, 10), UsdMicros(9));
        assert_eq!(worth(-1_000_000, 10), UsdMicros(0));
    }
}
