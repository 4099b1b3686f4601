//! Deposited vouchers and closes, and the transaction that carries them.

use hearth_chain::PreparedTransaction;
use hearth_protocol::statement::{SignedClose, SignedVoucher};
use hearth_types::{
    id::{LeaseId, NodeId, Signature, TxSignature},
    money::Lamports,
    time::UnixMillis,
};

use super::{
    Db, DbError,
    row::{at, bytes, signed, unsigned},
};

/// What somebody deposited, checked.
pub(crate) struct Deposit {
    pub(crate) lease: LeaseId,
    pub(crate) node: NodeId,
    pub(crate) voucher: Option<SignedVoucher>,
    pub(crate) close: Option<SignedClose>,
}

/// A transaction that may have been sent.
#[derive(Clone)]
pub(crate) struct StoredTx {
    pub(crate) transaction: PreparedTransaction,
    /// It closes the lease; otherwise it only pays a voucher.
    pub(crate) closes: bool,
}

/// A settlement.
pub(crate) struct SettlementRow {
    pub(crate) lease: LeaseId,
    pub(crate) node: NodeId,
    pub(crate) voucher: Option<SignedVoucher>,
    pub(crate) close: Option<SignedClose>,
    pub(crate) transaction: Option<StoredTx>,
    pub(crate) closed: bool,
    pub(crate) closed_by: Option<TxSignature>,
    pub(crate) failures: u64,
}

impl Db {
    /// Writes a deposit. The highest voucher stays; the first close stays.
    pub(crate) async fn deposit(&self, deposit: &Deposit, now: UnixMillis) -> Result<(), DbError> {
        let (lease, node, now) = (deposit.lease.0.as_slice(), deposit.node.0.as_slice(), at(now)?);
        let mut tx = self.begin().await?;
        sqlx::query!(
            "INSERT INTO settlements (lease, node, next_at) VALUES (?, ?, ?) ON CONFLICT (lease) DO NOTHING",
            lease,
            node,
            now
        )
        .execute(&mut *tx)
        .await?;
        if let Some(voucher) = &deposit.voucher {
            let (amount, seconds) = (signed(voucher.amount)?, signed(voucher.seconds)?);
            let signature = voucher.signature.0.as_slice();
            sqlx::query!(
                "UPDATE settlements SET voucher_amount = ?1, voucher_seconds = ?2, voucher_signature = ?3,
                     next_at = min(next_at, ?5)
                 WHERE lease = ?4 AND voucher_amount < ?1",
                amount,
                seconds,
                signature,
                lease,
                now
            )
            .execute(&mut *tx)
            .await?;
        }
        if let Some(close) = &deposit.close {
            let (amount, seconds) = (signed(close.amount)?, signed(close.seconds)?);
            let signature = close.signature.0.as_slice();
            sqlx::query!(
                "UPDATE settlements SET close_amount = ?, close_seconds = ?, close_signature = ?,
                     next_at = min(next_at, ?)
                 WHERE lease = ? AND close_signature IS NULL",
                amount,
                seconds,
                signature,
                now,
                lease
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A settlement.
    pub(crate) async fn settlement(&self, lease: LeaseId) -> Result<Option<SettlementRow>, DbError> {
        let key = lease.0.as_slice();
        let row = sqlx::query!("SELECT * FROM settlements WHERE lease = ?", key)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        let voucher = match row.voucher_signature {
            Some(signature) => Some(SignedVoucher {
                amount: unsigned(row.voucher_amount, "voucher")?,
                seconds: unsigned(row.voucher_seconds, "voucher")?,
                signature: Signature(bytes(signature, "voucher")?),
            }),
            None => None,
        };
        let close = match (row.close_amount, row.close_seconds, row.close_signature) {
            (Some(amount), Some(seconds), Some(signature)) => Some(SignedClose {
                amount: unsigned(amount, "close")?,
                seconds: unsigned(seconds, "close")?,
                signature: Signature(bytes(signature, "close")?),
            }),
            _ => None,
        };
        let transaction = match (row.tx_bytes, row.tx_signature, row.tx_last_valid) {
            (Some(data), Some(signature), Some(last_valid)) => Some(StoredTx {
                transaction: PreparedTransaction {
                    bytes: data,
                    signature: TxSignature(bytes(signature, "transaction")?),
                    last_valid_block_height: unsigned(last_valid, "transaction")?,
                    // Not kept: should nobody be able to prove its death later, the lease itself says what is due.
                    after_slot: None,
                    // Known when it was built; nobody asks afterwards.
                    fee: Lamports::ZERO,
                },
                closes: row.tx_closes,
            }),
            _ => None,
        };
        Ok(Some(SettlementRow {
            lease,
            node: NodeId(bytes(row.node, "node")?),
            voucher,
            close,
            transaction,
            closed: row.closed,
            closed_by: row
                .closed_by
                .map(|signature| bytes(signature, "transaction").map(TxSignature))
                .transpose()?,
            failures: unsigned(row.failures, "settlement")?,
        }))
    }

    /// Frees every settlement that a worker had taken: after a start, because the former process may have been
    /// killed with them. Should another replica be at work on one, both follow the same stored bytes.
    pub(crate) async fn free_settlements(&self, now: UnixMillis) -> Result<(), DbError> {
        let now = at(now)?;
        sqlx::query!(
            "UPDATE settlements SET next_at = min(next_at, ?) WHERE NOT closed",
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Takes one settlement that is due, for a worker that will be done or give a new time before `until`. Of
    /// several workers one gets it.
    pub(crate) async fn claim_settlement(
        &self,
        now: UnixMillis,
        until: UnixMillis,
    ) -> Result<Option<LeaseId>, DbError> {
        let (now, until) = (at(now)?, at(until)?);
        let due = sqlx::query_scalar!(
            "SELECT lease FROM settlements WHERE NOT closed AND next_at <= ? ORDER BY next_at LIMIT 1",
            now
        )
        .fetch_optional(&self.pool)
        .await?;
        let Some(lease) = due else { return Ok(None) };
        let claimed = sqlx::query!(
            "UPDATE settlements SET next_at = ? WHERE lease = ? AND NOT closed AND next_at <= ?",
            until,
            lease,
            now
        )
        .execute(&self.pool)
        .await?;
        if claimed.rows_affected() == 0 {
            return Ok(None);
        }
        Ok(Some(LeaseId(bytes(lease, "lease")?)))
    }

    /// Stores a transaction before it is sent, unless another one is there. `false`: there is.
    pub(crate) async fn store_transaction(&self, lease: LeaseId, tx: &StoredTx) -> Result<bool, DbError> {
        let key = lease.0.as_slice();
        let PreparedTransaction {
            bytes,
            signature,
            last_valid_block_height,
            ..
        } = &tx.transaction;
        let (signature, last_valid) = (signature.0.as_slice(), signed(*last_valid_block_height)?);
        let closes = tx.closes;
        let stored = sqlx::query!(
            "UPDATE settlements SET tx_bytes = ?, tx_signature = ?, tx_last_valid = ?, tx_closes = ?
             WHERE lease = ? AND tx_bytes IS NULL AND NOT closed",
            bytes,
            signature,
            last_valid,
            closes,
            key
        )
        .execute(&self.pool)
        .await?;
        Ok(stored.rows_affected() == 1)
    }

    /// Forgets a transaction that ran, failed or can never run.
    pub(crate) async fn clear_transaction(
        &self,
        lease: LeaseId,
        signature: TxSignature,
    ) -> Result<(), DbError> {
        let (key, signature) = (lease.0.as_slice(), signature.0.as_slice());
        sqlx::query!(
            "UPDATE settlements SET tx_bytes = NULL, tx_signature = NULL, tx_last_valid = NULL, tx_closes = FALSE
             WHERE lease = ? AND tx_signature = ?",
            key,
            signature
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// When a worker looks next.
    pub(crate) async fn look_again(
        &self,
        lease: LeaseId,
        next_at: UnixMillis,
        failures: u64,
    ) -> Result<(), DbError> {
        let (key, next_at, failures) = (lease.0.as_slice(), at(next_at)?, signed(failures)?);
        sqlx::query!(
            "UPDATE settlements SET next_at = ?, failures = ? WHERE lease = ?",
            next_at,
            failures,
            key
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// The chain shows the lease closed.
    pub(crate) async fn mark_closed(&self, lease: LeaseId, by: Option<TxSignature>) -> Result<(), DbError> {
        let key = lease.0.as_slice();
        let by = by.map(|signature| signature.0.to_vec());
        sqlx::query!(
            "UPDATE settlements SET closed = TRUE, closed_by = ?,
                 tx_bytes = NULL, tx_signature = NULL, tx_last_valid = NULL, tx_closes = FALSE
             WHERE lease = ? AND NOT closed",
            by,
            key
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
