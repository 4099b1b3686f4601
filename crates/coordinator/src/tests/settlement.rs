//! Settling: deposits, and a coordinator that is killed between any two steps.

use hearth_program_interface::account::LeaseStatus;
use hearth_protocol::{
    coordinator::{Settlement, SettlementReply},
    statement::{SignedClose, SignedVoucher},
};
use hearth_types::id::TxSignature;

use super::{
    rig::{Client, LEASE, Rig, scope},
    scripted_chain::OnSend,
};

fn voucher(session: &Client, amount: u64) -> SignedVoucher {
    scope().sign_voucher(&session.key, LEASE, amount, amount)
}

fn close(node: &Client, amount: u64) -> SignedClose {
    scope().sign_close(&node.key, LEASE, amount, amount)
}

fn settlement(voucher: Option<SignedVoucher>, close: Option<SignedClose>) -> Settlement {
    Settlement {
        lease: LEASE,
        voucher,
        close,
    }
}

async fn deposit(client: &Client, settlement: &Settlement) -> SettlementReply {
    client.post("/v1/leases/settlement", settlement).await.ok()
}

/// Deposits again until the coordinator says that the lease is closed.
async fn closed(rig: &Rig, client: &Client, body: &Settlement) -> Option<TxSignature> {
    rig.eventually(async || {
        // Pauses after failures are over sooner.
        rig.clock.advance(1);
        match deposit(client, body).await {
            SettlementReply::Closed { signature } => Some(signature),
            SettlementReply::Stored | SettlementReply::Submitted { .. } => None,
        }
    })
    .await
}

fn assert_paid(rig: &Rig, paid: u64) {
    let script = rig.chain.script();
    let lease = script.leases[&LEASE];
    assert_eq!((lease.settled, lease.refunded), (paid, 600 - paid));
    assert_eq!(script.ran.len(), 1, "one transaction ran");
}

async fn sent(rig: &Rig) {
    rig.eventually(async || (!rig.chain.script().sent.is_empty()).then_some(()))
        .await;
}

/// After a restart clients are new, with counters above the former ones.
fn again(rig: &Rig, secret: u8) -> Client {
    let client = rig.client(secret);
    for _ in 0..10_000 {
        client.next_counter();
    }
    client
}

#[tokio::test]
async fn a_lease_is_paid_and_refunded_once() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 7)));
    let signature = closed(&rig, &node, &body).await;
    assert!(signature.is_some());
    assert_paid(&rig, 7);
    // From the other side, and late: the same answer, nothing sent.
    let late = settlement(Some(voucher(&session, 20)), None);
    assert_eq!(
        deposit(&session, &late).await,
        SettlementReply::Closed { signature }
    );
    assert_eq!(rig.chain.script().sent.len(), 1);
}

#[tokio::test]
async fn nothing_prepaid_closes_with_nothing() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    closed(&rig, &node, &settlement(None, Some(close(&node, 0)))).await;
    assert_paid(&rig, 0);
}

#[tokio::test]
async fn the_highest_voucher_wins_whatever_the_order() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    // The node is alive, so vouchers wait for its word.
    node.register().await;
    node.beat(None).await;
    for amount in [10, 30, 20] {
        let body = settlement(Some(voucher(&session, amount)), None);
        assert_eq!(deposit(&session, &body).await, SettlementReply::Stored);
    }
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 25)));
    closed(&rig, &node, &body).await;
    assert_paid(&rig, 25);
}

#[tokio::test]
async fn what_does_not_fit_the_lease_is_refused() {
    let rig = Rig::start().await;
    let (node, session, stranger) = (rig.client(1), rig.client(3), rig.client(4));
    let body = settlement(None, Some(close(&node, 0)));
    let post = async |client: &Client, body: &Settlement| {
        let reply = client.post("/v1/leases/settlement", body).await;
        reply.code().to_owned()
    };
    assert_eq!(post(&node, &body).await, "not_found");
    rig.lease(&node, &session);
    assert_eq!(post(&stranger, &body).await, "forbidden");
    let cheap = scope().sign_voucher(&session.key, LEASE, 11, 10);
    let cases = [
        (Some(voucher(&stranger, 10)), None),
        (Some(voucher(&session, 601)), None),
        (Some(cheap), None),
        (Some(voucher(&session, 10)), Some(close(&node, 11))),
        (Some(voucher(&session, 10)), Some(close(&session, 10))),
        (None, Some(close(&node, 1))),
        (
            Some(voucher(&session, 10)),
            Some(scope().sign_close(&node.key, LEASE, 10, 9)),
        ),
        // The program would refuse it for ever: more seconds than the voucher that pays them.
        (
            Some(voucher(&session, 10)),
            Some(scope().sign_close(&node.key, LEASE, 10, 11)),
        ),
    ];
    for (voucher, close) in cases {
        assert_eq!(post(&node, &settlement(voucher, close)).await, "bad_settlement");
    }
    assert_eq!(rig.chain.script().sent.len(), 0);
}

#[tokio::test]
async fn killed_before_sending_it_sends_the_stored_bytes() {
    let mut rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    rig.chain.script().on_send = OnSend::HangBefore;
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 7)));
    deposit(&node, &body).await;
    sent(&rig).await;
    rig.chain.script().on_send = OnSend::Run;
    rig.restart().await;
    closed(&rig, &again(&rig, 1), &body).await;
    assert_paid(&rig, 7);
    let script = rig.chain.script();
    assert!(script.sent.iter().all(|bytes| *bytes == script.sent[0]));
}

#[tokio::test]
async fn killed_before_confirming_it_pays_nothing_twice() {
    let mut rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    rig.chain.script().on_send = OnSend::HangAfter;
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 7)));
    deposit(&node, &body).await;
    sent(&rig).await;
    rig.chain.script().on_send = OnSend::Run;
    rig.restart().await;
    let signature = closed(&rig, &again(&rig, 1), &body).await;
    assert_paid(&rig, 7);
    let script = rig.chain.script();
    assert_eq!(script.ran.first().copied(), signature);
    assert_eq!(script.sent.len(), 1);
}

#[tokio::test]
async fn only_expired_bytes_are_replaced() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    rig.chain.script().on_send = OnSend::Lose;
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 7)));
    deposit(&node, &body).await;
    rig.eventually(async || (rig.chain.script().sent.len() > 3).then_some(()))
        .await;
    let first = {
        let mut script = rig.chain.script();
        assert!(script.sent.iter().all(|bytes| *bytes == script.sent[0]));
        let first = TxSignature(script.sent[0][1..65].try_into().unwrap());
        script.expired.insert(first);
        script.on_send = OnSend::Run;
        first
    };
    let signature = closed(&rig, &node, &body).await;
    assert_ne!(signature, Some(first));
    assert_paid(&rig, 7);
}

#[tokio::test]
async fn a_refusal_is_tried_again_unless_somebody_else_has_closed() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    rig.chain.script().on_send = OnSend::Refuse;
    let body = settlement(Some(voucher(&session, 10)), Some(close(&node, 7)));
    deposit(&node, &body).await;
    rig.eventually(async || (rig.chain.script().blockhashes > 0).then_some(()))
        .await;
    rig.chain.script().leases.get_mut(&LEASE).unwrap().status = LeaseStatus::Closed;
    assert_eq!(closed(&rig, &node, &body).await, None);
    assert_eq!(rig.chain.script().ran.len(), 0);
}

#[tokio::test]
async fn a_silent_node_is_paid_by_voucher_alone() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    rig.lease(&node, &session);
    // The node never said a word: it counts as silent.
    let body = settlement(Some(voucher(&session, 10)), None);
    deposit(&session, &body).await;
    rig.eventually(async || (rig.chain.script().leases[&LEASE].settled == 10).then_some(()))
        .await;
    // It comes back and closes; what was paid by voucher stays paid.
    let body = settlement(None, Some(close(&node, 7)));
    rig.eventually(async || {
        rig.clock.advance(1);
        let reply = deposit(&node, &body).await;
        matches!(reply, SettlementReply::Closed { .. }).then_some(())
    })
    .await;
    let lease = rig.chain.script().leases[&LEASE];
    assert_eq!((lease.settled, lease.refunded), (10, 590));
}

#[tokio::test]
async fn a_vanished_nodes_lease_is_closed_by_the_chains_clock() {
    let rig = Rig::start().await;
    let (node, session) = (rig.client(1), rig.client(3));
    let lease = rig.lease(&node, &session);
    // The node is alive, so the voucher waits for its word, or for the end of the settle window.
    node.register().await;
    node.beat(None).await;
    deposit(&session, &settlement(Some(voucher(&session, 10)), None)).await;
    rig.chain.script().now = lease.expires_at - 1;
    rig.eventually(async || {
        // Only the pause between two looks is by this machine's clock.
        rig.clock.advance(30);
        (rig.chain.script().leases[&LEASE].settled == 10).then_some(())
    })
    .await;
    assert_eq!(rig.chain.script().leases[&LEASE].status, LeaseStatus::Open);
}
