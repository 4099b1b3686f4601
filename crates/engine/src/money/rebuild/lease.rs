//! What events of leases move for a wallet: on either side, or on both when it rents from itself.

use hearth_program_interface::event::{Closed, LeaseOpened, Settled, ToppedUp};
use hearth_store::ledger::{LedgerError, Movement};
use hearth_types::{id::LeaseId, money::Io};

use super::{Moved, RebuildError, Whose};

/// The currency byte of leases in IO.
const IN_IO: u8 = 0;

pub(super) fn opened(whose: &Whose, event: &LeaseOpened, moved: &mut Vec<Moved>) -> Result<(), RebuildError> {
    if whose.owns(&event.renter) {
        in_io(event.currency)?;
        push(moved, event.lease, Movement::LeaseEscrow(Io(event.escrowed)));
    }
    Ok(())
}

pub(super) fn topped_up(whose: &Whose, event: &ToppedUp, moved: &mut Vec<Moved>) -> Result<(), RebuildError> {
    if whose.owns(&event.renter) {
        in_io(event.currency)?;
        push(moved, event.lease, Movement::LeaseEscrow(Io(event.added)));
    }
    Ok(())
}

pub(super) fn settled(whose: &Whose, event: &Settled, moved: &mut Vec<Moved>) -> Result<(), RebuildError> {
    let sides = Sides {
        lease: event.lease,
        renter: whose.owns(&event.renter),
        provider: whose.owns(&event.provider),
        currency: event.currency,
    };
    paid(&sides, event.provider_amount, event.fee_amount, moved)
}

pub(super) fn closed(whose: &Whose, event: &Closed, moved: &mut Vec<Moved>) -> Result<(), RebuildError> {
    let sides = Sides {
        lease: event.lease,
        renter: whose.owns(&event.renter),
        provider: whose.owns(&event.provider),
        currency: event.currency,
    };
    paid(&sides, event.provider_amount, event.fee_amount, moved)?;
    if sides.renter {
        push(moved, event.lease, Movement::Refund(Io(event.refunded)));
    }
    Ok(())
}

struct Sides {
    lease: [u8; 32],
    renter: bool,
    provider: bool,
    currency: u8,
}

/// What left the escrow now: the provider's part and the network's.
fn paid(sides: &Sides, provider: u64, network: u64, moved: &mut Vec<Moved>) -> Result<(), RebuildError> {
    if sides.renter || sides.provider {
        in_io(sides.currency)?;
    }
    if sides.renter {
        let all = provider.checked_add(network).ok_or(LedgerError::TooLarge)?;
        push(moved, sides.lease, Movement::LeasePayment(Io(all)));
    }
    if sides.provider {
        push(moved, sides.lease, Movement::LeaseIncome(Io(provider)));
    }
    Ok(())
}

fn in_io(currency: u8) -> Result<(), RebuildError> {
    if currency == IN_IO {
        Ok(())
    } else {
        Err(RebuildError::UnknownCurrency(currency))
    }
}

fn push(moved: &mut Vec<Moved>, lease: [u8; 32], movement: Movement) {
    moved.push(Moved {
        movement,
        lease: Some(LeaseId(lease)),
    });
}
