//! Nodes, their offers and addresses.

use hearth_protocol::coordinator::MeshAddress;
use hearth_types::{
    id::{NodeId, WalletAddress},
    market::{ListedOffer, Offer},
    time::UnixMillis,
};

use super::{
    Db, DbError,
    row::{at, bytes, from_json, to_json, unsigned},
};

/// The most offers that are looked at for one answer.
const MOST_OFFERS: i64 = 10_000;

/// A registered node.
pub(crate) struct NodeRow {
    pub(crate) wallet: WalletAddress,
    /// The last heartbeat.
    pub(crate) beat_at: UnixMillis,
    pub(crate) offer: Option<Offer>,
    pub(crate) address: Option<MeshAddress>,
    pub(crate) listed: bool,
    pub(crate) available: bool,
}

/// A heartbeat, judged.
pub(crate) struct Beat<'a> {
    pub(crate) offer: Option<&'a Offer>,
    pub(crate) address: Option<&'a MeshAddress>,
    pub(crate) listed: bool,
    pub(crate) available: bool,
}

impl Db {
    /// Registers a node, or gives it another wallet; then it must beat anew.
    pub(crate) async fn register(
        &self,
        node: NodeId,
        wallet: WalletAddress,
        now: UnixMillis,
    ) -> Result<(), DbError> {
        let (node, wallet, now) = (node.0.as_slice(), wallet.0.as_slice(), at(now)?);
        sqlx::query!(
            "INSERT INTO nodes (node, wallet, registered_at) VALUES (?, ?, ?)
             ON CONFLICT (node) DO UPDATE SET wallet = excluded.wallet, registered_at = excluded.registered_at,
                 beat_at = 0, offer = NULL, listed = FALSE, available = FALSE
             WHERE nodes.wallet <> excluded.wallet",
            node,
            wallet,
            now
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// A node; `None` = not registered.
    pub(crate) async fn node(&self, node: NodeId) -> Result<Option<NodeRow>, DbError> {
        let node = node.0.as_slice();
        let row = sqlx::query!(
            "SELECT wallet, beat_at, offer, address, listed, available FROM nodes WHERE node = ?",
            node
        )
        .fetch_optional(&self.pool)
        .await?;
        row.map(|row| {
            Ok(NodeRow {
                wallet: WalletAddress(bytes(row.wallet, "wallet")?),
                beat_at: UnixMillis(unsigned(row.beat_at, "time")?),
                offer: row.offer.map(|text| from_json(&text, "offer")).transpose()?,
                address: row.address.map(|text| from_json(&text, "address")).transpose()?,
                listed: row.listed,
                available: row.available,
            })
        })
        .transpose()
    }

    /// Writes a heartbeat. The address stays when the beat has none: an open lease may still need it.
    pub(crate) async fn beat(&self, node: NodeId, beat: Beat<'_>, now: UnixMillis) -> Result<(), DbError> {
        let offer = beat.offer.map(|offer| to_json(offer, "offer")).transpose()?;
        let address = beat
            .address
            .map(|address| to_json(address, "address"))
            .transpose()?;
        let (node, now, listed, available) = (node.0.as_slice(), at(now)?, beat.listed, beat.available);
        sqlx::query!(
            "UPDATE nodes SET beat_at = ?, offer = ?, address = coalesce(?, address), listed = ?, available = ?
             WHERE node = ?",
            now,
            offer,
            address,
            listed,
            available,
            node
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Forgets nodes that list nothing and were last heard of before, apart from those with a lease to settle. One
    /// that comes back registers again.
    pub(crate) async fn forget_nodes(&self, before: UnixMillis) -> Result<(), DbError> {
        let before = at(before)?;
        sqlx::query!(
            "DELETE FROM nodes WHERE NOT listed AND beat_at < ?1 AND registered_at < ?1
                 AND node NOT IN (SELECT node FROM quote_requests)
                 AND node NOT IN (SELECT node FROM settlements WHERE NOT closed)",
            before
        )
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Listed offers with a heartbeat after `since`, newest first.
    pub(crate) async fn offers(&self, since: UnixMillis) -> Result<Vec<ListedOffer>, DbError> {
        let since = at(since)?;
        let rows = sqlx::query!(
            r#"SELECT offer AS "offer!", available, beat_at FROM nodes
             WHERE listed AND beat_at > ? AND offer IS NOT NULL ORDER BY beat_at DESC, node LIMIT ?"#,
            since,
            MOST_OFFERS
        )
        .fetch_all(&self.pool)
        .await?;
        rows.into_iter()
            .map(|row| {
                Ok(ListedOffer {
                    offer: from_json(&row.offer, "offer")?,
                    available: row.available,
                    seen_at: UnixMillis(unsigned(row.beat_at, "time")?),
                })
            })
            .collect()
    }
}
