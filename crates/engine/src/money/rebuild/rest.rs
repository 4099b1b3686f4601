//! What a transaction changed in a wallet beyond what its events say: gifts, payments, fees and account rent.

use hearth_chain::client::WalletEffects;
use hearth_program_interface::event::Event;
use hearth_store::ledger::{LedgerError, Movement};
use hearth_types::money::{Currency, Io, Lamports};

use super::{Moved, RebuildError, Whose, wallet_change};

/// Adds it.
pub(super) fn of(
    whose: &Whose,
    transaction: &WalletEffects,
    moved: &mut Vec<Moved>,
) -> Result<(), RebuildError> {
    let explained = wallet_change(moved, Currency::Io)?;
    let io = transaction
        .io
        .checked_sub(explained)
        .ok_or(LedgerError::TooLarge)?;
    let gift = whose.faucet == Some(transaction.payer);
    moved.extend(tokens(io, gift).map(Moved::from));
    moved.extend(lamports(whose, transaction, gift).into_iter().map(Moved::from));
    Ok(())
}

fn tokens(io: i64, gift: bool) -> Option<Movement> {
    match io {
        0 => None,
        1.. if gift => Some(Movement::Faucet(Io(io.unsigned_abs()))),
        1.. => Some(Movement::Received(Io(io.unsigned_abs()))),
        _ => Some(Movement::Sent(Io(io.unsigned_abs()))),
    }
}

/// SOL. Where our program ran or tokens moved, whoever paid the fee paid account rent too, or got it back; elsewhere
/// only the fee is certain, and the rest went to somebody.
fn lamports(whose: &Whose, transaction: &WalletEffects, gift: bool) -> Vec<Movement> {
    let change = transaction.sol;
    let amount = Lamports(change.unsigned_abs());
    let ours = !transaction.events.is_empty() || transaction.io_moved;
    let pays = whose.owns(&transaction.payer.0);
    if change > 0 {
        let closes = transaction.events.iter().any(|event| closed_for(whose, event));
        return vec![if gift {
            Movement::FaucetSol(amount)
        } else if closes || pays {
            Movement::RentReturned(amount)
        } else {
            Movement::ReceivedSol(amount)
        }];
    }
    if change == 0 {
        return Vec::new();
    }
    if pays && (ours || transaction.failed) {
        return vec![Movement::NetworkFee(amount)];
    }
    let fee = if pays { transaction.fee.0.min(amount.0) } else { 0 };
    vec![
        Movement::NetworkFee(Lamports(fee)),
        Movement::SentSol(Lamports(amount.0.saturating_sub(fee))),
    ]
}

/// A renter's escrow account was closed; its rent comes back to the renter.
fn closed_for(whose: &Whose, event: &Event) -> bool {
    matches!(event, Event::Closed(closed) if whose.owns(&closed.renter))
}
