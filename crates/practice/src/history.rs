//! The ledger's reading end: past transactions. Needs no word with the chain.

use std::path::Path;

use solana_sdk::{pubkey::Pubkey, signature::Signature};
use solana_transaction_error::TransactionError;
use sqlx::{
    Row as _, SqlitePool,
    sqlite::{SqlitePoolOptions, SqliteRow},
};

use crate::ledger::{LedgerError, options};

/// Connections that read at the same time.
const READERS: u32 = 4;

/// One transaction that ran.
#[derive(Debug)]
pub(crate) struct Past {
    pub(crate) signature: Signature,
    pub(crate) slot: u64,
    /// Unix seconds.
    pub(crate) block_time: i64,
    /// `None` = succeeded.
    pub(crate) err: Option<TransactionError>,
}

/// One transaction with everything about it.
pub(crate) struct PastInFull {
    pub(crate) past: Past,
    pub(crate) packet: Vec<u8>,
    /// JSON, as `getTransaction` shows it.
    pub(crate) meta: String,
}

/// Past transactions.
#[derive(Clone)]
pub(crate) struct History {
    pool: SqlitePool,
}

impl History {
    /// Opens a ledger that exists.
    pub(crate) async fn open(path: &Path) -> Result<Self, LedgerError> {
        let pool = SqlitePoolOptions::new()
            .max_connections(READERS)
            .connect_with(options(path).pragma("query_only", "ON"))
            .await
            .map_err(LedgerError::Open)?;
        Ok(Self { pool })
    }

    /// Closes all connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// How a transaction went.
    pub(crate) async fn find(&self, signature: &Signature) -> Result<Option<Past>, LedgerError> {
        sqlx::query("SELECT signature, slot, block_time, err FROM transactions WHERE signature = ?")
            .bind(signature.as_ref())
            .fetch_optional(&self.pool)
            .await
            .map_err(LedgerError::Read)?
            .map(|row| past(&row))
            .transpose()
    }

    /// Everything about a transaction.
    pub(crate) async fn find_in_full(
        &self,
        signature: &Signature,
    ) -> Result<Option<PastInFull>, LedgerError> {
        let row = sqlx::query(
            "SELECT signature, slot, block_time, err, packet, meta FROM transactions WHERE signature = ?",
        )
        .bind(signature.as_ref())
        .fetch_optional(&self.pool)
        .await
        .map_err(LedgerError::Read)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(PastInFull {
            past: past(&row)?,
            packet: row.try_get("packet").map_err(LedgerError::Read)?,
            meta: row.try_get("meta").map_err(LedgerError::Read)?,
        }))
    }

    /// Transactions that name an address, newest first, up to and including `newest_slot`, older than `before`
    /// and newer than `until` (both exclusive; one that is unknown finds nothing, respectively ends nowhere).
    pub(crate) async fn mentioning(
        &self,
        address: &Pubkey,
        newest_slot: u64,
        before: Option<&Signature>,
        until: Option<&Signature>,
        limit: u32,
    ) -> Result<Vec<Past>, LedgerError> {
        sqlx::query(
            "SELECT signature, slot, block_time, err FROM mentions JOIN transactions USING (sequence) \
             WHERE address = ?1 AND slot <= ?2 \
             AND (?3 IS NULL OR sequence < (SELECT sequence FROM transactions WHERE signature = ?3)) \
             AND sequence > COALESCE((SELECT sequence FROM transactions WHERE signature = ?4), 0) \
             ORDER BY sequence DESC LIMIT ?5",
        )
        .bind(address.as_ref())
        .bind(newest_slot.cast_signed())
        .bind(before.map(AsRef::<[u8]>::as_ref))
        .bind(until.map(AsRef::<[u8]>::as_ref))
        .bind(limit)
        .fetch_all(&self.pool)
        .await
        .map_err(LedgerError::Read)?
        .iter()
        .map(past)
        .collect()
    }

    /// How many transactions ran.
    pub(crate) async fn count(&self) -> Result<u64, LedgerError> {
        let count: i64 = sqlx::query_scalar("SELECT COALESCE(MAX(sequence), 0) FROM transactions")
            .fetch_one(&self.pool)
            .await
            .map_err(LedgerError::Read)?;
        Ok(count.cast_unsigned())
    }
}

fn past(row: &SqliteRow) -> Result<Past, LedgerError> {
    let signature: Vec<u8> = row.try_get("signature").map_err(LedgerError::Read)?;
    let err: Option<String> = row.try_get("err").map_err(LedgerError::Read)?;
    Ok(Past {
        signature: Signature::try_from(signature).map_err(|_| LedgerError::Damaged("signature"))?,
        slot: row
            .try_get::<i64, _>("slot")
            .map_err(LedgerError::Read)?
            .cast_unsigned(),
        block_time: row.try_get("block_time").map_err(LedgerError::Read)?,
        err: err
            .map(|json| serde_json::from_str(&json))
            .transpose()
            .map_err(|_| LedgerError::Damaged("transaction error"))?,
    })
}
