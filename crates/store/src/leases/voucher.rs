//! Vouchers: on disk before anybody answers, and only ever higher; and what was used of them.

use hearth_types::money::Io;

use super::{LeaseError, LeaseKey, Voucher, get};
use crate::{
    Tx,
    codec::{Word, to_column},
    session::sealed::Connected,
};

/// Stores a voucher: the renter before sending it, the provider before acknowledging it. Amount and seconds must not
/// fall and one must grow; the very same voucher again changes nothing.
///
/// # Errors
/// [`LeaseError::LowerVoucher`], [`LeaseError::OverEscrow`], [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn store_voucher(tx: &mut Tx, key: LeaseKey, voucher: Voucher) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    if lease.voucher == Some(voucher) {
        return Ok(());
    }
    let held = lease
        .voucher
        .map_or((Io::ZERO, 0), |held| (held.amount, held.seconds));
    let offered = (voucher.amount, voucher.seconds);
    if offered.0 < held.0 || offered.1 < held.1 || offered == held {
        return Err(LeaseError::LowerVoucher {
            held: held.0,
            held_seconds: held.1,
            offered: offered.0,
            offered_seconds: offered.1,
        });
    }
    if voucher.amount > lease.quote.escrow {
        let (escrow, offered) = (lease.quote.escrow, voucher.amount);
        return Err(LeaseError::OverEscrow { escrow, offered });
    }
    let (id, side, signature) = (key.id.0.as_slice(), key.side.word(), voucher.signature.as_slice());
    let amount = to_column(voucher.amount.0, "an amount")?;
    let seconds = to_column(voucher.seconds, "a duration")?;
    let update = sqlx::query!(
        "UPDATE lease SET voucher_amount = ?3, voucher_seconds = ?4, voucher_signature = ?5
         WHERE id = ?1 AND side = ?2",
        id,
        side,
        amount,
        seconds,
        signature
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Notes what the provider has acknowledged. A late answer to an older voucher changes nothing.
///
/// # Errors
/// [`LeaseError::NotStored`] when it exceeds the stored voucher, [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn acknowledge_voucher(
    tx: &mut Tx,
    key: LeaseKey,
    amount: Io,
    seconds: u64,
) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    let stored = lease
        .voucher
        .map_or((Io::ZERO, 0), |held| (held.amount, held.seconds));
    if amount > stored.0 || seconds > stored.1 {
        let acknowledged = amount;
        return Err(LeaseError::NotStored {
            acknowledged,
            seconds,
        });
    }
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let (amount, seconds) = (
        to_column(amount.0, "an amount")?,
        to_column(seconds, "a duration")?,
    );
    let update = sqlx::query!(
        "UPDATE lease SET acknowledged_amount = MAX(acknowledged_amount, ?3),
                          acknowledged_seconds = MAX(acknowledged_seconds, ?4)
         WHERE id = ?1 AND side = ?2",
        id,
        side,
        amount,
        seconds
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Notes the seconds that the provider can show were used. Fewer than noted before change nothing.
///
/// # Errors
/// [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn note_usage(tx: &mut Tx, key: LeaseKey, used_seconds: u64) -> Result<(), LeaseError> {
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let used = to_column(used_seconds, "a duration")?;
    let update = sqlx::query!(
        "UPDATE lease SET used_seconds = MAX(used_seconds, ?3) WHERE id = ?1 AND side = ?2",
        id,
        side,
        used
    );
    match update.execute(tx.connection()).await?.rows_affected() {
        0 => Err(LeaseError::Unknown(key.id)),
        _ => Ok(()),
    }
}
