//! Counters that never give a number twice, for requests that are signed with one.

use crate::{
    Store, StoreError,
    codec::{from_column, to_column},
    session::sealed::Connected,
};

/// The counter in everything that the node key signs for the coordinator.
pub const NODE_REQUESTS: &str = "node-requests";

impl Store {
    /// The next number of a counter such as [`NODE_REQUESTS`]: larger than all before it and at least `at_least`. It is
    /// on disk before it is given, so that a crash skips numbers and repeats none. Takes a transaction of its own:
    /// not to be called while the caller holds a [`Tx`](crate::Tx).
    ///
    /// # Errors
    /// [`StoreError`] when the file refuses, or at 2⁶³ − 1.
    pub async fn next_counter(&self, name: &str, at_least: u64) -> Result<u64, StoreError> {
        const WHAT: &str = "a counter";
        let at_least = to_column(at_least, WHAT)?;
        let mut tx = self.begin().await?;
        let select = sqlx::query_scalar!("SELECT value FROM counter WHERE name = ?1", name);
        let last = select.fetch_optional(tx.connection()).await?.unwrap_or(0);
        let after_last = last.checked_add(1).ok_or(StoreError::TooLarge { what: WHAT })?;
        let next = after_last.max(at_least);
        let upsert = sqlx::query!(
            "INSERT INTO counter (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            next
        );
        upsert.execute(tx.connection()).await?;
        tx.commit().await?;
        from_column(next, "counter.value")
    }
}
