//! Counters of signed requests.

use hearth_types::time::UnixMillis;

use super::{
    Db, DbError,
    row::{at, signed, unsigned},
};

/// Why a counter is not taken.
#[derive(Debug)]
pub(crate) enum CounterError {
    /// Seen or passed.
    Stale {
        /// The lowest that will be taken.
        expected: u64,
    },
    /// The database failed, or the number does not fit it.
    Db(DbError),
}

impl From<DbError> for CounterError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

impl Db {
    /// Takes a counter if it is above every one that the key used before. One statement: of two requests with the
    /// same counter, one passes, whichever replicas they reach.
    pub(crate) async fn take_counter(
        &self,
        key: &[u8; 32],
        counter: u64,
        now: UnixMillis,
    ) -> Result<(), CounterError> {
        let (key, counter, now) = (key.as_slice(), signed(counter)?, at(now)?);
        let taken = sqlx::query!(
            "INSERT INTO counters (key, counter, seen_at) VALUES (?, ?, ?)
             ON CONFLICT (key) DO UPDATE SET counter = excluded.counter, seen_at = excluded.seen_at
             WHERE excluded.counter > counters.counter",
            key,
            counter,
            now
        )
        .execute(&self.pool)
        .await
        .map_err(DbError::from)?;
        if taken.rows_affected() == 1 {
            return Ok(());
        }
        let last = sqlx::query_scalar!("SELECT counter FROM counters WHERE key = ?", key)
            .fetch_one(&self.pool)
            .await
            .map_err(DbError::from)?;
        Err(CounterError::Stale {
            expected: unsigned(last, "counter")?.saturating_add(1),
        })
    }

    /// Forgets keys unused since `before` that are no node's: session keys of leases long over.
    pub(crate) async fn forget_counters(&self, before: UnixMillis) -> Result<(), DbError> {
        let before = at(before)?;
        sqlx::query!(
            "DELETE FROM counters WHERE seen_at < ? AND key NOT IN (SELECT node FROM nodes)",
            before
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
