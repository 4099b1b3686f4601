//! Open debt: who is paid what of it, and when it lapses.
//!
//! An epoch owes each wallet a share of one sum, and whatever is paid of that sum is shared alike, rounded down. So two
//! numbers an epoch, owed and paid, say with the epoch's report what every wallet gets of a payment:
//! `floor(owed × payment / owed in all)`. What rounding leaves, less than a micro-dollar a wallet and payment, stays in
//! the vault for good: made up for later, it could exceed what the vault then holds.

use super::{
    books::Debt,
    error::{CloseError, Fits},
    input::{DebtRows, EpochId},
};
use crate::{arith::floor_mul_div, params::NetworkParams, quantity::UsdMicros};

/// A payment on one epoch's debt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Payment {
    pub(super) debt: Debt,
    /// Paid in all after this payment.
    pub(super) paid_after: UsdMicros,
}

impl Payment {
    /// What this payment is.
    pub(super) fn amount(&self) -> UsdMicros {
        self.paid_after.saturating_sub(self.debt.paid)
    }

    /// What a wallet gets of it that the epoch owed so much.
    pub(super) fn share_of(&self, owed: UsdMicros) -> UsdMicros {
        share(owed, self.amount(), self.debt.owed)
    }
}

/// floor(owed × paid / owed in all): a wallet's part of a payment.
pub(super) fn share(owed: UsdMicros, paid: UsdMicros, all: UsdMicros) -> UsdMicros {
    // Paid is at most all, so the quotient fits.
    UsdMicros(floor_mul_div(owed.0, paid.0, all.0).unwrap_or(0))
}

/// Drops debts that have lapsed; gives what they were.
///
/// # Errors
/// [`CloseError::Overflow`].
pub(super) fn lapse(
    debts: &mut Vec<Debt>,
    epoch: EpochId,
    params: &NetworkParams,
) -> Result<UsdMicros, CloseError> {
    let lapses = u64::from(params.debt_lapse_epochs);
    let too_old = |debt: &Debt| epoch.0.saturating_sub(debt.epoch.0) >= lapses;
    let lapsed = UsdMicros::sum(debts.iter().filter(|debt| too_old(debt)).map(Debt::open));
    let lapsed = lapsed.fits("lapsed debt")?;
    debts.retain(|debt| !too_old(debt));
    Ok(lapsed)
}

/// Pays what is left of a budget on debts, oldest first.
pub(super) fn payments(debts: &[Debt], mut budget: UsdMicros) -> Vec<Payment> {
    let mut payments = Vec::new();
    for debt in debts {
        let amount = debt.open().min(budget);
        if amount == UsdMicros::ZERO {
            break;
        }
        budget = budget.saturating_sub(amount);
        // Not more than is open, so the sum is at most what was owed.
        let paid_after = UsdMicros(debt.paid.0 + amount.0);
        payments.push(Payment {
            debt: *debt,
            paid_after,
        });
    }
    payments
}

/// Books the payments; debts paid in full go.
pub(super) fn book(debts: &mut Vec<Debt>, payments: &[Payment]) {
    for (debt, payment) in debts.iter_mut().zip(payments) {
        debt.paid = payment.paid_after;
    }
    debts.retain(|debt| debt.open() > UsdMicros::ZERO);
}

/// Adds each wallet's part of the payments to `due`. The rows given must be those of the debts paid.
pub(super) fn distribute(
    payments: &[Payment],
    rows: &[DebtRows],
    due: &mut [UsdMicros],
) -> Result<(), CloseError> {
    if rows.len() != payments.len() {
        return Err(CloseError::DebtRows(
            payments.last().map_or(0, |payment| payment.debt.epoch.0),
        ));
    }
    for (payment, rows) in payments.iter().zip(rows) {
        let missing = CloseError::DebtRows(payment.debt.epoch.0);
        let sum: u128 = rows.rows.iter().map(|row| u128::from(row.owed.0)).sum();
        if rows.epoch != payment.debt.epoch || sum != u128::from(payment.debt.owed.0) {
            return Err(missing);
        }
        for row in &rows.rows {
            let wallet = due
                .get_mut(row.wallet.0 as usize)
                .ok_or(CloseError::NoSuchRow("debt"))?;
            *wallet = wallet
                .checked_add(payment.share_of(row.owed))
                .fits("what a wallet is due")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn debt(epoch: u64, owed: u64, paid: u64) -> Debt {
        Debt {
            epoch: EpochId(epoch),
            owed: UsdMicros(owed),
            paid: UsdMicros(paid),
        }
    }

    #[test]
    fn the_oldest_is_paid_first() {
        let mut debts = vec![debt(1, 10, 4), debt(2, 10, 0), debt(3, 10, 0)];
        let paid = payments(&debts, UsdMicros(9));
        assert_eq!(paid.iter().map(|p| p.amount().0).collect::<Vec<_>>(), [6, 3]);
        book(&mut debts, &paid);
        assert_eq!(debts, [debt(2, 10, 3), debt(3, 10, 0)]);
    }

    #[test]
    fn debt_lapses_after_720_epochs() {
        let mut debts = vec![debt(1, 10, 4), debt(2, 10, 0)];
        let params = NetworkParams::default();
        assert_eq!(lapse(&mut debts, EpochId(720), &params).unwrap(), UsdMicros(0));
        assert_eq!(lapse(&mut debts, EpochId(721), &params).unwrap(), UsdMicros(6));
        assert_eq!(debts, [debt(2, 10, 0)]);
    }

    proptest! {
        #[test]
        fn shares_of_many_payments_are_what_was_owed_but_for_dust(
            owed in prop::collection::vec(0..1_000_u64, 1..8), steps in prop::collection::vec(1..900_u64, 1..40),
        ) {
            let all: u64 = owed.iter().sum();
            let mut debts = if all > 0 { vec![debt(1, all, 0)] } else { vec![] };
            let (mut got, mut made) = (vec![0; owed.len()], 0);
            for step in steps.into_iter().chain([8_000]) {
                for payment in payments(&debts, UsdMicros(step)) {
                    let shares: Vec<_> = owed.iter().map(|owed| payment.share_of(UsdMicros(*owed)).0).collect();
                    prop_assert!(shares.iter().sum::<u64>() <= payment.amount().0);
                    got.iter_mut().zip(shares).for_each(|(got, share)| *got += share);
                    made += 1;
                    book(&mut debts, &[payment]);
                }
            }
            prop_assert!(debts.is_empty());
            for (got, owed) in got.iter().zip(&owed) {
                prop_assert!(got <= owed && owed - got <= made);
            }
        }
    }
}
