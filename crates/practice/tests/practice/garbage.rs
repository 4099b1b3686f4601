//! Whatever is sent, the network answers and goes on.

use crate::common::{raw, start};
use hearth_chain::http_client;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

const METHODS: &[&str] = &[
    "getAccountInfo",
    "getBalance",
    "getBlockHeight",
    "getBlockTime",
    "getEpochInfo",
    "getFeeForMessage",
    "getGenesisHash",
    "getHealth",
    "getLatestBlockhash",
    "getMinimumBalanceForRentExemption",
    "getMultipleAccounts",
    "getProgramAccounts",
    "getRecentPrioritizationFees",
    "getSignatureStatuses",
    "getSignaturesForAddress",
    "getSlot",
    "getTokenAccountBalance",
    "getTokenAccountsByOwner",
    "getTokenSupply",
    "getTransaction",
    "getTransactionCount",
    "getVersion",
    "isBlockhashValid",
    "requestAirdrop",
    "sendTransaction",
    "simulateTransaction",
    "practice_faucet",
    "practice_info",
    "noSuchMethod",
];

/// Values of which many are nearly right.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,60}".prop_map(Value::from),
        "[1-9A-HJ-NP-Za-km-z]{30,90}".prop_map(Value::from),
        any::<[u8; 32]>().prop_map(|bytes| Value::from(bs58::encode(bytes).into_string())),
        proptest::collection::vec(any::<u8>(), 0..300)
            .prop_map(|bytes| Value::from(base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes))),
        Just(json!("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA")),
    ];
    let name = prop_oneof![
        Just("encoding".to_owned()),
        Just("filters".to_owned()),
        Just("memcmp".to_owned()),
        Just("offset".to_owned()),
        Just("bytes".to_owned()),
        Just("dataSize".to_owned()),
        Just("dataSlice".to_owned()),
        Just("length".to_owned()),
        Just("mint".to_owned()),
        Just("commitment".to_owned()),
        Just("limit".to_owned()),
        Just("before".to_owned()),
        Just("minContextSlot".to_owned()),
        "[a-zA-Z]{1,12}",
    ];
    leaf.prop_recursive(3, 24, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(name.clone(), inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn method() -> impl Strategy<Value = &'static str> {
    proptest::sample::select(METHODS)
}

#[test]
fn garbage_is_answered_and_harms_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let net = runtime.block_on(start());
    let url = net.network.rpc_url();
    let ask = |body: Vec<u8>| runtime.block_on(raw(&url, body)).unwrap();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    });

    runner
        .run(
            &(method(), proptest::collection::vec(value(), 0..4)),
            |(method, params)| {
                let body = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string();
                let answer = ask(body.into_bytes());
                prop_assert_eq!(&answer["id"], 7);
                // A stopped chain would answer that it is unhealthy, a panic by closing the connection.
                prop_assert!(
                    answer.get("result").is_some() || answer["error"]["code"].is_i64(),
                    "{}",
                    answer
                );
                prop_assert!(
                    answer["error"]["code"] != -32_603 && answer["error"]["code"] != -32_005,
                    "{}",
                    answer
                );
                Ok(())
            },
        )
        .unwrap();
    runner
        .run(&proptest::collection::vec(any::<u8>(), 0..400), |bytes| {
            prop_assert!(ask(bytes)["error"]["code"].is_i64());
            Ok(())
        })
        .unwrap();
    runner
        .run(&value(), |value| {
            prop_assert!(ask(value.to_string().into_bytes())["error"]["code"].is_i64());
            Ok(())
        })
        .unwrap();

    assert_eq!(
        runtime.block_on(net.call("noSuchMethod", json!([]))).unwrap_err()["code"],
        -32_601
    );
    assert_eq!(runtime.block_on(net.call("getHealth", json!([]))).unwrap(), "ok");
    runtime.block_on(async {
        let alice = net.wallet(1).await;
        let transaction = net
            .transfer(&alice, &solana_sdk::signature::Signer::pubkey(&alice), 1)
            .await;
        net.rpc.send_and_confirm_transaction(&transaction).await.unwrap();
        net.network.shutdown().await;
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn mutated_transactions_are_answered() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let transaction = net
        .transfer(&alice, &solana_sdk::signature::Signer::pubkey(&alice), 1)
        .await;
    let packet = wincode::serialize(&transaction).unwrap();
    for at in 0..packet.len() {
        for flip in [1_u8, 0x80, 0xff] {
            let mut mutated = packet.clone();
            mutated[at] ^= flip;
            let text = base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &mutated);
            let refused = net
                .call("sendTransaction", json!([text, {"encoding": "base64"}]))
                .await
                .unwrap_err();
            assert!(
                [-32_602, -32_003, -32_002].contains(&refused["code"].as_i64().unwrap()),
                "{refused}"
            );
            let tried = net
                .call(
                    "simulateTransaction",
                    json!([text, {"encoding": "base64", "replaceRecentBlockhash": true}]),
                )
                .await;
            assert!(
                tried.is_ok()
                    || tried.as_ref().unwrap_err()["code"] == -32_602
                    || tried.unwrap_err()["code"] == -32_002
            );
        }
    }
    assert_eq!(
        net.rpc.send_transaction(&transaction).await.unwrap(),
        transaction.signatures[0]
    );
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn other_content_types_are_refused() {
    let net = start().await;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "getHealth"}).to_string();
    let http = http_client().build().unwrap();
    let answer = http
        .post(net.network.rpc_url())
        .header("content-type", "text/plain")
        .body(body);
    assert_eq!(answer.send().await.unwrap().status(), 415);
    let health = http.get(format!("{}/health", net.network.rpc_url()));
    let health = health.send().await.unwrap();
    assert_eq!(health.text().await.unwrap(), "ok");
    net.network.shutdown().await;
}
