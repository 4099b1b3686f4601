//! What transactions are signed on, what priority costs, and what is tried out.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_chain::{ChainError, client::TxError};
use hearth_types::money::Lamports;
use serde_json::json;

use crate::script::{Server, client, in_context, stake, transaction};

#[tokio::test]
async fn a_second_server_vouches_for_what_is_signed_on() {
    let (ahead, behind) = (Server::at(5_000).await, Server::at(4_990).await);
    let recent = client(&[&ahead, &behind]).latest_blockhash().await.unwrap();
    // The one that waits longer and reaches further back.
    assert_eq!(
        (recent.last_valid_block_height, recent.slot),
        (1_150, Some(4_990))
    );
    // Alone there is nobody to ask.
    let recent = client(&[&behind]).latest_blockhash().await.unwrap();
    assert_eq!(
        (recent.last_valid_block_height, recent.slot),
        (1_140, Some(4_990))
    );
}

#[tokio::test]
async fn servers_that_contradict_each_other_let_nothing_be_signed() {
    // It does not know the hash: of another fork, or made up.
    let (first, second) = (Server::at(5_000).await, Server::at(5_000).await);
    for server in [&first, &second] {
        server.on("isBlockhashValid", |_| in_context(5_000, json!(false)));
    }
    let error = client(&[&first, &second]).latest_blockhash().await.unwrap_err();
    assert!(matches!(error, ChainError::Unvouched), "{error:?}");

    // A height that would make it look dead too early, or never.
    for slot in [4_900, 9_000] {
        let (first, second) = (Server::at(5_000).await, Server::at(slot).await);
        let error = client(&[&first, &second]).latest_blockhash().await.unwrap_err();
        assert!(matches!(error, ChainError::Unvouched), "{error:?}");
    }
}

#[tokio::test]
async fn one_server_that_answers_is_enough_to_pay() {
    let (first, other) = (Server::at(5_000).await, Server::at(5_000).await);
    other.http_status(Some("503 Service Unavailable"));
    for pair in [[&first, &other], [&other, &first]] {
        let recent = client(&pair).latest_blockhash().await.unwrap();
        assert_eq!(
            (recent.last_valid_block_height, recent.slot),
            (1_150, Some(5_000))
        );
    }
    // One that has not come so far cannot know it.
    let behind = Server::at(4_900).await;
    behind.on("isBlockhashValid", |_| in_context(4_900, json!(false)));
    let recent = client(&[&first, &behind]).latest_blockhash().await.unwrap();
    assert_eq!(recent.last_valid_block_height, 1_150);
}

#[tokio::test]
async fn priority_is_paid_up_to_its_cap_and_never_stops_a_payment() {
    let server = Server::at(5_000).await;
    server.on("getRecentPrioritizationFees", |_| {
        let fees: Vec<_> = (0..100_u64)
            .map(|slot| json!({"slot": slot, "prioritizationFee": slot * 1_000}))
            .collect();
        json!(fees)
    });
    let free = client(&[&server]);
    let recent = free.latest_blockhash().await.unwrap();
    let plain = stake(&free, &recent);
    assert_eq!(plain.fee, Lamports(5_000));
    assert!(server.asked("getRecentPrioritizationFees").is_empty());

    for cap in [Lamports(100), Lamports(1_000_000)] {
        let paying = client(&[&server]);
        paying.pay_for_priority(cap);
        let recent = paying.latest_blockhash().await.unwrap();
        assert_eq!(recent.priority.micro_lamports_per_unit, 74_000);
        let built = stake(&paying, &recent);
        assert!(
            built.fee > plain.fee && built.fee.0 <= plain.fee.0 + cap.0,
            "{:?}",
            built.fee
        );
        assert!(built.bytes.len() > plain.bytes.len());
    }
    server.on(
        "getRecentPrioritizationFees",
        |_| json!({"error": {"code": -32_601, "message": "Method not found"}}),
    );
    let paying = client(&[&server]);
    paying.pay_for_priority(Lamports(100));
    let recent = paying.latest_blockhash().await.unwrap();
    assert_eq!(stake(&paying, &recent).fee, plain.fee);
}

#[tokio::test]
async fn what_is_tried_out_carries_no_signature() {
    let server = Server::at(5_000).await;
    let token = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
    server.on("simulateTransaction", move |_| {
        in_context(
            5_000,
            json!({
                "err": {"InstructionError": [1, {"Custom": 1}]},
                "logs": [format!("Program {token} failed: custom program error: 0x1")],
                "unitsConsumed": 5,
            }),
        )
    });
    let client = client(&[&server]);
    let built = transaction(&client);
    let trial = client.try_out(&built).await.unwrap();
    assert_eq!(trial.error, Some(TxError::InsufficientIo));
    let asked = server.asked("simulateTransaction");
    let shown = STANDARD.decode(asked[0][0].as_str().unwrap()).unwrap();
    assert_eq!(shown[1..65], [0; 64]);
    assert_eq!(shown[65..], built.bytes[65..]);
    assert_eq!(asked[0][1]["sigVerify"], false);
    assert!(server.asked("sendTransaction").is_empty());
}
