//! One engine a folder: an advisory lock that the operating system drops with the process.

use std::{
    fs::{File, OpenOptions, TryLockError},
    path::Path,
};

use crate::StoreError;

/// Held as long as the store is open.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the lock beside the database file: `hearth.db` is guarded by `hearth.lock`.
    pub(crate) fn take(database: &Path) -> Result<Self, StoreError> {
        let path = database.with_extension("lock");
        let open = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let prepare = |path, source| StoreError::Prepare { path, source };
        let file = open.map_err(|source| prepare(path.clone(), source))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(StoreError::Locked { path }),
            Err(TryLockError::Error(source)) => Err(prepare(path, source)),
        }
    }
}
