//! Subscriptions, by the client that Solana ships and by hand.

use futures::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use solana_client::nonblocking::pubsub_client::PubsubClient;
use solana_rpc_client_types::{
    config::{CommitmentConfig, RpcAccountInfoConfig, RpcSignatureSubscribeConfig},
    response::RpcSignatureResult,
};
use solana_sdk::{pubkey::Pubkey, signature::Signer as _};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest as _};

use crate::common::{Net, start};

fn address(net: &Net) -> String {
    net.network.rpc_url().replacen("http", "ws", 1)
}

fn when(commitment: CommitmentConfig) -> Option<RpcSignatureSubscribeConfig> {
    Some(RpcSignatureSubscribeConfig {
        commitment: Some(commitment),
        enable_received_notification: None,
    })
}

fn went_well(result: &RpcSignatureResult) -> bool {
    matches!(result, RpcSignatureResult::ProcessedSignature(end) if end.err.is_none())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_told_when_it_ran_also_to_who_asks_afterwards() {
    let net = start().await;
    let from = net.wallet(2).await;
    let transaction = net.transfer(&from, &Pubkey::new_unique(), 1_000_000).await;
    let signature = transaction.signatures[0];
    let pubsub = PubsubClient::new(address(&net)).await.unwrap();
    let confirmed = when(CommitmentConfig::confirmed());
    let (mut before, _end) = pubsub
        .signature_subscribe(&signature, confirmed.clone())
        .await
        .unwrap();

    net.rpc.send_transaction(&transaction).await.unwrap();

    let told = before.next().await.unwrap();
    assert!(went_well(&told.value), "{told:?}");
    let (mut after, _end) = pubsub.signature_subscribe(&signature, confirmed).await.unwrap();
    let told_again = after.next().await.unwrap();
    assert_eq!(told.context.slot, told_again.context.slot);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_is_final_only_when_its_slot_is() {
    let net = start().await;
    let from = net.wallet(2).await;
    let transaction = net.transfer(&from, &Pubkey::new_unique(), 1_000_000).await;
    net.rpc.send_transaction(&transaction).await.unwrap();
    let pubsub = PubsubClient::new(address(&net)).await.unwrap();
    let finalized = when(CommitmentConfig::finalized());
    let (mut told, _end) = pubsub
        .signature_subscribe(&transaction.signatures[0], finalized)
        .await
        .unwrap();
    let status = net.call(
        "getSignatureStatuses",
        json!([[transaction.signatures[0].to_string()]]),
    );
    let status = status.await.unwrap();
    assert_eq!(status["value"][0]["confirmationStatus"], "confirmed");

    net.advance(60).await;

    assert!(went_well(&told.next().await.unwrap().value));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_shown_after_each_change() {
    let net = start().await;
    let from = net.wallet(2).await;
    let to = Pubkey::new_unique();
    let pubsub = PubsubClient::new(address(&net)).await.unwrap();
    let config = RpcAccountInfoConfig {
        commitment: Some(CommitmentConfig::confirmed()),
        ..RpcAccountInfoConfig::default()
    };
    let (mut changes, end) = pubsub.account_subscribe(&to, Some(config)).await.unwrap();
    for total in [1_000_000, 3_000_000] {
        let transaction = net
            .transfer(&from, &to, total - net.rpc.get_balance(&to).await.unwrap())
            .await;
        net.rpc.send_transaction(&transaction).await.unwrap();
        assert_eq!(changes.next().await.unwrap().value.lamports, total);
    }
    end().await;
    let other = net.transfer(&from, &from.pubkey(), 1).await;
    net.rpc.send_transaction(&other).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_web_page_gets_no_socket_and_a_browser_no_page() {
    let net = start().await;
    let mut request = address(&net).into_client_request().unwrap();
    let origin = "https://example.com".parse().unwrap();
    request.headers_mut().insert("origin", origin);
    assert!(connect(&net, request).await.is_err());
    let plain = hearth_chain::http_client()
        .build()
        .unwrap()
        .get(net.network.rpc_url());
    assert_eq!(plain.send().await.unwrap().status(), 426);
}

#[tokio::test(flavor = "multi_thread")]
async fn garbage_is_refused_and_the_connection_stays() {
    let net = start().await;
    let request = address(&net).into_client_request().unwrap();
    let mut socket = connect(&net, request).await.unwrap();
    let mut ask = async |text: String| -> Value {
        socket.send(Message::Text(text.into())).await.unwrap();
        let answer = socket.next().await.unwrap().unwrap();
        serde_json::from_str(answer.to_text().unwrap()).unwrap()
    };
    let call = |method: &str, params: Value| {
        json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string()
    };
    assert_eq!(ask("{".into()).await["error"]["code"], -32_700);
    assert_eq!(
        ask(call("slotSubscribe", json!([]))).await["error"]["code"],
        -32_601
    );
    assert_eq!(
        ask(call("signatureSubscribe", json!(["?"]))).await["error"]["code"],
        -32_602
    );
    assert_eq!(
        ask(call("accountUnsubscribe", json!([1]))).await["error"]["code"],
        -32_602
    );
    let address = Pubkey::new_unique().to_string();
    for number in 1..=100 {
        let answer = ask(call("accountSubscribe", json!([address]))).await;
        assert_eq!(answer["result"], number);
    }
    let one_more = ask(call("accountSubscribe", json!([address]))).await;
    assert_eq!(one_more["error"]["code"], -32_600);
    assert_eq!(ask(call("accountUnsubscribe", json!([1]))).await["result"], true);
}

type Socket = tokio_tungstenite::WebSocketStream<tokio::net::TcpStream>;

async fn connect(
    net: &Net,
    request: tokio_tungstenite::tungstenite::handshake::client::Request,
) -> tokio_tungstenite::tungstenite::Result<Socket> {
    let host = net.network.rpc_url().replacen("http://", "", 1);
    let stream = tokio::net::TcpStream::connect(host).await?;
    Ok(tokio_tungstenite::client_async(request, stream).await?.0)
}
