//! Servers that are busy, broken or gone.

use hearth_chain::ChainError;
use hearth_types::network::NetworkKind;
use serde_json::json;

use crate::script::{Server, client, of_network, transaction};

#[tokio::test]
async fn reading_goes_to_the_next_server() {
    let (first, second) = (Server::at(5_000).await, Server::at(5_001).await);
    let client = client(&[&first, &second]);
    assert_eq!(client.slot().await.unwrap(), 5_000);
    first.http_status(Some("500 Internal Server Error"));
    assert_eq!(client.slot().await.unwrap(), 5_001);
    // The one in trouble is asked last now, so that nobody waits for it.
    let asked = first.requests();
    assert_eq!(client.slot().await.unwrap(), 5_001);
    assert_eq!(first.requests(), asked);
    // A node that says it is behind.
    second.on(
        "getSlot",
        |_| json!({"error": {"code": -32_005, "message": "Node is behind by 90 slots"}}),
    );
    first.http_status(None);
    assert_eq!(client.slot().await.unwrap(), 5_000);
}

#[tokio::test]
async fn a_server_that_asks_for_time_gets_it() {
    let (busy, well) = (Server::at(5_000).await, Server::at(5_001).await);
    let client = client(&[&busy, &well]);
    client.slot().await.unwrap();
    busy.http_status(Some("429 Too Many Requests\r\nretry-after: 60"));
    assert_eq!(client.slot().await.unwrap(), 5_001);
    busy.http_status(None);
    let asked = busy.requests();
    for _ in 0..20 {
        assert_eq!(client.slot().await.unwrap(), 5_001);
    }
    assert_eq!(busy.requests(), asked);
    // And alone it is not pestered either.
    let alone = crate::script::client(&[&busy]);
    busy.http_status(Some("429 Too Many Requests\r\nretry-after: 60"));
    for _ in 0..5 {
        let error = alone.slot().await.unwrap_err();
        assert!(matches!(error, ChainError::Unreachable(_)), "{error:?}");
    }
    assert_eq!(busy.requests(), asked + 1);
}

#[tokio::test]
async fn a_refusal_after_an_unclear_answer_is_no_refusal() {
    let (gone, other) = (Server::at(5_000).await, Server::at(5_000).await);
    gone.http_status(Some("502 Bad Gateway"));
    other.on("sendTransaction", |_| {
        json!({"error": {"code": -32_002, "message": "Transaction simulation failed", "data": {
            "err": "InsufficientFundsForFee", "logs": [], "accounts": null, "unitsConsumed": 0, "returnData": null,
            "innerInstructions": null, "replacementBlockhash": null,
        }}})
    });
    let client = client(&[&gone, &other]);
    let bytes = transaction(&client).bytes;
    let error = client.send_raw(&bytes).await.unwrap_err();
    assert!(matches!(error, ChainError::Unreachable(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_of_another_chain_is_told_and_asked_nothing() {
    let mainnet = "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
    let server = Server::at(5_000).await;
    server.on("getGenesisHash", move |_| json!(mainnet));
    for network in [NetworkKind::Practice, NetworkKind::Devnet] {
        let client = of_network(&server.url, network);
        let bytes = transaction(&client).bytes;
        assert!(matches!(
            client.send_raw(&bytes).await,
            Err(ChainError::WrongNetwork)
        ));
        assert!(matches!(client.slot().await, Err(ChainError::WrongNetwork)));
        assert!(matches!(
            client.latest_blockhash().await,
            Err(ChainError::WrongNetwork)
        ));
    }
    assert_eq!(server.asked("sendTransaction").len(), 0);
    assert_eq!(
        of_network(&server.url, NetworkKind::Mainnet)
            .slot()
            .await
            .unwrap(),
        5_000
    );
    // Of two servers of two chains the first one counts.
    let other = Server::at(6_000).await;
    other.on("getGenesisHash", |_| json!("1".repeat(32)));
    let good = Server::at(5_000).await;
    let client = client(&[&good, &other]);
    assert_eq!(client.slot().await.unwrap(), 5_000);
    good.http_status(Some("500 Internal Server Error"));
    assert!(client.slot().await.is_err());
    assert_eq!(other.asked("getSlot").len(), 0);
}
