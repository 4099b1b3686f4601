//! Moving an entry's state forward, and back where a fork takes it back.

use hearth_types::{
    history::{EntryKind, EntryState},
    id::{DeviceId, LeaseId, TxSignature},
    time::UnixMillis,
};

use super::{
    EntryId, LedgerError, chain,
    read::postings_of,
    write::{Changes, Row, write},
};
use crate::{
    Tx,
    codec::{Word, from_column, maybe_bytes},
    session::sealed::Connected,
};

/// Moves an entry forward to submitted, confirmed or final, skipping states where need be, and notes the
/// transaction that does it. Saying the same twice changes nothing.
///
/// # Errors
/// [`LedgerError::Unknown`]; [`LedgerError::Backwards`] for an earlier state, out of final or void, and into void
/// (see [`void`]); [`LedgerError::OtherSignature`]; [`LedgerError::Store`].
pub async fn advance(
    tx: &mut Tx,
    entry: EntryId,
    to: EntryState,
    signature: Option<TxSignature>,
) -> Result<(), LedgerError> {
    let held = held(tx, entry).await?;
    let from = held.state;
    let forward = match from {
        EntryState::Pending | EntryState::Submitted | EntryState::Confirmed => to >= from,
        EntryState::Final | EntryState::Void => to == from,
    };
    if !forward || (to == EntryState::Void && from != EntryState::Void) {
        return Err(LedgerError::Backwards { entry, from, to });
    }
    if let (Some(held), Some(given)) = (held.signature, signature)
        && held != given
    {
        return Err(LedgerError::OtherSignature(entry));
    }
    let signature = signature.filter(|_| held.signature.is_none());
    if to == from && signature.is_none() {
        return Ok(());
    }
    chain::link_state(tx, entry, to, signature.as_ref().map(|signature| &signature.0)).await?;
    let (state, signature) = (to.word(), signature.map(|s| s.0.to_vec()));
    let update = sqlx::query!(
        "UPDATE entry SET state = ?2, signature = COALESCE(signature, ?3) WHERE id = ?1",
        entry.0,
        state,
        signature
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Takes back that an entry is on chain, because a fork dropped its transaction: it is on its way again. Only while its
/// outbox row says so too. Saying it twice changes nothing.
///
/// # Errors
/// [`LedgerError::Unknown`], [`LedgerError::Backwards`] unless it was confirmed, [`LedgerError::Store`].
pub async fn fall_back(tx: &mut Tx, entry: EntryId) -> Result<(), LedgerError> {
    let (from, to) = (held(tx, entry).await?.state, EntryState::Submitted);
    match from {
        EntryState::Submitted => return Ok(()),
        EntryState::Confirmed => {}
        EntryState::Pending | EntryState::Final | EntryState::Void => {
            return Err(LedgerError::Backwards { entry, from, to });
        }
    }
    // That it was there and is no more is part of the history.
    chain::link_state(tx, entry, to, None).await?;
    let state = to.word();
    let update = sqlx::query!("UPDATE entry SET state = ?2 WHERE id = ?1", entry.0, state);
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Makes an entry void: it never happened. A second entry mirrors its postings and says why. Saying it twice changes
/// nothing.
///
/// # Errors
/// [`LedgerError::Unknown`], [`LedgerError::Backwards`] out of final, [`LedgerError::Store`].
pub async fn void(tx: &mut Tx, entry: EntryId, reason: &str) -> Result<(), LedgerError> {
    let held = held(tx, entry).await?;
    match held.state {
        EntryState::Void => return Ok(()),
        EntryState::Final => {
            let (from, to) = (EntryState::Final, EntryState::Void);
            return Err(LedgerError::Backwards { entry, from, to });
        }
        EntryState::Pending | EntryState::Submitted | EntryState::Confirmed => {}
    }
    let mut mirrored = Changes::new();
    for (place, amount) in postings_of(tx, entry).await? {
        mirrored.insert(place, amount.checked_neg().ok_or(LedgerError::TooLarge)?);
    }
    let row = Row {
        key: &format!("void:{entry}"),
        kind: held.kind,
        state: EntryState::Void,
        lease: held.lease,
        device: held.device,
        note: reason,
        at: held.at,
        reverses: Some(entry),
        signature: None,
        changes: mirrored,
    };
    write(tx, &[row]).await?;
    chain::link_state(tx, entry, EntryState::Void, None).await?;
    let update = sqlx::query!("UPDATE entry SET state = 'void' WHERE id = ?1", entry.0);
    update.execute(tx.connection()).await?;
    Ok(())
}

struct Held {
    kind: EntryKind,
    state: EntryState,
    lease: Option<LeaseId>,
    device: Option<DeviceId>,
    at: UnixMillis,
    signature: Option<TxSignature>,
}

async fn held(tx: &mut Tx, entry: EntryId) -> Result<Held, LedgerError> {
    let find = sqlx::query!(
        "SELECT kind, state, lease, device, at_ms, signature FROM entry WHERE id = ?1",
        entry.0
    );
    let row = find.fetch_optional(tx.connection()).await?;
    let row = row.ok_or(LedgerError::Unknown(entry))?;
    Ok(Held {
        kind: EntryKind::parse(&row.kind, "entry.kind")?,
        state: EntryState::parse(&row.state, "entry.state")?,
        lease: maybe_bytes(row.lease, "entry.lease")?.map(LeaseId),
        device: maybe_bytes(row.device, "entry.device")?.map(DeviceId),
        at: UnixMillis(from_column(row.at_ms, "entry.at_ms")?),
        signature: maybe_bytes(row.signature, "entry.signature")?.map(TxSignature),
    })
}
