//! What is kept about the profile's wallets beside their key files: names, which one operates, the last check of a
//! backup.

use hearth_types::{id::WalletAddress, time::UnixMillis};

use crate::{
    Session, StoreError, Tx,
    codec::{bytes, from_column, moment},
    session::sealed::Connected,
};

/// A wallet as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletRow {
    /// The wallet.
    pub address: WalletAddress,
    /// What its owner calls it.
    pub name: String,
    /// The one that stakes, rents, earns and sends; at most one row.
    pub operating: bool,
    /// When it came here.
    pub added_at: UnixMillis,
    /// When its owner last proved to have the words.
    pub backup_checked_at: Option<UnixMillis>,
}

/// All wallets that something is kept about, oldest first.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn list(session: &mut impl Session) -> Result<Vec<WalletRow>, StoreError> {
    let select = sqlx::query!(
        r#"SELECT address, name, operating AS "operating!: bool", added_at, backup_checked_at
           FROM wallet ORDER BY added_at, rowid"#
    );
    let rows = select.fetch_all(session.connection()).await?;
    let wallets = rows.into_iter().map(|row| {
        let checked = row
            .backup_checked_at
            .map(|at| from_column(at, "wallet.backup_checked_at"))
            .transpose()?;
        Ok(WalletRow {
            address: WalletAddress(bytes(&row.address, "wallet.address")?),
            name: row.name,
            operating: row.operating,
            added_at: UnixMillis(from_column(row.added_at, "wallet.added_at")?),
            backup_checked_at: checked.map(UnixMillis),
        })
    });
    wallets.collect()
}

/// Keeps a wallet under a name of 1 to 40 characters; one that is known stays as it is.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn add(tx: &mut Tx, address: WalletAddress, name: &str, at: UnixMillis) -> Result<(), StoreError> {
    let (id, at) = (address.0.as_slice(), moment(at)?);
    let insert = sqlx::query!(
        "INSERT INTO wallet (address, name, added_at) VALUES (?1, ?2, ?3) ON CONFLICT (address) DO NOTHING",
        id,
        name,
        at
    );
    insert.execute(tx.connection()).await?;
    Ok(())
}

/// Names a wallet anew.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn rename(tx: &mut Tx, address: WalletAddress, name: &str) -> Result<(), StoreError> {
    let id = address.0.as_slice();
    let update = sqlx::query!("UPDATE wallet SET name = ?2 WHERE address = ?1", id, name);
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Makes a wallet the operating one, in place of any other.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn operate(tx: &mut Tx, address: WalletAddress) -> Result<(), StoreError> {
    let id = address.0.as_slice();
    let others = sqlx::query!(
        "UPDATE wallet SET operating = 0 WHERE operating = 1 AND address <> ?1",
        id
    );
    others.execute(tx.connection()).await?;
    let this = sqlx::query!("UPDATE wallet SET operating = 1 WHERE address = ?1", id);
    this.execute(tx.connection()).await?;
    Ok(())
}

/// Notes that the owner has just proved to have the words.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn backup_checked(tx: &mut Tx, address: WalletAddress, at: UnixMillis) -> Result<(), StoreError> {
    let (id, at) = (address.0.as_slice(), moment(at)?);
    let update = sqlx::query!(
        "UPDATE wallet SET backup_checked_at = ?2 WHERE address = ?1",
        id,
        at
    );
    update.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets a wallet.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn remove(tx: &mut Tx, address: WalletAddress) -> Result<(), StoreError> {
    let id = address.0.as_slice();
    let delete = sqlx::query!("DELETE FROM wallet WHERE address = ?1", id);
    delete.execute(tx.connection()).await?;
    Ok(())
}
