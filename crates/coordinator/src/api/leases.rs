//! What the two sides of a lease on chain may ask: where the node is, and to be settled.

use axum::{Json, extract::State};
use hearth_program_interface::{
    account::{Lease, LeaseStatus},
    math::covered,
};
use hearth_protocol::{
    coordinator::{AddressRequest, ApiCode, MeshAddress, Settlement, SettlementReply},
    lease::RESULT_KEPT_SECONDS,
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
    // A renter that was away at the end still gets its results from the node, for a while.
    let kept_until = lease.closed_at.saturating_add(RESULT_KEPT_SECONDS);
    if lease.status != LeaseStatus::Open && app.chain.time().await?.seconds() >= kept_until {
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
    let covered = app.check_deposit(&lease, &body, known.and_then(|row| row.voucher))?;
    if let Some(close) = &body.close {
        app.check_close(&lease, close, covered)?;
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

/// What the renter has paid for.
#[derive(Clone, Copy)]
struct Covered {
    /// Base units.
    amount: u64,
    seconds: u64,
}

impl Covered {
    /// The voucher's, if that is higher.
    fn or(self, voucher: Option<&SignedVoucher>) -> Self {
        match voucher {
            Some(voucher) if voucher.amount > self.amount => Self {
                amount: voucher.amount,
                seconds: voucher.seconds,
            },
            Some(_) | None => self,
        }
    }
}

impl Shared {
    async fn lease_on_chain(&self, lease: LeaseId) -> Result<Lease, Refusal> {
        let found = self.chain.lease(lease).await?;
        found.ok_or_else(|| Refusal::new(ApiCode::NotFound, "the chain has no such lease"))
    }

    /// Checks a deposited voucher; what the highest one covers, or what is settled.
    fn check_deposit(
        &self,
        lease: &Lease,
        body: &Settlement,
        known: Option<SignedVoucher>,
    ) -> Result<Covered, Refusal> {
        let settled = Covered {
            amount: lease.settled,
            seconds: lease.seconds_settled,
        };
        let before = settled.or(known.as_ref());
        let Some(voucher) = &body.voucher else {
            return Ok(before);
        };
        let (session, id) = (SessionKey(lease.session), LeaseId(lease.id));
        if self.program.verify_voucher(session, id, voucher).is_err() {
            return Err(bad("the voucher is not signed by the lease's session key"));
        }
        let within = voucher.amount <= lease.escrowed
            && voucher.seconds <= lease.max_seconds
            && covered(voucher.amount, lease.rate_per_second, voucher.seconds);
        if within {
            Ok(before.or(Some(voucher)))
        } else {
            Err(bad("the voucher is beyond the lease's escrow, time or rate"))
        }
    }

    /// The first close that is stored stays, so one that the program would refuse must not get in.
    fn check_close(&self, lease: &Lease, close: &SignedClose, paid: Covered) -> Result<(), Refusal> {
        let (node, id) = (NodeId(lease.node), LeaseId(lease.id));
        if self.program.verify_close(node, id, close).is_err() {
            return Err(bad("the close is not signed by the lease's node"));
        }
        let pays = close.amount > lease.settled;
        let uncovered = close.amount > paid.amount || (pays && close.seconds > paid.seconds);
        if uncovered || close.seconds > lease.max_seconds {
            return Err(bad("the close asks for more than the highest voucher"));
        }
        if !covered(close.amount, lease.rate_per_second, close.seconds) {
            return Err(bad("the close asks for more than its seconds cost"));
        }
        Ok(())
    }
}
