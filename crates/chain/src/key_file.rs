//! A file of 32 secret bytes that only its owner may read.

use std::{
    fs, io,
    io::{Read as _, Write as _},
    path::{Path, PathBuf},
};

use hearth_types::ipc::{Code, IpcError};
use zeroize::Zeroizing;

/// Length of the secret and so of the file.
const SECRET_BYTES: usize = 32;

/// Why a key file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// Reading failed.
    #[error("the key file {path} cannot be read")]
    Read {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// Making it failed.
    #[error("the key file {path} cannot be written")]
    Write {
        /// The file.
        path: PathBuf,
        /// Cause.
        #[source]
        source: io::Error,
    },
    /// Users other than the owner may read or write it.
    #[error("the key file {path} is open to other users (mode {mode:o})")]
    OpenToOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Not exactly 32 bytes.
    #[error("the key file {path} does not hold exactly 32 bytes")]
    WrongLength {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no randomness.
    #[error("the system gave no random bytes")]
    Random(#[source] getrandom::Error),
}

impl KeyFileError {
    /// Its stable code.
    #[must_use]
    pub const fn code(&self) -> Code {
        match self {
            Self::Read { .. } | Self::Write { .. } | Self::OpenToOthers { .. } | Self::WrongLength { .. } => {
                Code::KeyStorage
            }
            Self::Random(_) => Code::Internal,
        }
    }

    /// What the owner can do about it.
    #[must_use]
    pub const fn mend(&self) -> &'static str {
        match self {
            Self::Read { .. } | Self::Write { .. } => {
                "Give this user access to the data folder and its files."
            }
            Self::OpenToOthers { .. } => {
                "Allow only your own user to read the file (chmod 600), then start again."
            }
            Self::WrongLength { .. } => {
                "Bring the file back from a copy, or move it away to get a new identity at the next start."
            }
            Self::Random(_) => "Restart the computer; its random number source is not ready.",
        }
    }
}

impl From<KeyFileError> for IpcError {
    fn from(error: KeyFileError) -> Self {
        crate::error::ipc(error.code(), &error, Some(error.mend()))
    }
}

/// The secret in the file; a random one, written first, when there is no file.
pub(crate) fn load_or_create(path: &Path) -> Result<Zeroizing<[u8; SECRET_BYTES]>, KeyFileError> {
    match load(path) {
        Err(KeyFileError::Read { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
        loaded => return loaded,
    }
    let secret = random_secret()?;
    match write_new(path, secret.as_slice()) {
        Ok(()) => Ok(secret),
        // Another process was quicker: its key is the one that counts.
        Err(source) if source.kind() == io::ErrorKind::AlreadyExists => load(path),
        Err(source) => Err(KeyFileError::Write {
            path: path.into(),
            source,
        }),
    }
}

/// 32 bytes from the system.
pub(crate) fn random_secret() -> Result<Zeroizing<[u8; SECRET_BYTES]>, KeyFileError> {
    let mut secret = Zeroizing::new([0; SECRET_BYTES]);
    getrandom::fill(secret.as_mut_slice()).map_err(KeyFileError::Random)?;
    Ok(secret)
}

fn load(path: &Path) -> Result<Zeroizing<[u8; SECRET_BYTES]>, KeyFileError> {
    let read = |source| KeyFileError::Read {
        path: path.into(),
        source,
    };
    let mut file = fs::File::open(path).map_err(read)?;
    refuse_open_permissions(path, &file.metadata().map_err(read)?)?;
    // One byte more than fits, so that a longer file shows.
    let mut bytes = Zeroizing::new([0; SECRET_BYTES + 1]);
    let mut length = 0;
    while let Some(rest) = bytes.get_mut(length..).filter(|rest| !rest.is_empty()) {
        match file.read(rest).map_err(read)? {
            0 => break,
            count => length += count,
        }
    }
    match bytes.split_first_chunk() {
        Some((secret, _)) if length == SECRET_BYTES => Ok(Zeroizing::new(*secret)),
        Some(_) | None => Err(KeyFileError::WrongLength { path: path.into() }),
    }
}

#[cfg(unix)]
fn refuse_open_permissions(path: &Path, metadata: &fs::Metadata) -> Result<(), KeyFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        Ok(())
    } else {
        Err(KeyFileError::OpenToOthers {
            path: path.into(),
            mode,
        })
    }
}

/// Elsewhere the data folder inherits the user profile's access list.
#[cfg(not(unix))]
fn refuse_open_permissions(_: &Path, _: &fs::Metadata) -> Result<(), KeyFileError> {
    Ok(())
}

/// Writes a file that must not exist yet: complete, on the disk and readable by its owner alone before it
/// gets its name; fails with `AlreadyExists` otherwise.
pub(crate) fn write_new(path: &Path, content: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or(io::ErrorKind::InvalidInput)?;
    fs::create_dir_all(folder)?;
    // Created with mode 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|error| error.error)?;
    sync_folder(folder)
}

/// Makes the new name survive a power cut.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    fs::File::open(folder)?.sync_all()
}

/// Folders cannot be synced elsewhere.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/node.key");
        let first = load_or_create(&path).unwrap();
        assert_eq!(load_or_create(&path).unwrap(), first);
        assert_eq!(fs::read(&path).unwrap(), first.as_slice());
    }

    #[test]
    fn other_lengths_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for length in [0, 31, 33, 4096] {
            let path = folder.path().join(length.to_string());
            write_new(&path, &vec![1; length]).unwrap();
            assert!(
                matches!(load_or_create(&path), Err(KeyFileError::WrongLength { .. })),
                "{length}"
            );
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_others_can_read_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("node.key");
        load_or_create(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            load_or_create(&path),
            Err(KeyFileError::OpenToOthers { mode: 0o640, .. })
        ));
    }

    #[test]
    fn an_existing_file_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_new(&path, b"first").unwrap();
        assert_eq!(
            write_new(&path, b"second").unwrap_err().kind(),
            io::ErrorKind::AlreadyExists
        );
        assert_eq!(fs::read(&path).unwrap(), b"first");
    }
}
