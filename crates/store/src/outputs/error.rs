//! Why output is refused.

use super::{MAX_CHUNK_BYTES, MAX_FILES, MAX_FILES_BYTES};
use crate::StoreError;

/// Why output is refused.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A chunk longer than [`MAX_CHUNK_BYTES`].
    #[error("an output chunk has at most {MAX_CHUNK_BYTES} bytes")]
    ChunkTooLong,
    /// A file name that is empty, longer than 255 bytes or holds a NUL byte.
    #[error("a result file's name has 1 to 255 bytes")]
    BadName,
    /// More than [`MAX_FILES`] files.
    #[error("a deployment returns at most {MAX_FILES} files")]
    TooManyFiles,
    /// More than [`MAX_FILES_BYTES`] in all.
    #[error("a deployment returns at most {MAX_FILES_BYTES} bytes of files")]
    FilesTooLarge,
}

impl From<sqlx::Error> for OutputError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}
