//! Quote requests on their way to nodes and answers on their way back.

use hearth_protocol::{
    coordinator::{ApiError, PendingQuoteRequest, QuoteRequest},
    statement::SignedQuote,
};
use hearth_types::{
    id::{DeviceId, LeaseId, NodeId},
    time::UnixMillis,
};

use super::{
    Db, DbError,
    row::{at, from_json, to_json},
};

/// The most requests of one inbox.
const MOST_REQUESTS: i64 = 32;

/// A quote request as the answering node may see it.
pub(crate) struct QuoteState {
    pub(crate) node: NodeId,
    pub(crate) request: QuoteRequest,
    pub(crate) created_at: UnixMillis,
    pub(crate) answered: bool,
}

impl Db {
    /// Writes a request unless the node has `most` waiting since `since`; its number.
    pub(crate) async fn ask(
        &self,
        request: &QuoteRequest,
        most: i64,
        since: UnixMillis,
        now: UnixMillis,
    ) -> Result<Option<i64>, DbError> {
        let text = to_json(request, "quote request")?;
        let (node, since, now) = (request.node.0.as_slice(), at(since)?, at(now)?);
        let id = sqlx::query_scalar!(
            r#"INSERT INTO quote_requests (node, request, created_at)
             SELECT ?1, ?2, ?3 WHERE
                 (SELECT count(*) FROM quote_requests WHERE node = ?1 AND created_at > ?4 AND answer IS NULL) < ?5
             RETURNING id AS "id!""#,
            node,
            text,
            now,
            since,
            most
        )
        .fetch_optional(&self.pool)
        .await?;
        Ok(id)
    }

    /// Requests for a node written after `since` that nobody answered, apart from those delivered after
    /// `delivered_before`. They count as delivered now.
    pub(crate) async fn inbox(
        &self,
        node: NodeId,
        since: UnixMillis,
        delivered_before: UnixMillis,
        now: UnixMillis,
    ) -> Result<Vec<PendingQuoteRequest>, DbError> {
        let node = node.0.as_slice();
        let (since, delivered_before, now) = (at(since)?, at(delivered_before)?, at(now)?);
        // Looking first keeps idle nodes from writing.
        let rows = sqlx::query!(
            "SELECT id, request FROM quote_requests
             WHERE node = ? AND created_at > ? AND delivered_at < ? AND answer IS NULL ORDER BY id LIMIT ?",
            node,
            since,
            delivered_before,
            MOST_REQUESTS
        )
        .fetch_all(&self.pool)
        .await?;
        let mut requests = Vec::with_capacity(rows.len());
        for row in rows {
            sqlx::query!(
                "UPDATE quote_requests SET delivered_at = ? WHERE id = ?",
                now,
                row.id
            )
            .execute(&self.pool)
            .await?;
            requests.push(PendingQuoteRequest {
                id: row.id,
                request: from_json(&row.request, "quote request")?,
            });
        }
        Ok(requests)
    }

    /// A request by number.
    pub(crate) async fn quote_request(&self, id: i64) -> Result<Option<QuoteState>, DbError> {
        let row = sqlx::query!(
            r#"SELECT node, request, created_at, answer IS NOT NULL AS "answered!: bool"
             FROM quote_requests WHERE id = ?"#,
            id
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(QuoteState {
                node: NodeId(super::row::bytes(row.node, "node")?),
                request: from_json(&row.request, "quote request")?,
                created_at: UnixMillis(super::row::unsigned(row.created_at, "time")?),
                answered: row.answered,
            })
        })
        .transpose()
    }

    /// Writes a node's answer if there is none yet, with the devices of the lease it would open. `false`: there was
    /// one.
    pub(crate) async fn answer(
        &self,
        id: i64,
        answer: &Result<SignedQuote, ApiError>,
        now: UnixMillis,
    ) -> Result<bool, DbError> {
        let (text, now) = (to_json(answer, "answer")?, at(now)?);
        let mut tx = self.begin().await?;
        let written = sqlx::query!(
            "UPDATE quote_requests SET answer = ? WHERE id = ? AND answer IS NULL",
            text,
            id
        )
        .execute(&mut *tx)
        .await?;
        if written.rows_affected() == 0 {
            return Ok(false);
        }
        if let Ok(SignedQuote { quote, .. }) = answer {
            let (lease, devices) = (quote.lease.0.as_slice(), to_json(&quote.devices, "devices")?);
            sqlx::query!(
                "INSERT INTO quoted_leases (lease, devices, created_at) VALUES (?, ?, ?)",
                lease,
                devices,
                now
            )
            .execute(&mut *tx)
            .await?;
        }
        tx.commit().await?;
        Ok(true)
    }

    /// The answer to a request, once there is one.
    pub(crate) async fn answer_to(&self, id: i64) -> Result<Option<Result<SignedQuote, ApiError>>, DbError> {
        let answer = sqlx::query_scalar!("SELECT answer FROM quote_requests WHERE id = ?", id)
            .fetch_optional(&self.pool)
            .await?;
        answer
            .flatten()
            .map(|text| from_json(&text, "answer"))
            .transpose()
    }

    /// The devices of a lease, in the order of its quote.
    pub(crate) async fn quoted_devices(&self, lease: LeaseId) -> Result<Option<Vec<DeviceId>>, DbError> {
        let lease = lease.0.as_slice();
        let devices = sqlx::query_scalar!("SELECT devices FROM quoted_leases WHERE lease = ?", lease)
            .fetch_optional(&self.pool)
            .await?;
        devices.map(|text| from_json(&text, "devices")).transpose()
    }

    /// Forgets the devices of leases quoted before.
    pub(crate) async fn forget_quoted_leases(&self, before: UnixMillis) -> Result<(), DbError> {
        let before = at(before)?;
        sqlx::query!("DELETE FROM quoted_leases WHERE created_at < ?", before)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    /// Forgets requests written before, answered or not.
    pub(crate) async fn forget_requests(&self, before: UnixMillis) -> Result<(), DbError> {
        let before = at(before)?;
        sqlx::query!("DELETE FROM quote_requests WHERE created_at < ?", before)
            .execute(&self.pool)
            .await?;
        Ok(())
    }
}
