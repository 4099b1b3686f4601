//! The address book, and every address that something was sent to.

use hearth_types::{id::WalletAddress, ipc::Contact, time::UnixMillis};

use crate::{
    Session, StoreError, Tx,
    codec::{bytes, from_column, moment},
    session::sealed::Connected,
};

/// The address book, by name.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn list(session: &mut impl Session) -> Result<Vec<Contact>, StoreError> {
    let select = sqlx::query!(
        r#"SELECT contact.address, contact.name, recipient.last_sent_at AS "last_sent_at?: i64"
           FROM contact LEFT JOIN recipient USING (address) ORDER BY contact.name"#
    );
    let rows = select.fetch_all(session.connection()).await?;
    let contacts = rows.into_iter().map(|row| {
        let sent = row
            .last_sent_at
            .map(|at| from_column(at, "recipient.last_sent_at"))
            .transpose()?;
        Ok(Contact {
            address: WalletAddress(bytes(&row.address, "contact.address")?),
            name: row.name,
            last_sent_at: sent.map(UnixMillis),
        })
    });
    contacts.collect()
}

/// Names an address, or names it anew. A name that another address has is refused: `false`, nothing is written.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn set(tx: &mut Tx, address: WalletAddress, name: &str) -> Result<bool, StoreError> {
    let id = address.0.as_slice();
    let taken = sqlx::query_scalar!(
        r#"SELECT COUNT(*) AS "count!: i64" FROM contact WHERE name = ?2 AND address <> ?1"#,
        id,
        name
    );
    if taken.fetch_one(tx.connection()).await? > 0 {
        return Ok(false);
    }
    let upsert = sqlx::query!(
        "INSERT INTO contact (address, name) VALUES (?1, ?2)
         ON CONFLICT (address) DO UPDATE SET name = excluded.name",
        id,
        name
    );
    upsert.execute(tx.connection()).await?;
    Ok(true)
}

/// Takes an address out of the book. That something was sent there stays known.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn remove(tx: &mut Tx, address: WalletAddress) -> Result<(), StoreError> {
    let id = address.0.as_slice();
    let delete = sqlx::query!("DELETE FROM contact WHERE address = ?1", id);
    delete.execute(tx.connection()).await?;
    Ok(())
}

/// Every address that something was sent to, named or not.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn recipients(session: &mut impl Session) -> Result<Vec<WalletAddress>, StoreError> {
    let select = sqlx::query_scalar!("SELECT address FROM recipient ORDER BY last_sent_at DESC");
    let rows = select.fetch_all(session.connection()).await?;
    let addresses = rows.into_iter();
    addresses
        .map(|address| Ok(WalletAddress(bytes(&address, "recipient.address")?)))
        .collect()
}

/// Notes that something is being sent to an address.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn sent_to(tx: &mut Tx, address: WalletAddress, at: UnixMillis) -> Result<(), StoreError> {
    let (id, at) = (address.0.as_slice(), moment(at)?);
    let upsert = sqlx::query!(
        "INSERT INTO recipient (address, last_sent_at) VALUES (?1, ?2)
         ON CONFLICT (address) DO UPDATE SET last_sent_at = max(last_sent_at, excluded.last_sent_at)",
        id,
        at
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}
