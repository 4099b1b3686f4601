//! The one file everything is kept in: written by the chain alone, one database transaction per Solana
//! transaction, on disk before anybody hears of it.

use std::path::Path;

use solana_account::{Account, AccountSharedData, ReadableAccount};
use solana_sdk::{hash::Hash, pubkey::Pubkey, signature::Signature};
use sqlx::{
    ConnectOptions as _, Connection as _, Row as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::clock::Genesis;

/// Why the ledger cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The file cannot be opened.
    #[error("cannot open the ledger")]
    Open(#[source] sqlx::Error),
    /// The tables cannot be made, or the file is of a newer version.
    #[error("cannot bring the ledger's tables up to date; was it written by a newer version?")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// A read failed.
    #[error("cannot read the ledger")]
    Read(#[source] sqlx::Error),
    /// A write failed; nothing of it was kept.
    #[error("cannot write the ledger")]
    Write(#[source] sqlx::Error),
    /// What was read makes no sense.
    #[error("the ledger is damaged: {0}")]
    Damaged(&'static str),
    /// The meta does not go into JSON.
    #[error("cannot encode a transaction's meta")]
    Encode(#[source] serde_json::Error),
}

/// Where the chain stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChainRow {
    pub(crate) genesis: Genesis,
    pub(crate) offset_ms: u64,
    pub(crate) chain_ms: u64,
    /// False when genesis was cut short: the ledger is of no use then.
    pub(crate) complete: bool,
}

/// One transaction and what it changed.
pub(crate) struct Entry<'a> {
    pub(crate) signature: &'a Signature,
    pub(crate) message_hash: &'a Hash,
    pub(crate) slot: u64,
    pub(crate) block_time: i64,
    pub(crate) chain_ms: u64,
    pub(crate) packet: &'a [u8],
    /// JSON of the error.
    pub(crate) err: Option<String>,
    /// JSON of the meta.
    pub(crate) meta: String,
    pub(crate) mentions: Vec<Pubkey>,
    pub(crate) changed: Vec<(Pubkey, Option<&'a AccountSharedData>)>,
}

/// How to open the file.
pub(crate) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .disable_statement_logging()
}

/// The writing end.
pub(crate) struct Ledger {
    connection: SqliteConnection,
}

impl Ledger {
    /// Opens or creates the file and brings its tables up to date.
    pub(crate) async fn open(path: &Path) -> Result<Self, LedgerError> {
        let mut connection = options(path)
            .create_if_missing(true)
            .connect()
            .await
            .map_err(LedgerError::Open)?;
        sqlx::migrate!()
            .run(&mut connection)
            .await
            .map_err(LedgerError::Migrate)?;
        Ok(Self { connection })
    }

    /// Closes the file, so that the write-ahead log is merged.
    pub(crate) async fn close(self) -> Result<(), LedgerError> {
        self.connection.close().await.map_err(LedgerError::Write)
    }

    /// Where the chain stood; `None` on a new file.
    pub(crate) async fn chain(&mut self) -> Result<Option<ChainRow>, LedgerError> {
        let row = sqlx::query("SELECT genesis_ms, seed, offset_ms, chain_ms, complete FROM chain")
            .fetch_optional(&mut self.connection)
            .await
            .map_err(LedgerError::Read)?;
        let Some(row) = row else { return Ok(None) };
        let read = LedgerError::Read;
        let seed: Vec<u8> = row.try_get("seed").map_err(read)?;
        let seed = seed.try_into().map_err(|_| LedgerError::Damaged("seed"))?;
        let at_ms = row.try_get::<i64, _>("genesis_ms").map_err(read)?.cast_unsigned();
        Ok(Some(ChainRow {
            genesis: Genesis { at_ms, seed },
            offset_ms: row.try_get::<i64, _>("offset_ms").map_err(read)?.cast_unsigned(),
            chain_ms: row.try_get::<i64, _>("chain_ms").map_err(read)?.cast_unsigned(),
            complete: row.try_get("complete").map_err(read)?,
        }))
    }

    /// Forgets everything and begins a chain.
    pub(crate) async fn begin(&mut self, genesis: &Genesis) -> Result<(), LedgerError> {
        let mut transaction = self.connection.begin().await.map_err(LedgerError::Write)?;
        for table in ["mentions", "transactions", "accounts", "chain"] {
            let delete = format!("DELETE FROM {table}");
            sqlx::query(&delete)
                .execute(&mut *transaction)
                .await
                .map_err(LedgerError::Write)?;
        }
        sqlx::query(
            "INSERT INTO chain (id, genesis_ms, seed, offset_ms, chain_ms, complete) VALUES (1, ?1, ?2, 0, ?1, 0)",
        )
        .bind(genesis.at_ms.cast_signed())
        .bind(genesis.seed.as_slice())
        .execute(&mut *transaction)
        .await
        .map_err(LedgerError::Write)?;
        transaction.commit().await.map_err(LedgerError::Write)
    }

    /// Marks genesis as done.
    pub(crate) async fn complete(&mut self) -> Result<(), LedgerError> {
        self.run("UPDATE chain SET complete = 1").await
    }

    /// Keeps how far the clock was moved.
    pub(crate) async fn set_clock(&mut self, offset_ms: u64, chain_ms: u64) -> Result<(), LedgerError> {
        sqlx::query("UPDATE chain SET offset_ms = ?, chain_ms = ?")
            .bind(offset_ms.cast_signed())
            .bind(chain_ms.cast_signed())
            .execute(&mut self.connection)
            .await
            .map_err(LedgerError::Write)?;
        Ok(())
    }

    /// All accounts that differ from a fresh SVM's.
    pub(crate) async fn accounts(&mut self) -> Result<Vec<(Pubkey, Account)>, LedgerError> {
        let rows = sqlx::query("SELECT address, lamports, owner, executable, rent_epoch, data FROM accounts")
            .fetch_all(&mut self.connection)
            .await
            .map_err(LedgerError::Read)?;
        let read = LedgerError::Read;
        rows.into_iter()
            .map(|row| {
                let account = Account {
                    lamports: row.try_get::<i64, _>("lamports").map_err(read)?.cast_unsigned(),
                    data: row.try_get("data").map_err(read)?,
                    owner: address(row.try_get("owner").map_err(read)?)?,
                    executable: row.try_get("executable").map_err(read)?,
                    rent_epoch: row.try_get::<i64, _>("rent_epoch").map_err(read)?.cast_unsigned(),
                };
                Ok((address(row.try_get("address").map_err(read)?)?, account))
            })
            .collect()
    }

    /// Keeps accounts that no transaction made (genesis only).
    pub(crate) async fn put_accounts(
        &mut self,
        accounts: &[(Pubkey, AccountSharedData)],
    ) -> Result<(), LedgerError> {
        let mut transaction = self.connection.begin().await.map_err(LedgerError::Write)?;
        for (address, account) in accounts {
            put_account(&mut transaction, address, Some(account)).await?;
        }
        transaction.commit().await.map_err(LedgerError::Write)
    }

    /// The bytes that ran under this signature.
    pub(crate) async fn packet(&mut self, signature: &Signature) -> Result<Option<Vec<u8>>, LedgerError> {
        sqlx::query_scalar("SELECT packet FROM transactions WHERE signature = ?")
            .bind(signature.as_ref())
            .fetch_optional(&mut self.connection)
            .await
            .map_err(LedgerError::Read)
    }

    /// Whether this message ran, under whatever signature.
    pub(crate) async fn has_message(&mut self, hash: &Hash) -> Result<bool, LedgerError> {
        sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM transactions WHERE message_hash = ?)")
            .bind(hash.as_ref())
            .fetch_one(&mut self.connection)
            .await
            .map_err(LedgerError::Read)
    }

    /// How many transactions ran.
    pub(crate) async fn count(&mut self) -> Result<u64, LedgerError> {
        let count: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(sequence), 0) FROM transactions")
            .fetch_one(&mut self.connection)
            .await
            .map_err(LedgerError::Read)?;
        u64::try_from(count).map_err(|_| LedgerError::Damaged("sequence"))
    }

    /// Keeps a transaction and what it changed, all or nothing, on disk when this returns.
    pub(crate) async fn append(&mut self, entry: &Entry<'_>) -> Result<(), LedgerError> {
        let mut transaction = self.connection.begin().await.map_err(LedgerError::Write)?;
        let sequence = sqlx::query(
            "INSERT INTO transactions (signature, message_hash, slot, block_time, packet, err, meta) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
        )
        .bind(entry.signature.as_ref())
        .bind(entry.message_hash.as_ref())
        .bind(entry.slot.cast_signed())
        .bind(entry.block_time)
        .bind(entry.packet)
        .bind(&entry.err)
        .bind(&entry.meta)
        .execute(&mut *transaction)
        .await
        .map_err(LedgerError::Write)?
        .last_insert_rowid();
        for address in &entry.mentions {
            sqlx::query("INSERT OR IGNORE INTO mentions (address, sequence) VALUES (?, ?)")
                .bind(address.as_ref())
                .bind(sequence)
                .execute(&mut *transaction)
                .await
                .map_err(LedgerError::Write)?;
        }
        for (address, account) in &entry.changed {
            put_account(&mut transaction, address, *account).await?;
        }
        sqlx::query("UPDATE chain SET chain_ms = ?")
            .bind(entry.chain_ms.cast_signed())
            .execute(&mut *transaction)
            .await
            .map_err(LedgerError::Write)?;
        transaction.commit().await.map_err(LedgerError::Write)
    }

    async fn run(&mut self, statement: &'static str) -> Result<(), LedgerError> {
        sqlx::query(statement)
            .execute(&mut self.connection)
            .await
            .map_err(LedgerError::Write)?;
        Ok(())
    }
}

async fn put_account(
    connection: &mut SqliteConnection,
    address: &Pubkey,
    account: Option<&AccountSharedData>,
) -> Result<(), LedgerError> {
    let query = match account {
        None => sqlx::query("DELETE FROM accounts WHERE address = ?").bind(address.as_ref()),
        Some(account) => sqlx::query(
            "INSERT OR REPLACE INTO accounts (address, lamports, owner, executable, rent_epoch, data) \
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(address.as_ref())
        .bind(account.lamports().cast_signed())
        .bind(account.owner().as_ref())
        .bind(account.executable())
        .bind(account.rent_epoch().cast_signed())
        .bind(account.data()),
    };
    query.execute(connection).await.map_err(LedgerError::Write)?;
    Ok(())
}

fn address(bytes: Vec<u8>) -> Result<Pubkey, LedgerError> {
    Pubkey::try_from(bytes).map_err(|_| LedgerError::Damaged("address"))
}
