//! The chain's end, and the file beside the database that remembers it.

use std::{
    fmt,
    fs::{self, OpenOptions},
    io::{self, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
    sync::{Mutex, PoisonError},
};

use hearth_types::history::ChainHead;

use crate::{
    StoreError,
    codec::{bytes, from_column, to_column},
};

/// The end of the chain: so many links, and the hash of the last. Written `links:hash`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many links.
    pub links: u64,
    /// SHA-256 of the last link.
    pub hash: [u8; 32],
}

/// Why a text names no end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not the end of a history; it looks like 1200:9f86d0…, with 64 hexadecimal digits")]
pub struct ParseHeadError;

impl Head {
    /// Before the first link.
    pub(super) const START: Self = Self {
        links: 0,
        hash: [0; 32],
    };

    pub(super) fn read(number: i64, hash: &[u8]) -> Result<Self, StoreError> {
        Ok(Self {
            links: from_column(number, "link.id")?,
            hash: bytes(hash, "link.hash")?,
        })
    }

    /// The last link's number in the file.
    pub(in super::super) fn number(&self) -> Result<i64, StoreError> {
        to_column(self.links, "a link's number")
    }
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.links, hex::encode(self.hash))
    }
}

impl FromStr for Head {
    type Err = ParseHeadError;

    fn from_str(text: &str) -> Result<Self, ParseHeadError> {
        let (links, digits) = text.trim().split_once(':').ok_or(ParseHeadError)?;
        let mut hash = [0; 32];
        hex::decode_to_slice(digits, &mut hash).map_err(|_| ParseHeadError)?;
        let links = links.parse().map_err(|_| ParseHeadError)?;
        Ok(Self { links, hash })
    }
}

impl From<Head> for ChainHead {
    fn from(head: Head) -> Self {
        Self {
            links: head.links,
            hash: hex::encode(head.hash),
        }
    }
}

impl TryFrom<&ChainHead> for Head {
    type Error = ParseHeadError;

    fn try_from(head: &ChainHead) -> Result<Self, ParseHeadError> {
        format!("{}:{}", head.links, head.hash).parse()
    }
}

/// `hearth.head` beside `hearth.db`: the end of the chain as of the last commit, or of one shortly before a crash.
///
/// The file may lag behind the database, never the other way round; so whatever it names must be in the chain.
#[derive(Debug, Default)]
pub(crate) struct HeadFile {
    path: Option<PathBuf>,
    /// What the file said when it was opened, or says now.
    known: Mutex<Option<Head>>,
    /// The chain did not hold what the file names: the file is evidence and stays as it is.
    kept: bool,
}

impl HeadFile {
    /// What lies beside a database. An unreadable file counts as absent: it names nothing.
    pub(crate) fn beside(database: &Path) -> Self {
        let path = database.with_extension("head");
        let known = fs::read_to_string(&path).ok().and_then(|text| text.parse().ok());
        Self {
            path: Some(path),
            known: Mutex::new(known),
            kept: false,
        }
    }

    /// With whether the chain holds what the file names.
    pub(crate) fn keep_as_evidence(&mut self, broken: bool) {
        self.kept = broken;
    }

    /// Whether it is kept as evidence.
    pub(crate) const fn is_kept(&self) -> bool {
        self.kept
    }

    /// What the file names.
    pub(crate) fn known(&self) -> Option<Head> {
        *self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a new end, after its commit. That it cannot be written costs the check of the end, not the money; the
    /// next commit tries again.
    pub(crate) fn note(&self, head: Head) {
        let Some(path) = self.path.as_ref().filter(|_| !self.kept) else {
            return;
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if overwrite(path, &format!("{head}\n")).is_ok() {
            *known = Some(head);
        }
    }
}

/// Writes a short text over the one that a file has. No new file takes its place: with one in every commit, the file
/// system's own log would have to reach the disk with the database's. A text that fits a sector is written whole or not
/// at all, and one that is neither is unreadable.
fn overwrite(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(false).open(path)?;
    file.write_all(text.as_bytes())?;
    let length = text.len() as u64;
    if file.metadata()?.len() != length {
        file.set_len(length)?;
    }
    Ok(())
}

/// Whether the chain holds an end.
pub(crate) async fn holds(pool: &sqlx::SqlitePool, head: Head) -> Result<bool, StoreError> {
    let number = head.number()?;
    let found = sqlx::query_scalar!("SELECT hash FROM link WHERE id = ?1", number);
    let found = found.fetch_optional(pool).await?;
    Ok(head.links == 0 || found.is_some_and(|hash| hash == head.hash))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_place_of_a_longer_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("hearth.head");
        for text in ["a first text", "a second, longer text", "short"] {
            overwrite(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }
}
