//! The stages of a lease, forward only.

use hearth_types::{id::TxSignature, lease::LeaseStage, money::Io, time::UnixMillis};

use super::{LeaseEnd, LeaseError, LeaseKey, LeaseRow, get};
use crate::{
    Tx,
    codec::{Word, moment, to_column},
    session::sealed::Connected,
};

/// How it was closed on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Paid in all.
    pub paid: Io,
    /// Back to the renter.
    pub refunded: Io,
    /// When.
    pub at: UnixMillis,
    /// The transaction, when this side knows it.
    pub signature: Option<TxSignature>,
}

/// Goes on to connecting or running. Where it already is, nothing happens.
///
/// # Errors
/// [`LeaseError::Backwards`] for an earlier stage and for those that need [`end`], [`close`] or [`abandon`];
/// [`LeaseError::Unknown`]; [`LeaseError::Store`].
pub async fn advance(tx: &mut Tx, key: LeaseKey, to: LeaseStage) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    let named = match to {
        LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Running => true,
        LeaseStage::Settling | LeaseStage::Closed | LeaseStage::Abandoned => lease.stage == to,
    };
    check(&lease, to, named)?;
    set_stage(tx, key, to).await
}

/// Ends: from here on it settles. A second end of a settling lease replaces the first, such as when the node's
/// figures arrive late.
///
/// # Errors
/// [`LeaseError::Backwards`], [`LeaseError::OverEscrow`], [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn end(tx: &mut Tx, key: LeaseKey, end: LeaseEnd) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    check(&lease, LeaseStage::Settling, true)?;
    if end.amount > lease.quote.escrow {
        let (escrow, offered) = (lease.quote.escrow, end.amount);
        return Err(LeaseError::OverEscrow { escrow, offered });
    }
    let (id, side, reason) = (key.id.0.as_slice(), key.side.word(), end.reason.word());
    let amount = to_column(end.amount.0, "an amount")?;
    let seconds = to_column(end.seconds, "a duration")?;
    let update = sqlx::query!(
        "UPDATE lease SET stage = 'settling', end_reason = ?3, end_detail = ?4, final_amount = ?5, final_seconds = ?6
         WHERE id = ?1 AND side = ?2",
        id,
        side,
        reason,
        end.detail,
        amount,
        seconds
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Closed on chain. Saying the same twice changes nothing.
///
/// # Errors
/// [`LeaseError::Backwards`], [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn close(tx: &mut Tx, key: LeaseKey, closing: Closing) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    if lease.stage == LeaseStage::Closed {
        return Ok(());
    }
    check(&lease, LeaseStage::Closed, true)?;
    let (id, side) = (key.id.0.as_slice(), key.side.word());
    let paid = to_column(closing.paid.0, "an amount")?;
    let refunded = to_column(closing.refunded.0, "an amount")?;
    let (at, signature) = (moment(closing.at)?, closing.signature.map(|s| s.0.to_vec()));
    let update = sqlx::query!(
        "UPDATE lease SET stage = 'closed', paid = ?3, refunded = ?4, closed_at = ?5,
                          close_signature = COALESCE(?6, close_signature)
         WHERE id = ?1 AND side = ?2",
        id,
        side,
        paid,
        refunded,
        at,
        signature
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// It never opened: nothing was paid. From opening, or from later where a fork took the escrow back and its transaction
/// is proven dead. Saying it twice changes nothing.
///
/// # Errors
/// [`LeaseError::Backwards`], [`LeaseError::Unknown`], [`LeaseError::Store`].
pub async fn abandon(tx: &mut Tx, key: LeaseKey, reason: &str, at: UnixMillis) -> Result<(), LeaseError> {
    let lease = get(tx, key).await?;
    if lease.stage == LeaseStage::Abandoned {
        return Ok(());
    }
    let (id, side, at) = (key.id.0.as_slice(), key.side.word(), moment(at)?);
    let dead = sqlx::query_scalar!(
        r#"SELECT EXISTS (SELECT 1 FROM outbox WHERE lease = ?1 AND kind = 'lease_open'
                          AND state IN ('expired', 'failed')) AS "dead!: bool""#,
        id
    );
    let dead = dead.fetch_one(tx.connection()).await?;
    check(
        &lease,
        LeaseStage::Abandoned,
        dead || lease.stage == LeaseStage::Opening,
    )?;
    let update = sqlx::query!(
        "UPDATE lease SET stage = 'abandoned', end_detail = ?3, closed_at = ?4 WHERE id = ?1 AND side = ?2",
        id,
        side,
        reason,
        at
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

fn check(lease: &LeaseRow, to: LeaseStage, allowed: bool) -> Result<(), LeaseError> {
    let from = lease.stage;
    let forward = match from {
        LeaseStage::Opening | LeaseStage::Connecting | LeaseStage::Running | LeaseStage::Settling => {
            to >= from
        }
        LeaseStage::Closed | LeaseStage::Abandoned => to == from,
    };
    if forward && allowed {
        return Ok(());
    }
    let lease = lease.quote.lease;
    Err(LeaseError::Backwards { lease, from, to })
}

async fn set_stage(tx: &mut Tx, key: LeaseKey, to: LeaseStage) -> Result<(), LeaseError> {
    let (id, side, stage) = (key.id.0.as_slice(), key.side.word(), to.word());
    let update = sqlx::query!(
        "UPDATE lease SET stage = ?3 WHERE id = ?1 AND side = ?2",
        id,
        side,
        stage
    );
    update.execute(tx.connection()).await?;
    Ok(())
}
