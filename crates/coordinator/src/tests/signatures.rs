//! Who sent it, on which network, for the first time, and small enough.

use hearth_protocol::{
    coordinator::{NetworkReply, RegisterNode},
    request::MAX_BODY,
};
use hearth_types::{
    id::{NodeId, Signature},
    network::NetworkKind,
};
use serde_json::json;

use super::rig::{Rig, config, prices, wallet};
use crate::{clock::Clock as _, config::CoordinatorError};

#[tokio::test]
async fn a_tampered_request_is_refused_and_uses_no_counter() {
    let rig = Rig::start().await;
    let node = rig.client(1);
    let body = br#"{"wait_seconds":0}"#.to_vec();
    let signature = node.signature("/v1/nodes/inbox", 1, &body);
    let other = br#"{"wait_seconds":1}"#.to_vec();
    let reply = node.send("/v1/nodes/inbox", 1, signature, other).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (401, "bad_signature"));
    // Signed for another path.
    let reply = node.send("/v1/nodes", 1, signature, body.clone()).await;
    assert_eq!(reply.code(), "bad_signature");
    // As signed, it passes the signature: the node is just not registered.
    let reply = node.send("/v1/nodes/inbox", 1, signature, body).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (403, "not_registered"));
}

#[tokio::test]
async fn a_replayed_request_is_refused_with_the_counter_to_use() {
    let mut rig = Rig::start().await;
    let body = br#"{"wait_seconds":0}"#.to_vec();
    let path = "/v1/nodes/inbox";
    let send = async |url: String, counter: u64| {
        let node = super::rig::Client::new(url, 1);
        let signature = node.signature(path, counter, &body);
        node.send(path, counter, signature, body.clone()).await
    };
    assert_eq!(send(rig.url(), 7).await.code(), "not_registered");
    for counter in [7, 3] {
        let reply = send(rig.url(), counter).await;
        assert_eq!((reply.status.as_u16(), reply.code()), (409, "stale_counter"));
        assert_eq!(reply.body["expected_counter"], 8);
    }
    // Also by a coordinator that was killed and started again.
    rig.restart().await;
    assert_eq!(send(rig.url(), 7).await.code(), "stale_counter");
    assert_eq!(send(rig.url(), 8).await.code(), "not_registered");
}

#[tokio::test]
async fn of_many_copies_of_one_request_one_is_taken() {
    let rig = Rig::start().await;
    let client = std::sync::Arc::new(rig.client(1));
    let body = br#"{"wait_seconds":0}"#.to_vec();
    let signature = client.signature("/v1/nodes/inbox", 5, &body);
    let mut copies = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let (client, body) = (client.clone(), body.clone());
        copies.spawn(async move {
            let reply = client.send("/v1/nodes/inbox", 5, signature, body).await;
            reply.code().to_owned()
        });
    }
    let codes = copies.join_all().await;
    assert_eq!(
        codes.iter().filter(|code| *code == "not_registered").count(),
        1,
        "{codes:?}"
    );
    assert_eq!(codes.iter().filter(|code| *code == "stale_counter").count(), 15);
}

#[tokio::test]
async fn another_network_is_named() {
    let rig = Rig::start().await;
    let mut node = rig.client(1);
    node.kind = NetworkKind::Mainnet;
    let reply = node.post("/v1/nodes/inbox", &json!({ "wait_seconds": 0 })).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (409, "wrong_network"));
}

#[tokio::test]
async fn sizes_shapes_and_routes_are_checked() {
    let rig = Rig::start().await;
    let node = rig.client(1);
    let reply = node.post_bytes("/v1/nodes/inbox", vec![b' '; MAX_BODY + 1]).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (413, "bad_request"));
    let reply = node.post_bytes("/v1/nodes/inbox", b"{".to_vec()).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (400, "bad_request"));
    let reply = node.unsigned("/v1/nodes/inbox", b"{}".to_vec()).await;
    assert_eq!((reply.status.as_u16(), reply.code()), (401, "bad_signature"));
    for path in ["/", "/v1/none", "/v1/nodes"] {
        let reply = node.get(path).await;
        assert_eq!(
            (reply.status.as_u16(), reply.code()),
            (404, "not_found"),
            "{path}"
        );
    }
    let network: NetworkReply = node.get("/v1/network").await.ok();
    assert_eq!(network.network, config(rig.folder.path()).network);
    assert_eq!(network.prices, prices(rig.clock.now()));
}

#[tokio::test]
async fn a_node_needs_its_wallets_consent() {
    let rig = Rig::start().await;
    let (node, other) = (rig.client(1), rig.client(2));
    let forged = RegisterNode {
        node: NodeId(node.id()),
        wallet: wallet(&node),
        wallet_signature: Signature([1; 64]),
    };
    assert_eq!(node.post("/v1/nodes", &forged).await.code(), "bad_signature");
    assert_eq!(other.post("/v1/nodes", &forged).await.code(), "forbidden");
    assert_eq!(node.register().await.status.as_u16(), 200);
    assert_eq!(node.register().await.status.as_u16(), 200);
}

#[tokio::test]
async fn too_many_requests_of_one_key_are_refused() {
    let rig = Rig::start().await;
    let node = rig.client(1);
    let mut codes = Vec::new();
    for _ in 0..90 {
        let reply = node.post("/v1/nodes/inbox", &json!({ "wait_seconds": 0 })).await;
        codes.push(reply.code().to_owned());
    }
    assert_eq!(codes[0], "not_registered");
    assert!(codes.iter().any(|code| code == "too_many"), "{codes:?}");
}

#[tokio::test]
async fn a_port_in_use_and_a_newer_database_have_mends() {
    let rig = Rig::start().await;
    let mut taken = config(rig.folder.path());
    taken.listen = rig.running().local_addr();
    let error = rig.try_start(taken).await.unwrap_err();
    assert!(matches!(error, CoordinatorError::PortInUse(_)), "{error}");
    assert!(error.mend().contains("another port"));

    let file = rig.folder.path().join("coordinator.db");
    let url = format!("sqlite://{}", file.display());
    let pool = sqlx::SqlitePool::connect(&url).await.unwrap();
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (999, 'later', TRUE, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    let error = rig.try_start(config(rig.folder.path())).await.unwrap_err();
    assert!(
        matches!(error, CoordinatorError::NewerDatabase { found: 999, known: 1 }),
        "{error}"
    );
}
