//! Where automatic payouts go. A change waits until its time, and can be cancelled while it does.

use hearth_types::{
    id::WalletAddress,
    ipc::{Withdrawal, WithdrawalChange},
    time::UnixMillis,
};

use crate::{
    Session, StoreError, Tx,
    codec::{from_column, maybe_bytes, moment},
    session::sealed::Connected,
};

/// What is in force at `now`, and the change that still waits then.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn load(session: &mut impl Session, now: UnixMillis) -> Result<Withdrawal, StoreError> {
    let select = sqlx::query!("SELECT address, next_address, next_at FROM withdrawal WHERE id = 1");
    let Some(row) = select.fetch_optional(session.connection()).await? else {
        return Ok(Withdrawal::default());
    };
    let address = maybe_bytes(row.address, "withdrawal.address")?.map(WalletAddress);
    let next = maybe_bytes(row.next_address, "withdrawal.next_address")?.map(WalletAddress);
    let Some(at) = row.next_at else {
        return Ok(Withdrawal {
            address,
            change: None,
        });
    };
    let at = UnixMillis(from_column(at, "withdrawal.next_at")?);
    Ok(if at <= now {
        Withdrawal {
            address: next,
            change: None,
        }
    } else {
        Withdrawal {
            address,
            change: Some(WithdrawalChange { address: next, at }),
        }
    })
}

/// Keeps what [`load`] gave, changed.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn save(tx: &mut Tx, withdrawal: &Withdrawal) -> Result<(), StoreError> {
    let address = withdrawal.address.map(|address| address.0.to_vec());
    let next = withdrawal.change.and_then(|change| change.address);
    let next = next.map(|address| address.0.to_vec());
    let next_at = withdrawal.change.map(|change| moment(change.at)).transpose()?;
    let upsert = sqlx::query!(
        "INSERT INTO withdrawal (id, address, next_address, next_at) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE
         SET address = excluded.address, next_address = excluded.next_address, next_at = excluded.next_at",
        address,
        next,
        next_at
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}
