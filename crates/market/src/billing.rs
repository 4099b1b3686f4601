//! What is prepaid and what is owed: the same arithmetic for renter and provider.
//!
//! A lease is paid ahead by [`PREPAY_SECONDS`] at a time with cumulative vouchers, and billed by the second: a
//! begun second counts, and nothing beyond the highest voucher is ever owed.

use hearth_protocol::{
    lease::PREPAY_SECONDS,
    statement::{SignedClose, SignedVoucher},
};
use hearth_types::{
    market::Quote,
    money::{Io, IoPerSecond},
};

/// The next voucher goes out when no more than this is left of the prepaid time, milliseconds.
pub const RENEW_AT_MILLIS: u64 = 5_000;

/// What has been paid ahead on a lease.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Prepaid {
    /// Since the lease opened.
    pub amount: Io,
    /// For how many seconds.
    pub seconds: u64,
}

impl From<&SignedVoucher> for Prepaid {
    fn from(voucher: &SignedVoucher) -> Self {
        Self {
            amount: Io(voucher.amount),
            seconds: voucher.seconds,
        }
    }
}

/// A lease's price and bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Billing {
    /// Price.
    pub rate: IoPerSecond,
    /// The longest time that can be paid for, seconds.
    pub max_seconds: u64,
    /// The most that can be paid: the escrow, or a renter's smaller budget.
    pub escrow: Io,
}

/// Why a voucher is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoucherRefusal {
    /// The session key did not sign it.
    #[error("the voucher is not signed by the lease's session key")]
    NotGenuine,
    /// Below one that is here already.
    #[error("the voucher is lower than an earlier one")]
    Lower,
    /// Amount is not rate × seconds.
    #[error("the voucher's amount is not its seconds at the lease's rate")]
    WrongAmount,
    /// More than is in escrow.
    #[error("the voucher is beyond the escrow")]
    BeyondEscrow,
    /// Longer than the lease.
    #[error("the voucher is beyond the lease's longest time")]
    BeyondMaximum,
    /// The lease is over.
    #[error("the lease is over")]
    Over,
    /// More vouchers than any renter in good order sends.
    #[error("vouchers come too fast")]
    TooFast,
}

/// What is wrong with a node's final account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CloseFault {
    /// The node did not sign it.
    #[error("the close is not signed by the node")]
    NotGenuine,
    /// More than was prepaid.
    #[error("the close asks for more than was prepaid")]
    BeyondVoucher,
    /// More than the seconds cost.
    #[error("the close asks for more than its seconds cost")]
    WrongAmount,
}

impl Billing {
    /// The bounds that a quote sets.
    #[must_use]
    pub fn of_quote(quote: &Quote) -> Self {
        Self {
            rate: quote.rate,
            max_seconds: quote.max_seconds,
            escrow: quote.escrow,
        }
    }

    /// The same lease under a budget that may be below the escrow.
    #[must_use]
    pub fn within(self, budget: Io) -> Self {
        Self {
            escrow: self.escrow.min(budget),
            ..self
        }
    }

    /// The longest time that maximum and escrow allow, seconds.
    #[must_use]
    pub fn limit_seconds(&self) -> u64 {
        let paid_for = self.escrow.0.checked_div(self.rate.0).unwrap_or(self.max_seconds);
        self.max_seconds.min(paid_for)
    }

    /// The voucher that is due after `used_millis` of work, given the highest one so far; `None` while enough is
    /// prepaid or nothing more may be.
    #[must_use]
    pub fn next_voucher(&self, used_millis: u64, prepaid: Prepaid) -> Option<Prepaid> {
        let paid_until = prepaid.seconds.saturating_mul(1_000);
        let due = prepaid.seconds == 0 || paid_until.saturating_sub(used_millis) <= RENEW_AT_MILLIS;
        let seconds = prepaid
            .seconds
            .saturating_add(PREPAY_SECONDS)
            .min(self.limit_seconds());
        if !due || seconds <= prepaid.seconds {
            return None;
        }
        let amount = self.rate.over(seconds)?;
        Some(Prepaid { amount, seconds })
    }

    /// Whether `new` may follow `current`. The same voucher again is fine: an acknowledgement may have been lost.
    ///
    /// # Errors
    /// [`VoucherRefusal`] when it shrinks, does not cost what its seconds cost, or passes a bound.
    pub fn accept_voucher(&self, current: Prepaid, new: Prepaid) -> Result<(), VoucherRefusal> {
        if new.seconds > self.max_seconds {
            return Err(VoucherRefusal::BeyondMaximum);
        }
        if self.rate.over(new.seconds) != Some(new.amount) {
            return Err(VoucherRefusal::WrongAmount);
        }
        if new.amount > self.escrow {
            return Err(VoucherRefusal::BeyondEscrow);
        }
        if new.seconds < current.seconds || new.amount < current.amount {
            return Err(VoucherRefusal::Lower);
        }
        Ok(())
    }

    /// What `used_millis` of work cost: whole seconds, rounded up, never beyond the highest voucher.
    #[must_use]
    pub fn final_amount(&self, used_millis: u64, highest: Prepaid) -> Prepaid {
        let seconds = used_millis.div_ceil(1_000).min(highest.seconds);
        let amount = self
            .rate
            .over(seconds)
            .map_or(highest.amount, |amount| amount.min(highest.amount));
        Prepaid { amount, seconds }
    }

    /// Whether a node's close asks for no more than was prepaid and used. Its signature is checked apart.
    ///
    /// # Errors
    /// [`CloseFault`] when it asks for more.
    pub fn check_close(&self, close: &SignedClose, highest: Prepaid) -> Result<(), CloseFault> {
        if Io(close.amount) > highest.amount || close.seconds > highest.seconds {
            return Err(CloseFault::BeyondVoucher);
        }
        if self
            .rate
            .over(close.seconds)
            .is_some_and(|cost| Io(close.amount) > cost)
        {
            return Err(CloseFault::WrongAmount);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn billing(rate: u64, max_seconds: u64, escrow: u64) -> Billing {
        Billing {
            rate: IoPerSecond(rate),
            max_seconds,
            escrow: Io(escrow),
        }
    }

    fn paid(rate: u64, seconds: u64) -> Prepaid {
        Prepaid {
            amount: Io(rate * seconds),
            seconds,
        }
    }

    #[test]
    fn vouchers_run_ten_seconds_ahead_and_stop_at_the_maximum() {
        let lease = billing(7, 25, 175);
        assert_eq!(lease.next_voucher(0, Prepaid::default()), Some(paid(7, 10)));
        assert_eq!(lease.next_voucher(4_999, paid(7, 10)), None);
        assert_eq!(lease.next_voucher(5_000, paid(7, 10)), Some(paid(7, 20)));
        assert_eq!(lease.next_voucher(15_000, paid(7, 20)), Some(paid(7, 25)));
        assert_eq!(lease.next_voucher(25_000, paid(7, 25)), None);
        assert_eq!(
            lease.within(Io(100)).next_voucher(9_000, paid(7, 10)),
            Some(paid(7, 14))
        );
    }

    #[test]
    fn a_begun_second_counts_and_the_voucher_is_the_end() {
        let lease = billing(7, 25, 175);
        assert_eq!(lease.final_amount(0, paid(7, 10)), Prepaid::default());
        assert_eq!(lease.final_amount(1, paid(7, 10)), paid(7, 1));
        assert_eq!(lease.final_amount(3_001, paid(7, 10)), paid(7, 4));
        assert_eq!(lease.final_amount(12_000, paid(7, 10)), paid(7, 10));
    }

    #[test]
    fn vouchers_out_of_bounds_are_refused() {
        let lease = billing(7, 25, 140);
        assert_eq!(lease.accept_voucher(paid(7, 10), paid(7, 10)), Ok(()));
        assert_eq!(
            lease.accept_voucher(paid(7, 10), paid(7, 9)),
            Err(VoucherRefusal::Lower)
        );
        assert_eq!(
            lease.accept_voucher(paid(7, 10), paid(7, 21)),
            Err(VoucherRefusal::BeyondEscrow)
        );
        assert_eq!(
            lease.accept_voucher(paid(7, 10), paid(7, 26)),
            Err(VoucherRefusal::BeyondMaximum)
        );
        assert_eq!(
            lease.accept_voucher(paid(7, 10), paid(8, 11)),
            Err(VoucherRefusal::WrongAmount)
        );
    }

    proptest! {
        #[test]
        fn no_schedule_of_vouchers_passes_a_bound(
            rate: u64, max_seconds: u64, escrow: u64, steps in prop::collection::vec(0..30_000_u64, 0..60),
        ) {
            let lease = billing(rate, max_seconds, escrow);
            let (mut used, mut highest) = (0_u64, Prepaid::default());
            for step in steps {
                used += step;
                if let Some(next) = lease.next_voucher(used, highest) {
                    prop_assert_eq!(lease.accept_voucher(highest, next), Ok(()));
                    prop_assert!(next.seconds > highest.seconds && next.amount >= highest.amount);
                    prop_assert!(next.amount <= lease.escrow && next.seconds <= max_seconds);
                    highest = next;
                }
                let owed = lease.final_amount(used, highest);
                prop_assert!(owed.amount <= highest.amount && owed.seconds <= highest.seconds);
                prop_assert_eq!(lease.rate.over(owed.seconds), Some(owed.amount));
            }
        }
    }
}
