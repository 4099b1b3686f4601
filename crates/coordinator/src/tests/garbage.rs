//! Whatever a stranger sends, no route fails.

use hearth_protocol::request::{COUNTER_HEADER, KEY_HEADER, SIGNATURE_HEADER};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};

use super::rig::Rig;

const ROUTES: &[&str] = &[
    "/v1/network",
    "/v1/nodes",
    "/v1/nodes/heartbeat",
    "/v1/nodes/inbox",
    "/v1/nodes/quotes",
    "/v1/offers",
    "/v1/quotes",
    "/v1/leases/address",
    "/v1/leases/settlement",
];

/// Bytes, texts, and JSON with the field names of the protocol and values of any kind.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<u64>().prop_map(|number| number.to_string()),
        any::<f64>().prop_map(|number| format!("{number:e}")),
        any::<[u8; 32]>().prop_map(|bytes| format!("\"{}\"", hearth_types::id::Address(bytes))),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
        Just("[".repeat(300)),
        Just("{\"Ok\":{}}".to_owned()),
    ];
    let field = prop_oneof![
        Just("node"),
        Just("wallet"),
        Just("wallet_signature"),
        Just("offer"),
        Just("available"),
        Just("address"),
        Just("wait_seconds"),
        Just("id"),
        Just("answer"),
        Just("renter"),
        Just("session"),
        Just("seconds"),
        Just("lease"),
        Just("voucher"),
        Just("close"),
    ];
    let object = prop::collection::vec((field, value), 0..6).prop_map(|fields| {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| format!("\"{name}\":{value}"))
            .collect();
        format!("{{{}}}", fields.join(",")).into_bytes()
    });
    prop_oneof![prop::collection::vec(any::<u8>(), 0..2_000), object]
}

#[test]
fn no_bytes_make_a_route_fail() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (rig, http) =
        runtime.block_on(async { (Rig::start().await, hearth_chain::http_client().build().unwrap()) });
    let mut runner = TestRunner::new(Config {
        cases: 20,
        failure_persistence: None,
        ..Config::default()
    });
    let input = (body(), any::<u8>(), "[ -~]{0,80}", any::<u64>());
    runner
        .run(&input, |(body, secret, header, counter)| {
            runtime.block_on(async {
                let client = rig.client(secret);
                for route in ROUTES {
                    let signature = client.signature(route, counter, &body);
                    let signed = client.send(route, counter, signature, body.clone()).await;
                    let raw = http
                        .post(format!("{}{route}", rig.url()))
                        .header(KEY_HEADER, header.as_str())
                        .header(COUNTER_HEADER, header.as_str())
                        .header(SIGNATURE_HEADER, header.as_str())
                        .body(body.clone())
                        .send()
                        .await
                        .unwrap();
                    for status in [signed.status, raw.status()] {
                        prop_assert!(status.is_client_error() && status != 429, "{route}: {status}");
                    }
                }
                Ok(())
            })
        })
        .unwrap();
}
