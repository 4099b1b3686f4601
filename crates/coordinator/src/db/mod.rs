//! The database: SQLite in one file, all state of the coordinator.

mod counters;
mod nodes;
mod quotes;
mod row;
mod settlements;

use std::{io, path::Path, time::Duration};

use sqlx::{
    ConnectOptions as _, Sqlite, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::config::CoordinatorError;

pub(crate) use counters::CounterError;
pub(crate) use nodes::{Beat, NodeRow};
pub(crate) use quotes::QuoteState;
pub(crate) use settlements::{Deposit, SettlementRow, StoredTx};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const BUSY: Duration = Duration::from_secs(10);
const CONNECTIONS: u32 = 4;

/// Why a query failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    /// The database's reason.
    #[error("the database failed")]
    Sql(#[from] sqlx::Error),
    /// A stored value does not parse.
    #[error("a stored {0} does not parse")]
    Damaged(&'static str),
    /// A number does not fit the database's 64 bits with sign.
    #[error("a number does not fit the database")]
    TooLarge,
}

/// The open database. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Db {
    pool: SqlitePool,
}

impl Db {
    /// Opens or makes `coordinator.db` in the folder and brings it up to date.
    pub(crate) async fn open(folder: &Path) -> Result<Self, CoordinatorError> {
        let file = folder.join("coordinator.db");
        prepare(folder, &file).map_err(|source| CoordinatorError::DataDir {
            path: folder.to_owned(),
            source,
        })?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .journal_mode(SqliteJournalMode::Wal)
            // A deposit that was answered must survive a power cut.
            .synchronous(SqliteSynchronous::Full)
            .pragma("trusted_schema", "off")
            .disable_statement_logging();
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(BUSY)
            .connect_with(options)
            .await
            .map_err(CoordinatorError::Database)?;
        let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
        match MIGRATIONS.run(&pool).await {
            Ok(()) => Ok(Self { pool }),
            Err(MigrateError::VersionMissing(found)) if found > known => {
                Err(CoordinatorError::NewerDatabase { found, known })
            }
            Err(error) => Err(CoordinatorError::Migrate(error)),
        }
    }

    /// Begins a transaction that will write, without a moment at which another one could get in between.
    ///
    /// In a task of its own: sqlx leaves the connection inside the transaction, for ever, when a custom BEGIN is
    /// cancelled after it ran, and a client that hangs up cancels its request. The task runs on, and its
    /// transaction is rolled back when nobody takes it.
    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, DbError> {
        let pool = self.pool.clone();
        let begun = tokio::spawn(async move { pool.begin_with("BEGIN IMMEDIATE").await });
        let begun = begun
            .await
            .map_err(|cause| sqlx::Error::Io(io::Error::other(cause)))?;
        Ok(begun?)
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Makes folder and file, the file readable by its owner alone; SQLite gives its log the same permissions.
fn prepare(folder: &Path, file: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}
