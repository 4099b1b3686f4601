//! Nodes register and say that they are alive.

use axum::{Json, extract::State};
use hearth_market::validate_offer;
use hearth_protocol::{
    coordinator::{
        ApiCode, ApiError, HEARTBEAT_SECONDS, Heartbeat, HeartbeatReply, MeshAddress, RegisterNode,
        Registered,
    },
    statement::is_signed_by,
};
use hearth_types::{
    id::{NodeId, WalletAddress},
    market::Offer,
};

use super::{Refusal, signed::Signed};
use crate::{
    db::{Beat, NodeRow},
    stake::Standing,
    state::{App, Shared},
};

/// The most direct addresses of a node.
const MAX_DIRECT: usize = 32;
/// The longest relay address, bytes.
const MAX_RELAY: usize = 256;

pub(super) async fn register(
    State(app): State<App>,
    Signed { key, body }: Signed<RegisterNode>,
) -> Result<Json<Registered>, Refusal> {
    let RegisterNode {
        node,
        wallet,
        wallet_signature,
    } = body;
    if node.0 != key {
        return Err(Refusal::new(ApiCode::Forbidden, "a node registers itself only"));
    }
    let consent = app.program.scope().registration_bytes(node, wallet);
    if !is_signed_by(wallet.as_bytes(), &consent, &wallet_signature) {
        return Err(Refusal::new(
            ApiCode::BadSignature,
            "the wallet's signature is not good for this node on this network",
        ));
    }
    app.db.register(node, wallet, app.clock.now()).await?;
    Ok(Json(Registered { node }))
}

pub(super) async fn heartbeat(
    State(app): State<App>,
    Signed { key, body }: Signed<Heartbeat>,
) -> Result<Json<HeartbeatReply>, Refusal> {
    let node = NodeId(key);
    let NodeRow { wallet, .. } = app.registered(node).await?;
    if let Some(address) = &body.address {
        check_address(node, address)?;
    }
    let judged = match &body.offer {
        Some(offer) => app.judge(node, wallet, offer).await.map(Some),
        None => Ok(None),
    };
    // An offer with a fault in itself is not stored: nothing unchecked is ever read back.
    let storable = body.offer.as_ref().filter(|offer| validate_offer(offer).is_ok());
    let free = judged.as_ref().ok().copied().flatten();
    let beat = Beat {
        offer: storable,
        address: body.address.as_ref(),
        listed: free.is_some(),
        available: body.available && free == Some(true),
    };
    app.db.beat(node, beat, app.clock.now()).await?;
    Ok(Json(HeartbeatReply {
        next_in_seconds: HEARTBEAT_SECONDS,
        not_listed: judged.err(),
    }))
}

impl Shared {
    /// A node that has registered.
    pub(crate) async fn registered(&self, node: NodeId) -> Result<NodeRow, Refusal> {
        self.db
            .node(node)
            .await?
            .ok_or_else(|| Refusal::new(ApiCode::NotRegistered, "the node is not registered"))
    }

    /// Whether an offer may be listed; `true` = all its devices are free.
    async fn judge(&self, node: NodeId, wallet: WalletAddress, offer: &Offer) -> Result<bool, ApiError> {
        validate_offer(offer).map_err(|fault| ApiError::new(ApiCode::BadRequest, fault.to_string()))?;
        if offer.node != node {
            return Err(ApiError::new(ApiCode::Forbidden, "the offer names another node"));
        }
        if offer.provider != wallet {
            return Err(ApiError::new(
                ApiCode::Forbidden,
                "the offer names another wallet than the node is registered with",
            ));
        }
        match self.standing(offer).await {
            Standing::Staked(free) => Ok(free),
            Standing::Refused(error) => Err(error),
        }
    }
}

fn check_address(node: NodeId, address: &MeshAddress) -> Result<(), Refusal> {
    let fits = address.direct.len() <= MAX_DIRECT
        && address
            .relay
            .as_ref()
            .is_none_or(|relay| relay.len() <= MAX_RELAY);
    if address.node == node && fits {
        Ok(())
    } else {
        Err(Refusal::new(
            ApiCode::BadRequest,
            "the address names another node or is too long",
        ))
    }
}
