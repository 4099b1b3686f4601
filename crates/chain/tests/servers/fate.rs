//! What becomes of a transaction, by servers that do not make it easy.

use hearth_chain::{
    ChainClient, ChainError, PreparedTransaction,
    client::{Outcome, Sending, TxError},
    outgoing::{Begin, Reason, Verdict},
};
use serde_json::{Value, json};

use crate::script::{Server, client, in_context, status, transaction};

/// The payer's history: one old transaction, from before the signing.
fn old_history(_: &Value) -> Value {
    json!([{"signature": "2".repeat(88), "slot": 4_900, "err": null, "memo": null, "blockTime": null}])
}

/// A server long after the transaction's time that knows nothing of it and has all history.
async fn sound() -> Server {
    let server = Server::at(6_000).await;
    server.on("getSignaturesForAddress", old_history);
    let mut slot = 6_000;
    server.on("getEpochInfo", move |_| {
        slot += 1;
        json!({"absoluteSlot": slot, "blockHeight": slot - 4_000})
    });
    server.on("getSignatureStatuses", |_| in_context(7_000, json!([null])));
    server.on("isBlockhashValid", |_| in_context(7_000, json!(false)));
    server
}

async fn again(client: &ChainClient) -> Outcome {
    client
        .confirm(&transaction(client), Sending::Again)
        .await
        .unwrap()
}

#[tokio::test]
async fn what_sound_servers_prove_dead_is_dead() {
    let (one, other) = (sound().await, sound().await);
    assert_eq!(again(&client(&[&one])).await, Outcome::Expired);
    assert_eq!(again(&client(&[&one, &other])).await, Outcome::Expired);
    let search = one.asked("getSignaturesForAddress").pop().unwrap();
    assert_eq!(search[1]["commitment"], "finalized");
    assert!(search[1]["minContextSlot"].as_u64().unwrap() > 6_000);
}

#[tokio::test]
async fn a_lagging_machine_behind_a_balancer_declares_nothing_dead() {
    // The height comes from a machine that is ahead, the status from one that is not there yet: it landed meanwhile.
    let server = sound().await;
    server.on("getSignatureStatuses", |_| in_context(5_990, json!([null])));
    let client = client(&[&server]);
    assert_eq!(again(&client).await, Outcome::Undecided(Reason::Lagging));
    server.on("getSignatureStatuses", |_| {
        in_context(6_100, status(5_100, "finalized", Value::Null))
    });
    assert_eq!(again(&client).await, Outcome::Confirmed);
}

#[tokio::test]
async fn a_pruned_server_declares_nothing_dead() {
    let server = sound().await;
    server.on("getFirstAvailableBlock", |_| json!(5_500));
    assert_eq!(
        again(&client(&[&server])).await,
        Outcome::Undecided(Reason::Pruned)
    );
    // Its list ends before the signing.
    let server = sound().await;
    server.on("getSignaturesForAddress", |_| json!([]));
    assert_eq!(
        again(&client(&[&server])).await,
        Outcome::Undecided(Reason::Pruned)
    );
    // A server without history at all says nothing.
    let server = sound().await;
    server.on("getSignaturesForAddress", |_| {
        json!({"error": {"code": -32_011, "message": "Transaction history is not available from this node"}})
    });
    let client = client(&[&server]);
    let failed = client.confirm(&transaction(&client), Sending::Again).await;
    assert!(matches!(failed, Err(ChainError::Server { .. })), "{failed:?}");
    // The status is forgotten, and the history holds it.
    let server = sound().await;
    let signature = transaction(&client).signature.to_string();
    server.on("getSignaturesForAddress", move |_| {
        json!([{"signature": signature, "slot": 5_050, "err": null, "memo": null, "blockTime": null}])
    });
    assert_eq!(
        again(&crate::script::client(&[&server])).await,
        Outcome::Confirmed
    );
}

#[tokio::test]
async fn one_wrong_height_decides_nothing() {
    let server = Server::at(5_010).await;
    server.on("getSignaturesForAddress", old_history);
    let mut looks = 0;
    server.on("getEpochInfo", move |_| {
        looks += 1;
        let height = if looks == 2 { 9_000 } else { 1_010 };
        json!({"absoluteSlot": 5_010 + looks, "blockHeight": height})
    });
    let client = client(&[&server]);
    let transaction = transaction(&client);
    let mut outgoing = client.outgoing(&transaction, Begin::Maybe).unwrap();
    for _ in 0..10 {
        let verdict = client.follow(&mut outgoing, &transaction.bytes).await.unwrap();
        assert!(
            matches!(verdict, Verdict::Open | Verdict::Undecided(_)),
            "{verdict:?}"
        );
    }
    server.on("getSignatureStatuses", |_| {
        in_context(5_020, status(5_015, "confirmed", Value::Null))
    });
    let verdict = client.follow(&mut outgoing, &transaction.bytes).await.unwrap();
    assert_eq!(verdict, Verdict::Confirmed);
}

#[tokio::test]
async fn two_servers_that_contradict_each_other_leave_it_undecided() {
    let (one, liar) = (sound().await, sound().await);
    one.on("getSignatureStatuses", |_| {
        in_context(6_100, status(5_100, "processed", Value::Null))
    });
    let client = client(&[&one, &liar]);
    assert_eq!(again(&client).await, Outcome::Undecided(Reason::Disagree));
}

async fn sent_and_refused(server: &Server, client: &ChainClient, transaction: &PreparedTransaction) {
    server.on("sendTransaction", |_| {
        json!({"error": {"code": -32_002, "message": "Transaction simulation failed", "data": {
            "err": "InsufficientFundsForFee", "logs": [], "accounts": null, "unitsConsumed": 0, "returnData": null,
            "innerInstructions": null, "replacementBlockhash": null,
        }}})
    });
    let refused = client.confirm(transaction, Sending::First).await;
    assert!(
        matches!(refused, Err(ChainError::Refused(TxError::InsufficientSol))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_refusal_is_not_the_last_word() {
    let server = Server::at(5_010).await;
    let client = client(&[&server]);
    let transaction = transaction(&client);
    sent_and_refused(&server, &client, &transaction).await;
    // The server passed it on all the same.
    server.on("getSignatureStatuses", |_| {
        in_context(5_020, status(5_015, "confirmed", Value::Null))
    });
    assert_eq!(
        client.confirm(&transaction, Sending::Again).await.unwrap(),
        Outcome::Confirmed
    );
}

#[tokio::test]
async fn every_server_gets_the_same_bytes_however_often() {
    let (busy, well) = (Server::at(5_010).await, Server::at(5_010).await);
    busy.http_status(Some("503 Service Unavailable"));
    let client = client(&[&busy, &well]);
    let transaction = transaction(&client);
    let mut outgoing = client.outgoing(&transaction, Begin::Fresh).unwrap();
    // Everything is due at once and for ever here: cut off from outside.
    let endless = async {
        loop {
            let _ = client.follow(&mut outgoing, &transaction.bytes).await;
        }
    };
    let _: Result<(), _> = tokio::time::timeout(std::time::Duration::from_millis(300), endless).await;
    busy.http_status(None);
    let mut sent = well.asked("sendTransaction");
    assert!(sent.len() > 1);
    sent.extend(busy.asked("sendTransaction"));
    let first = sent[0][0].clone();
    assert!(sent.iter().all(|params| params[0] == first));
}

#[tokio::test]
async fn a_dropped_fork_sends_it_again_until_it_is_final() {
    let server = Server::at(5_010).await;
    let client = client(&[&server]);
    let transaction = transaction(&client);
    let mut outgoing = client.outgoing(&transaction, Begin::Confirmed).unwrap();
    let mut step = async || {
        let bytes = &transaction.bytes;
        let mut verdict = Verdict::Open;
        for _ in 0..20 {
            verdict = client.follow(&mut outgoing, bytes).await.unwrap();
            if verdict != Verdict::Open {
                break;
            }
        }
        verdict
    };
    server.on("getSignatureStatuses", |_| in_context(5_060, json!([null])));
    assert_eq!(step().await, Verdict::Dropped);
    assert_eq!(server.asked("sendTransaction").len(), 0);
    server.on("sendTransaction", |_| json!("1".repeat(64)));
    server.on("getSignatureStatuses", {
        let mut looks = 0;
        move |_| {
            looks += 1;
            let seen = if looks > 2 {
                status(5_070, "confirmed", Value::Null)
            } else {
                json!([null])
            };
            in_context(5_080, seen)
        }
    });
    assert_eq!(step().await, Verdict::Confirmed);
    assert!(!server.asked("sendTransaction").is_empty());
    server.on("getSignatureStatuses", |_| {
        in_context(5_120, status(5_070, "finalized", Value::Null))
    });
    assert_eq!(step().await, Verdict::Final);
}

#[tokio::test]
async fn an_error_counts_only_when_it_is_final() {
    let server = Server::at(5_010).await;
    let client = client(&[&server]);
    let transaction = transaction(&client);
    let mut looks = 0;
    server.on("getSignatureStatuses", move |_| {
        looks += 1;
        let level = if looks > 3 { "finalized" } else { "confirmed" };
        in_context(5_020, status(5_015, level, json!("InsufficientFundsForFee")))
    });
    assert_eq!(
        client.confirm(&transaction, Sending::Again).await.unwrap(),
        Outcome::Failed(TxError::InsufficientSol)
    );
    assert!(server.asked("getSignatureStatuses").len() > 3);
}
