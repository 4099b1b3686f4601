//! Opening the file.

use std::{
    fs::{self, OpenOptions},
    io,
    path::Path,
    sync::Arc,
    time::Duration,
};

use sqlx::{
    ConnectOptions, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{
    Read, StoreError, Tx,
    ledger::{self, Head, HeadFile},
    lock::FolderLock,
};

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 2;
const IDLE_READER: Duration = Duration::from_secs(60);
/// Rows that SQLite's thread may be ahead of who reads them; an export would wake the other thread all the time.
const ROWS_AHEAD: usize = 1_000;

/// The open file. Cheap to clone; the folder is locked until the last clone is gone.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    heads: Arc<HeadFile>,
    lock: Option<Arc<FolderLock>>,
}

impl Store {
    /// Opens or creates the database at `path` (such as `…/hearth.db`) with its folder, brings it up to date and
    /// locks the folder against a second engine. Only the owner can read a file that it creates.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Newer`], [`StoreError::Damaged`], [`StoreError::Prepare`],
    /// [`StoreError::Migrate`].
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        prepare_folder(path)?;
        let lock = FolderLock::take(path)?;
        prepare_file(path)?;
        let options = common(SqliteConnectOptions::new().filename(path))
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let writer = one_connection(options.clone()).await?;
        migrate(&writer).await?;
        let mut heads = HeadFile::beside(path);
        if let Some(head) = heads.known() {
            heads.keep_as_evidence(!ledger::holds(&writer, head).await?);
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(IDLE_READER)
            .acquire_timeout(BUSY_TIMEOUT)
            .connect_lazy_with(options.pragma("query_only", "on"));
        Ok(Self {
            writer,
            readers,
            heads: Arc::new(heads),
            lock: Some(Arc::new(lock)),
        })
    }

    /// A database that goes with the process, for tests. It has one connection, so that a [`Store::read`] waits
    /// until a [`Tx`] is over.
    ///
    /// # Errors
    /// [`StoreError`] when SQLite refuses.
    pub async fn in_memory() -> Result<Self, StoreError> {
        let options = common(SqliteConnectOptions::new().in_memory(true).filename(":memory:"));
        let writer = one_connection(options).await?;
        migrate(&writer).await?;
        Ok(Self {
            readers: writer.clone(),
            writer,
            heads: Arc::default(),
            lock: None,
        })
    }

    /// Begins the writing transaction; waits for another one to end.
    ///
    /// # Errors
    /// [`StoreError`] when the file refuses or the other one takes longer than 10 s.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let writer = self.writer.clone();
        // Immediate: a transaction that reads first could otherwise lose its snapshot when it comes to write.
        // A task of its own: sqlx leaves the connection inside the transaction, for ever, when a custom BEGIN is
        // cancelled after it ran. The task runs on, and its transaction is rolled back when nobody takes it.
        let begun = tokio::spawn(async move { writer.begin_with("BEGIN IMMEDIATE").await });
        let begun = begun
            .await
            .map_err(|cause| sqlx::Error::Io(io::Error::other(cause)))?;
        Ok(Tx::new(begun?, Arc::clone(&self.heads)))
    }

    /// Begins a snapshot for reading. It does not wait for a writer.
    ///
    /// # Errors
    /// [`StoreError`] when the file refuses.
    pub async fn read(&self) -> Result<Read, StoreError> {
        Ok(Read::new(self.readers.begin().await?))
    }

    /// The end of the history's chain as the file beside the database knows it, for [`ledger::verify`].
    #[must_use]
    pub fn known_head(&self) -> Option<Head> {
        self.heads.known()
    }

    /// Whether, when it was opened, the history did not hold the end that the file beside it names: entries are
    /// missing, or the database is an older copy.
    #[must_use]
    pub fn lost_its_end(&self) -> bool {
        self.heads.is_kept()
    }

    /// Closes all connections, folds the write-ahead log into the file and, with the last clone, frees the folder.
    pub async fn close(self) {
        self.readers.close().await;
        self.writer.close().await;
        drop(self.lock);
    }
}

fn common(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options
        .create_if_missing(true)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // What lands in the file after a bug or an attack on it must not run with the file's own functions.
        .pragma("trusted_schema", "off")
        .pragma("journal_size_limit", "4194304")
        .row_buffer_size(ROWS_AHEAD)
        .disable_statement_logging()
}

async fn one_connection(options: SqliteConnectOptions) -> Result<SqlitePool, StoreError> {
    let pool = SqlitePoolOptions::new()
        .min_connections(1)
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(BUSY_TIMEOUT);
    Ok(pool.connect_with(options).await?)
}

async fn migrate(pool: &SqlitePool) -> Result<(), StoreError> {
    let known = MIGRATIONS.iter().map(|m| m.version).max().unwrap_or(0);
    match MIGRATIONS.run(pool).await {
        Err(MigrateError::VersionMissing(found)) if found > known => Err(StoreError::Newer { found, known }),
        other => {
            other?;
            link_old_entries(pool).await
        }
    }
}

async fn link_old_entries(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut tx = pool.begin().await?;
    ledger::link_old_entries(&mut tx).await?;
    Ok(tx.commit().await?)
}

fn prepare_folder(path: &Path) -> Result<(), StoreError> {
    let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) else {
        return Ok(());
    };
    fs::create_dir_all(folder).map_err(|source| StoreError::Prepare {
        path: folder.to_owned(),
        source,
    })
}

/// Creates the file before SQLite does, readable by the owner alone; SQLite gives its log the same permissions.
fn prepare_file(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let opened = options.open(path).map(drop);
    opened.map_err(|source| StoreError::Prepare {
        path: path.to_owned(),
        source,
    })
}
