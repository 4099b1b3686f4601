//! The wallet files of a data folder: the first is `wallet.key`, others are `wallets/ADDRESS.key`.

use std::{
    fs, io,
    io::Read as _,
    path::{Path, PathBuf},
};

use hearth_types::id::WalletAddress;

use super::{
    WalletError,
    key_record::{self, KeyRecord},
};

/// More files than anybody has wallets; the rest is not looked at.
const MAX_FILES: usize = 256;

/// Where the files are and which network they must belong to.
#[derive(Clone)]
pub(super) struct KeyFiles {
    first: PathBuf,
    others: PathBuf,
    tag: [u8; 16],
}

impl KeyFiles {
    pub(super) fn new(folder: &Path, tag: [u8; 16]) -> Self {
        Self {
            first: folder.join("wallet.key"),
            others: folder.join("wallets"),
            tag,
        }
    }

    /// A place for a new wallet.
    pub(super) fn free(&self, address: WalletAddress) -> PathBuf {
        if self.first.symlink_metadata().is_ok() {
            self.others.join(format!("{address}.key"))
        } else {
            self.first.clone()
        }
    }

    /// The file of one wallet.
    pub(super) fn find(&self, address: WalletAddress) -> Result<Option<(PathBuf, KeyRecord)>, WalletError> {
        let mut files = self.all()?;
        let place = files.iter().position(|(_, record)| record.address == address);
        Ok(place.map(|place| files.swap_remove(place)))
    }

    /// All files, the first one first, the others by name.
    pub(super) fn all(&self) -> Result<Vec<(PathBuf, KeyRecord)>, WalletError> {
        let mut paths = vec![self.first.clone()];
        let mut others = match fs::read_dir(&self.others) {
            Ok(entries) => entries
                .take(MAX_FILES)
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<Vec<_>, _>>(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
        .map_err(|source| WalletError::Read {
            path: self.others.clone(),
            source,
        })?;
        others.retain(|path| path.extension().is_some_and(|extension| extension == "key"));
        others.sort();
        paths.append(&mut others);
        let mut found = Vec::new();
        for path in paths {
            if let Some(record) = self.read(&path)? {
                found.push((path, record));
            }
        }
        Ok(found)
    }

    fn read(&self, path: &Path) -> Result<Option<KeyRecord>, WalletError> {
        let mut bytes = Vec::new();
        let limit = u64::try_from(key_record::MAX_BYTES)
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        match fs::File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(WalletError::Read {
                    path: path.into(),
                    source,
                });
            }
        }
        let record = KeyRecord::parse(&bytes).map_err(|reason| WalletError::BadFile {
            path: path.into(),
            reason,
        })?;
        if record.network_tag == self.tag {
            Ok(Some(record))
        } else {
            Err(WalletError::WrongNetwork {
                expected: tag_text(&self.tag),
                found: tag_text(&record.network_tag),
            })
        }
    }
}

/// A tag without its padding; the tag of a damaged file may be any bytes.
pub(super) fn tag_text(tag: &[u8; 16]) -> String {
    tag.split(|byte| *byte == 0)
        .next()
        .unwrap_or_default()
        .escape_ascii()
        .to_string()
}
