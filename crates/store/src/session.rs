//! Transactions: one that writes, and snapshots that read.

use std::sync::Arc;

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::{
    StoreError,
    ledger::{Head, HeadFile},
};

/// The one writing transaction. Dropped without [`Tx::commit`], nothing of it happened.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Sqlite>,
    /// The end of the history's chain, once it was read or moved.
    pub(crate) head: Option<Head>,
    heads: Arc<HeadFile>,
}

impl Tx {
    pub(crate) fn new(inner: Transaction<'static, Sqlite>, heads: Arc<HeadFile>) -> Self {
        Self {
            inner,
            head: None,
            heads,
        }
    }

    /// Makes everything written in it durable (synced to disk) at once.
    ///
    /// # Errors
    /// [`StoreError`] when the file refuses; then nothing of it happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.inner.commit().await?;
        if let Some(head) = self.head {
            self.heads.note(head);
        }
        Ok(())
    }
}

/// A snapshot for reading: sees one moment, however long it is held.
#[derive(Debug)]
pub struct Read {
    inner: Transaction<'static, Sqlite>,
}

impl Read {
    pub(crate) fn new(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner }
    }
}

/// Anything that can be read from: a [`Tx`] sees its own writes, a [`Read`] the last commit.
pub trait Session: sealed::Connected {}

impl Session for Tx {}
impl Session for Read {}

pub(crate) mod sealed {
    //! Keeps the connection inside the crate.
    use sqlx::SqliteConnection;

    /// Has a connection.
    pub trait Connected: Send {
        /// The connection, inside its transaction.
        fn connection(&mut self) -> &mut SqliteConnection;
    }
}

impl sealed::Connected for Tx {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }
}

impl sealed::Connected for Read {
    fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.inner
    }
}
