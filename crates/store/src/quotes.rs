//! Quotes between asking and deploying, on both sides: what the renter may open, and what the node has promised.

use hearth_types::{id::LeaseId, lease::Side, market::Quote, time::UnixMillis};

use crate::{
    Session, StoreError, Tx,
    codec::{Word, bytes, from_json, moment, to_json},
    leases::SealedSecret,
    session::sealed::Connected,
};

/// A quote as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuoteRow {
    /// Obtained (renter) or given (provider).
    pub side: Side,
    /// The quote.
    pub quote: Quote,
    /// The node's signature.
    pub node_signature: [u8; 64],
    /// The renter's session secret, sealed.
    pub session_secret: Option<SealedSecret>,
}

/// Keeps a quote, in place of one of the same lease and side.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn put(tx: &mut Tx, row: &QuoteRow) -> Result<(), StoreError> {
    let (id, side) = (row.quote.lease.0.as_slice(), row.side.word());
    let (json, expires_at) = (to_json(&row.quote, "quote.quote")?, moment(row.quote.expires_at)?);
    let signature = row.node_signature.as_slice();
    let secret = row.session_secret.as_ref().map(|secret| secret.0.as_slice());
    let upsert = sqlx::query!(
        "INSERT INTO quote (lease, side, quote, node_signature, session_secret, expires_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (lease, side) DO UPDATE
         SET quote = excluded.quote, node_signature = excluded.node_signature,
             session_secret = excluded.session_secret, expires_at = excluded.expires_at",
        id,
        side,
        json,
        signature,
        secret,
        expires_at
    );
    upsert.execute(tx.connection()).await?;
    Ok(())
}

/// A quote, expired or not.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn get(
    session: &mut impl Session,
    lease: LeaseId,
    side: Side,
) -> Result<Option<QuoteRow>, StoreError> {
    let (id, side) = (lease.0.as_slice(), side.word());
    let select = sqlx::query_as!(
        Columns,
        "SELECT side, quote, node_signature, session_secret FROM quote WHERE lease = ?1 AND side = ?2",
        id,
        side
    );
    let columns = select.fetch_optional(session.connection()).await?;
    columns.map(Columns::parse).transpose()
}

/// The quotes of a side that can still be opened at `now`, latest expiry first.
///
/// # Errors
/// [`StoreError`] when the file refuses or holds nonsense.
pub async fn valid(
    session: &mut impl Session,
    side: Side,
    now: UnixMillis,
) -> Result<Vec<QuoteRow>, StoreError> {
    let (side, now) = (side.word(), moment(now)?);
    let select = sqlx::query_as!(
        Columns,
        "SELECT side, quote, node_signature, session_secret FROM quote
         WHERE side = ?1 AND expires_at > ?2 ORDER BY expires_at DESC, lease",
        side,
        now
    );
    let rows = select.fetch_all(session.connection()).await?;
    rows.into_iter().map(Columns::parse).collect()
}

/// Forgets a quote, such as when its lease is stored.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn forget(tx: &mut Tx, lease: LeaseId, side: Side) -> Result<(), StoreError> {
    let (id, side) = (lease.0.as_slice(), side.word());
    let delete = sqlx::query!("DELETE FROM quote WHERE lease = ?1 AND side = ?2", id, side);
    delete.execute(tx.connection()).await?;
    Ok(())
}

/// Forgets quotes that expired before a moment. Leave some minutes: a lease can have been opened in the quote's last
/// second, and the node learns of it later.
///
/// # Errors
/// [`StoreError`] when the file refuses.
pub async fn forget_expired(tx: &mut Tx, before: UnixMillis) -> Result<(), StoreError> {
    let before = moment(before)?;
    let delete = sqlx::query!("DELETE FROM quote WHERE expires_at < ?1", before);
    delete.execute(tx.connection()).await?;
    Ok(())
}

struct Columns {
    side: String,
    quote: String,
    node_signature: Vec<u8>,
    session_secret: Option<Vec<u8>>,
}

impl Columns {
    fn parse(self) -> Result<QuoteRow, StoreError> {
        Ok(QuoteRow {
            side: Side::parse(&self.side, "quote.side")?,
            quote: from_json(&self.quote, "quote.quote")?,
            node_signature: bytes(&self.node_signature, "quote.node_signature")?,
            session_secret: self.session_secret.map(SealedSecret),
        })
    }
}
