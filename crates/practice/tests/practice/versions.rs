//! Version 0 transactions.

use serde_json::json;
use solana_client::rpc_config::{RpcTransactionConfig, UiTransactionEncoding};
use solana_message::{VersionedMessage, v0};
use solana_rpc_client_types::config::CommitmentConfig;
use solana_sdk::signature::{Keypair, Signer as _};
use solana_transaction::versioned::{TransactionVersion, VersionedTransaction};

use crate::common::{SOL, code, start};

#[tokio::test(flavor = "multi_thread")]
async fn version_0_runs_and_is_told_to_those_who_can_read_it() {
    let net = start().await;
    let (alice, bob) = (net.wallet(2).await, Keypair::new().pubkey());
    let transfer = solana_system_interface::instruction::transfer(&alice.pubkey(), &bob, SOL);
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    let message = v0::Message::try_compile(&alice.pubkey(), &[transfer], &[], blockhash).unwrap();
    let transaction = VersionedTransaction::try_new(VersionedMessage::V0(message), &[&alice]).unwrap();
    let signature = net.rpc.send_and_confirm_transaction(&transaction).await.unwrap();
    assert_eq!(net.rpc.get_balance(&bob).await.unwrap(), SOL);

    let mut config = RpcTransactionConfig {
        encoding: Some(UiTransactionEncoding::Json),
        commitment: Some(CommitmentConfig::confirmed()),
        max_supported_transaction_version: Some(0),
    };
    let told = net
        .rpc
        .get_transaction_with_config(&signature, config)
        .await
        .unwrap();
    assert_eq!(told.transaction.version, Some(TransactionVersion::Number(0)));
    config.max_supported_transaction_version = None;
    let error = net
        .rpc
        .get_transaction_with_config(&signature, config)
        .await
        .unwrap_err();
    assert_eq!(code(&error), -32_015);
    assert_eq!(
        net.call("getTransaction", json!([signature.to_string()]))
            .await
            .unwrap(),
        json!(null),
        "not final"
    );
    net.network.shutdown().await;
}
