//! What the two sides of a lease on chain may ask: where the node is, and to be settled.

use axum::{Json, extract::State};
use hearth_program_interface::{
    account::{Lease, LeaseStatus},
    math::covered,
};
use hearth_protocol::{
    coordinator::{AddressRequest, ApiCode, MeshAddress, Settlement, SettlementReply},
    statement::{SignedClose, SignedVoucher},
};
use hearth_types::id::{LeaseId, NodeId, SessionKey};

use super::{Refusal, signed::Signed};
use crate::{
    db::{Deposit, SettlementRow},
    state::{App, Shared},
};

pub(super) async fn address(
    State(app): State<App>,
    Signed { key, body }: Signed<AddressRequest>,
) -> Result<Json<MeshAddress>, Refusal> {
    let lease = app.lease_on_chain(body.lease).await?;
    if lease.session != key {
        return Err(Refusal::new(
            ApiCode::Forbidden,
            "the lease's session key must sign the request",
        ));
    }
    if lease.status != LeaseStatus::Open {
        return Err(Refusal::new(ApiCode::NotFound, "the lease is closed"));
    }
    let node = app.db.node(NodeId(lease.node)).await?;
    let address = node.and_then(|node| node.address);
    address
        .map(Json)
        .ok_or_else(|| Refusal::new(ApiCode::NodeSilent, "the node has not said where it is"))
}

pub(super) async fn settlement(
    State(app): State<App>,
    Signed { key, body }: Signed<Settlement>,
) -> Result<Json<SettlementReply>, Refusal> {
    let id = body.lease;
    // What is closed stays closed: no need to ask the chain.
    let known = app.db.settlement(id).await?;
    if let Some(row) = known.as_ref().filter(|row| row.closed) {
        return Ok(Json(reply(row)));
    }
    let lease = app.lease_on_chain(id).await?;
    if key != lease.session && key != lease.node {
        return Err(Refusal::new(
            ApiCode::Forbidden,
            "the lease's session or node key must sign the request",
        ));
    }
    if lease.status == LeaseStatus::Closed && known.is_none() {
        return Ok(Json(SettlementReply::Closed { signature: None }));
    }
    let highest = app.check_deposit(&lease, &body, known.and_then(|row| row.voucher))?;
    if let Some(close) = &body.close {
        app.check_close(&lease, close, highest)?;
    }
    let deposit = Deposit {
        lease: id,
        node: NodeId(lease.node),
        voucher: body.voucher.filter(|voucher| voucher.amount > 0),
        close: body.close,
    };
    app.db.deposit(&deposit, app.clock.now()).await?;
    app.wake.settlements.notify_waiters();
    let row = app.db.settlement(id).await?;
    Ok(Json(row.as_ref().map_or(SettlementReply::Stored, reply)))
}

fn reply(row: &SettlementRow) -> SettlementReply {
    match &row.transaction {
        _ if row.closed => SettlementReply::Closed {
            signature: row.closed_by,
        },
        Some(tx) if tx.closes => SettlementReply::Submitted {
            signature: tx.transaction.signature,
        },
        Some(_) | None => SettlementReply::Stored,
    }
}

fn bad(message: &str) -> Refusal {
    Refusal::new(ApiCode::BadSettlement, message)
}

impl Shared {
    async fn lease_on_chain(&self, lease: LeaseId) -> Result<Lease, Refusal> {
        let found = self.chain.lease(lease).await?;
        found.ok_or_else(|| Refusal::new(ApiCode::NotFound, "the chain has no such lease"))
    }

    /// Checks a deposited voucher; the highest amount covered by a voucher or settled, base units.
    fn check_deposit(
        &self,
        lease: &Lease,
        body: &Settlement,
        known: Option<SignedVoucher>,
    ) -> Result<u64, Refusal> {
        let settled = lease.settled.max(known.map_or(0, |voucher| voucher.amount));
        let Some(voucher) = &body.voucher else {
            return Ok(settled);
        };
        let (session, id) = (SessionKey(lease.session), LeaseId(lease.id));
        if self.program.verify_voucher(session, id, voucher).is_err() {
            return Err(bad("the voucher is not signed by the lease's session key"));
        }
        let within = voucher.amount <= lease.escrowed
            && voucher.seconds <= lease.max_seconds
            && covered(voucher.amount, lease.rate_per_second, voucher.seconds);
        if within {
            Ok(settled.max(voucher.amount))
        } else {
            Err(bad("the voucher is beyond the lease's escrow, time or rate"))
        }
    }

    fn check_close(&self, lease: &Lease, close: &SignedClose, highest: u64) -> Result<(), Refusal> {
        let (node, id) = (NodeId(lease.node), LeaseId(lease.id));
        if self.program.verify_close(node, id, close).is_err() {
            return Err(bad("the close is not signed by the lease's node"));
        }
        if close.amount > highest || close.seconds > lease.max_seconds {
            return Err(bad("the close asks for more than the highest voucher"));
        }
        if !covered(close.amount, lease.rate_per_second, close.seconds) {
            return Err(bad("the close asks for more than its seconds cost"));
        }
        Ok(())
    }
}
