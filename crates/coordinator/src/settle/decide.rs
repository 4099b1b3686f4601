//! What is to be done about a lease on chain, given what was deposited.

use hearth_program_interface::account::{Lease, LeaseStatus};
use hearth_protocol::statement::{SignedClose, SignedVoucher};

/// How long before a lease can be closed without its node its vouchers are settled at the latest, seconds.
const LATEST_BEFORE_EXPIRY: u64 = 3_600;

/// The next step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// The chain shows it closed: final.
    Done,
    /// Pay what the node asks for and refund the rest.
    Close {
        /// The node's word.
        close: SignedClose,
        /// Covers it; absent when the chain has settled as much before.
        voucher: Option<SignedVoucher>,
    },
    /// Pay a voucher without closing.
    Settle(SignedVoucher),
    /// Refund the rest without the node.
    CloseExpired,
    /// Wait for the node's word.
    Wait,
}

/// Decides. `now`: the chain's time, Unix seconds. `node_silent`: no heartbeat for long.
pub(super) fn decide(
    lease: &Lease,
    voucher: Option<SignedVoucher>,
    close: Option<SignedClose>,
    node_silent: bool,
    now: u64,
) -> Step {
    if lease.status == LeaseStatus::Closed {
        return Step::Done;
    }
    let paying = voucher.filter(|voucher| voucher.amount > lease.settled);
    if let Some(close) = close {
        let voucher = paying.filter(|_| close.amount > lease.settled);
        let covered = close.amount <= voucher.map_or(lease.settled, |voucher| voucher.amount);
        if covered {
            return Step::Close { close, voucher };
        }
    }
    // A quarter of the time between the last second of the lease and its expiry, when that is short.
    let last_second = lease.opened_at.saturating_add(lease.max_seconds);
    let window = lease.expires_at.saturating_sub(last_second);
    let before = LATEST_BEFORE_EXPIRY.min(window / 4);
    let near = now.saturating_add(before) >= lease.expires_at;
    match paying {
        Some(voucher) if near || node_silent => Step::Settle(voucher),
        None if now >= lease.expires_at => Step::CloseExpired,
        Some(_) | None => Step::Wait,
    }
}

#[cfg(test)]
mod tests {
    use hearth_types::id::Signature;

    use super::*;
    use crate::tests::lease_account;

    fn voucher(amount: u64) -> SignedVoucher {
        SignedVoucher {
            amount,
            seconds: amount,
            signature: Signature([1; 64]),
        }
    }

    fn close(amount: u64) -> SignedClose {
        SignedClose {
            amount,
            seconds: amount,
            signature: Signature([2; 64]),
        }
    }

    #[test]
    fn the_nodes_word_closes_and_silence_settles() {
        let lease = lease_account();
        let before = lease.expires_at - 10_000;
        let step = |voucher, close, silent, now| decide(&lease, voucher, close, silent, now);
        let (paid, word) = (Some(voucher(10)), Some(close(7)));
        assert_eq!(
            step(paid, word, false, before),
            Step::Close {
                close: close(7),
                voucher: paid
            }
        );
        assert_eq!(
            step(None, Some(close(0)), false, before),
            Step::Close {
                close: close(0),
                voucher: None
            }
        );
        assert_eq!(step(paid, Some(close(11)), false, before), Step::Wait);
        assert_eq!(step(paid, None, false, before), Step::Wait);
        assert_eq!(step(paid, None, true, before), Step::Settle(voucher(10)));
        assert_eq!(
            step(paid, None, false, lease.expires_at - 3_600),
            Step::Settle(voucher(10))
        );
        assert_eq!(step(None, None, true, lease.expires_at - 1), Step::Wait);
        assert_eq!(step(None, None, true, lease.expires_at), Step::CloseExpired);
    }

    #[test]
    fn what_is_settled_needs_no_voucher_again() {
        let lease = Lease {
            settled: 10,
            ..lease_account()
        };
        let now = lease.expires_at;
        let paid = Some(voucher(10));
        assert_eq!(
            decide(&lease, paid, Some(close(7)), false, now),
            Step::Close {
                close: close(7),
                voucher: None
            }
        );
        assert_eq!(decide(&lease, paid, None, true, now), Step::CloseExpired);
        let closed = Lease {
            status: LeaseStatus::Closed,
            ..lease
        };
        assert_eq!(decide(&closed, paid, Some(close(7)), false, now), Step::Done);
    }
}
