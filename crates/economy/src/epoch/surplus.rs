//! What the fees leave over, and what of it burns.

use hearth_types::money::Io;

use super::{
    books::FeeVault,
    error::{CloseError, Fits},
};
use crate::quantity::{IoPrice, UsdMicros, Usdc};

/// `max(0, fees − owed − open debt)`, whichever vault paid. The debt is that of before the epoch, paid in it or not;
/// the fees are the epoch's margin and, when pooled, the pay above targets.
#[must_use]
pub fn surplus(fees: UsdMicros, owed: UsdMicros, open_debt: UsdMicros) -> UsdMicros {
    fees.saturating_sub(owed).saturating_sub(open_debt)
}

/// What was burned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Burn {
    /// IO burned.
    pub(super) io: Io,
    /// Of it, bought.
    pub(super) bought: Io,
    /// USDC spent on that.
    pub(super) usdc_spent: Usdc,
}

/// Burns IO worth `due`: first what the Fee Vault has in IO, then what its USDC buys.
pub(super) fn burn(vault: &mut FeeVault, due: UsdMicros, price: IoPrice) -> Result<Burn, CloseError> {
    let from_io = price.worth(due).unwrap_or(Io(u64::MAX)).min(vault.io);
    let covered = price.value(from_io).fits("a burn")?;
    let usdc_spent = Usdc(due.saturating_sub(covered).0).min(vault.usdc);
    let bought = price.buys(usdc_spent.at_par()).fits("a burn")?;
    vault.io = vault.io.saturating_sub(from_io);
    vault.usdc = vault.usdc.saturating_sub(usdc_spent);
    Ok(Burn {
        io: from_io.checked_add(bought).fits("a burn")?,
        bought,
        usdc_spent,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debt_and_owed_come_first() {
        let of = |fees, owed, debt| surplus(UsdMicros(fees), UsdMicros(owed), UsdMicros(debt)).0;
        assert_eq!((of(10, 3, 4), of(10, 8, 4), of(0, 0, 0)), (3, 0, 0));
    }

    #[test]
    fn io_burns_before_usdc_buys() {
        let price = IoPrice::from_micros(200_000);
        let mut vault = FeeVault {
            io: Io(1_000),
            usdc: Usdc(10),
            ..FeeVault::default()
        };
        let burned = burn(&mut vault, UsdMicros(5), price).unwrap();
        assert_eq!(
            (burned.io, burned.usdc_spent, burned.bought),
            (Io(2_500), Usdc(3), Io(1_500))
        );
        assert_eq!((vault.io, vault.usdc), (Io(0), Usdc(7)));
    }
}
