//! The streams: the latest part of them.

use hearth_types::{
    id::LeaseId,
    lease::{OutputChunk, Stream},
};

use super::OutputError;
use crate::{
    Session, StoreError, Tx,
    codec::{Word, from_column, to_column},
    session::sealed::Connected,
};

/// The longest chunk, bytes.
pub const MAX_CHUNK_BYTES: u64 = 64 * 1024;
/// How much of a deployment's output is kept, bytes: the latest.
pub const MAX_OUTPUT_BYTES: u64 = 2 * 1024 * 1024;
/// What a chunk takes beside its text, bytes: a stranger's machine may send a million empty ones.
pub const CHUNK_OVERHEAD: u64 = 64;

/// Appends a chunk and lets go of the oldest ones beyond [`MAX_OUTPUT_BYTES`], their overhead counted. A chunk that
/// came before changes nothing and gives `false`; one that comes early leaves a gap, which is never filled.
///
/// # Errors
/// [`OutputError::ChunkTooLong`], [`OutputError::Store`].
pub async fn append(tx: &mut Tx, lease: LeaseId, chunk: &OutputChunk) -> Result<bool, OutputError> {
    let length = u64::try_from(chunk.text.len()).unwrap_or(u64::MAX);
    if length > MAX_CHUNK_BYTES {
        return Err(OutputError::ChunkTooLong);
    }
    let expected = next_sequence(tx, lease).await?;
    if chunk.sequence < expected {
        return Ok(false);
    }
    let id = lease.0.as_slice();
    let (sequence, next, bytes) = (
        to_column(chunk.sequence, "a sequence")?,
        to_column(chunk.sequence.saturating_add(1), "a sequence")?,
        to_column(length.saturating_add(CHUNK_OVERHEAD), "a length")?,
    );
    let count = sqlx::query!(
        "INSERT INTO output (lease, next_sequence, kept_bytes) VALUES (?1, ?2, ?3)
         ON CONFLICT (lease) DO UPDATE
         SET next_sequence = excluded.next_sequence, kept_bytes = kept_bytes + excluded.kept_bytes",
        id,
        next,
        bytes
    );
    count.execute(tx.connection()).await?;
    let stream = chunk.stream.word();
    let insert = sqlx::query!(
        "INSERT INTO output_chunk (lease, sequence, stream, bytes, text) VALUES (?1, ?2, ?3, ?4, ?5)",
        id,
        sequence,
        stream,
        bytes,
        chunk.text
    );
    insert.execute(tx.connection()).await?;
    trim(tx, lease).await?;
    Ok(true)
}

/// The sequence that the next chunk has, 0 at first.
///
/// # Errors
/// [`OutputError::Store`].
pub async fn next_sequence(session: &mut impl Session, lease: LeaseId) -> Result<u64, OutputError> {
    let id = lease.0.as_slice();
    let select = sqlx::query_scalar!("SELECT next_sequence FROM output WHERE lease = ?1", id);
    let next = select.fetch_optional(session.connection()).await?;
    Ok(from_column(next.unwrap_or(0), "output.next_sequence")?)
}

/// The chunks that are kept, from `from` on, in order.
///
/// # Errors
/// [`OutputError::Store`].
pub async fn output(
    session: &mut impl Session,
    lease: LeaseId,
    from: u64,
) -> Result<Vec<OutputChunk>, OutputError> {
    let (id, from) = (lease.0.as_slice(), to_column(from, "a sequence")?);
    let select = sqlx::query!(
        "SELECT sequence, stream, text FROM output_chunk WHERE lease = ?1 AND sequence >= ?2 ORDER BY sequence",
        id,
        from
    );
    let rows = select.fetch_all(session.connection()).await?;
    let chunks = rows.into_iter().map(|row| {
        Ok::<_, StoreError>(OutputChunk {
            sequence: from_column(row.sequence, "output_chunk.sequence")?,
            stream: Stream::parse(&row.stream, "output_chunk.stream")?,
            text: row.text,
        })
    });
    Ok(chunks.collect::<Result<_, _>>()?)
}

/// Lets go of the oldest chunks until no more than the cap is kept.
async fn trim(tx: &mut Tx, lease: LeaseId) -> Result<(), OutputError> {
    let id = lease.0.as_slice();
    let cap = to_column(MAX_OUTPUT_BYTES, "a length")?;
    loop {
        let over = sqlx::query_scalar!(
            "SELECT kept_bytes FROM output WHERE lease = ?1 AND kept_bytes > ?2",
            id,
            cap
        );
        if over.fetch_optional(tx.connection()).await?.is_none() {
            return Ok(());
        }
        let drop_oldest = sqlx::query_scalar!(
            "DELETE FROM output_chunk WHERE lease = ?1
             AND sequence = (SELECT MIN(sequence) FROM output_chunk WHERE lease = ?1) RETURNING bytes",
            id
        );
        let freed = drop_oldest.fetch_one(tx.connection()).await?;
        let count = sqlx::query!(
            "UPDATE output SET kept_bytes = kept_bytes - ?2 WHERE lease = ?1",
            id,
            freed
        );
        count.execute(tx.connection()).await?;
    }
}
