//! Files that came back.

use hearth_types::{
    id::LeaseId,
    job::{MAX_PARTS, MAX_PATH},
    lease::ResultFile,
};

use super::OutputError;
use crate::{
    Session, StoreError, Tx,
    codec::{from_column, to_column},
    session::sealed::Connected,
};

/// The most files of one deployment.
pub const MAX_FILES: usize = MAX_PARTS;
/// The most bytes of one deployment's files together.
pub const MAX_FILES_BYTES: u64 = 64 * 1024 * 1024;

/// Keeps a file. One of the same name is replaced.
///
/// # Errors
/// [`OutputError::BadName`], [`OutputError::TooManyFiles`], [`OutputError::FilesTooLarge`], [`OutputError::Store`].
pub async fn put_file(tx: &mut Tx, lease: LeaseId, name: &str, content: &[u8]) -> Result<(), OutputError> {
    if name.is_empty() || name.len() > MAX_PATH || name.contains('\0') {
        return Err(OutputError::BadName);
    }
    let length = u64::try_from(content.len()).unwrap_or(u64::MAX);
    let mut held = files(tx, lease).await?;
    held.retain(|file| file.name != name);
    if held.len() >= MAX_FILES {
        return Err(OutputError::TooManyFiles);
    }
    let total = held
        .iter()
        .fold(length, |sum, file| sum.saturating_add(file.bytes));
    if total > MAX_FILES_BYTES {
        return Err(OutputError::FilesTooLarge);
    }
    let (id, bytes) = (lease.0.as_slice(), to_column(length, "a length")?);
    let insert = sqlx::query!(
        "INSERT INTO result_file (lease, name, bytes, content) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (lease, name) DO UPDATE SET bytes = excluded.bytes, content = excluded.content",
        id,
        name,
        bytes,
        content
    );
    insert.execute(tx.connection()).await?;
    Ok(())
}

/// The names and lengths of the files that came back, by name.
///
/// # Errors
/// [`OutputError::Store`].
pub async fn files(session: &mut impl Session, lease: LeaseId) -> Result<Vec<ResultFile>, OutputError> {
    let id = lease.0.as_slice();
    let select = sqlx::query!(
        "SELECT name, bytes FROM result_file WHERE lease = ?1 ORDER BY name",
        id
    );
    let rows = select.fetch_all(session.connection()).await?;
    let files = rows.into_iter().map(|row| {
        Ok::<_, StoreError>(ResultFile {
            name: row.name,
            bytes: from_column(row.bytes, "result_file.bytes")?,
        })
    });
    Ok(files.collect::<Result<_, _>>()?)
}

/// A file's content, when there is one of that name.
///
/// # Errors
/// [`OutputError::Store`].
pub async fn file(
    session: &mut impl Session,
    lease: LeaseId,
    name: &str,
) -> Result<Option<Vec<u8>>, OutputError> {
    let id = lease.0.as_slice();
    let select = sqlx::query_scalar!(
        "SELECT content FROM result_file WHERE lease = ?1 AND name = ?2",
        id,
        name
    );
    Ok(select.fetch_optional(session.connection()).await?)
}
