//! What came back from deployments: streams, the latest part of them, and files. All capped, because a stranger's
//! machine writes them.

mod chunk;
mod error;
mod file;

pub use chunk::{CHUNK_OVERHEAD, MAX_CHUNK_BYTES, MAX_OUTPUT_BYTES, append, next_sequence, output};
pub use error::OutputError;
pub use file::{MAX_FILES, MAX_FILES_BYTES, file, files, put_file};
