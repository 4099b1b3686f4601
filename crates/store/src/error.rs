//! What can go wrong with the file itself.

use std::{io, path::PathBuf};

/// Why the store cannot be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later version of Hearth wrote the file. Nothing was changed.
    #[error("the database was written by a newer version of Hearth (its format {found}, ours {known})")]
    Newer {
        /// Format of the file.
        found: i64,
        /// The newest format this version knows.
        known: i64,
    },
    /// Another engine has the folder open.
    #[error("another Hearth process is using {}", .path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
    },
    /// The folder or file cannot be created or locked.
    #[error("cannot prepare {}", .path.display())]
    Prepare {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A migration failed. The file is as it was before that migration.
    #[error("cannot bring the database up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The file is no database or is damaged.
    #[error("the database is damaged")]
    Damaged(#[source] sqlx::Error),
    /// The file holds a value that this version does not understand.
    #[error("the database holds a value that makes no sense: {what}")]
    Value {
        /// Where, such as `lease.stage`.
        what: &'static str,
    },
    /// JSON in the file that does not parse, or a value that JSON cannot carry.
    #[error("the database holds JSON that does not fit: {what}")]
    Json {
        /// Where, such as `quote.quote`.
        what: &'static str,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// No space left.
    #[error("the disk is full")]
    DiskFull(#[source] sqlx::Error),
    /// A number larger than the file can hold (2⁶³ − 1).
    #[error("{what} is too large to store")]
    TooLarge {
        /// Which number.
        what: &'static str,
    },
    /// Any other failure of the database.
    #[error("the database refused")]
    Database(#[source] sqlx::Error),
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let primary_code = error
            .as_database_error()
            .and_then(|e| e.code())
            .and_then(|code| code.parse::<u32>().ok())
            .map(|extended| extended & 0xff);
        // SQLITE_CORRUPT and SQLITE_NOTADB, SQLITE_FULL.
        match primary_code {
            Some(11 | 26) => Self::Damaged(error),
            Some(13) => Self::DiskFull(error),
            Some(_) | None => Self::Database(error),
        }
    }
}

impl From<sqlx::migrate::MigrateError> for StoreError {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        if let sqlx::migrate::MigrateError::Execute(source) = error {
            return source.into();
        }
        Self::Migrate(error)
    }
}
