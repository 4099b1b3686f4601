//! Files and folders that only their owner may read.

use std::{io::Write as _, path::Path};

use hearth_types::ipc::{Code, IpcError};
use serde::Serialize;

fn failed(path: &Path, cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::Storage, format!("{} cannot be written.", path.display()))
        .mend("Check that the disk has room and that the folder belongs to you.")
        .detail(cause)
}

/// Makes a folder (and those above it) that only its owner may enter.
///
/// # Errors
/// [`Code::Storage`].
pub fn create_private_dir(path: &Path) -> Result<(), IpcError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path).map_err(|e| failed(path, e))
}

/// Writes a value as JSON, whole or not at all, readable by its owner only.
///
/// # Errors
/// [`Code::Storage`].
pub fn write_private<T: Serialize>(path: &Path, value: &T) -> Result<(), IpcError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    // A temporary file is made with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(|e| failed(path, e))?;
    let bytes = serde_json::to_vec_pretty(value).map_err(|e| failed(path, e))?;
    file.write_all(&bytes)
        .and_then(|()| file.as_file().sync_all())
        .map_err(|e| failed(path, e))?;
    file.persist(path).map_err(|e| failed(path, e))?;
    Ok(())
}
