//! A ledger that cannot be written: nothing is said that is not on disk.

use hearth_practice::{Practice, PracticeConfig};
use serde_json::json;
use solana_client::rpc_config::RpcSendTransactionConfig;
use solana_sdk::signature::{Keypair, Signer as _};
use sqlx::{ConnectOptions as _, Connection as _, sqlite::SqliteConnectOptions};

use crate::common::{SOL, start, start_in};

/// Runs a statement on the ledger from outside.
pub(crate) async fn meddle(folder: &std::path::Path, statement: &'static str) {
    let mut ledger = SqliteConnectOptions::new()
        .filename(folder.join("ledger.sqlite"))
        .connect()
        .await
        .unwrap();
    sqlx::query(statement).execute(&mut ledger).await.unwrap();
    ledger.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failing_disk_stops_the_chain_and_half_of_nothing_is_kept() {
    let net = start().await;
    let alice = net.wallet(2).await;
    let bob = Keypair::new().pubkey();
    let transaction = net.transfer(&alice, &bob, SOL).await;

    // The last rows of a transaction fail, when others have been written already.
    meddle(
        net.folder.path(),
        "CREATE TRIGGER broken BEFORE INSERT ON accounts BEGIN SELECT RAISE(ABORT, 'disk full'); END",
    )
    .await;
    let config = RpcSendTransactionConfig {
        skip_preflight: true,
        ..RpcSendTransactionConfig::default()
    };
    assert!(
        net.rpc
            .send_transaction_with_config(&transaction, config)
            .await
            .is_err()
    );
    net.network.stopped().await;
    assert_eq!(
        net.call("getHealth", json!([])).await.unwrap_err()["code"],
        -32_005
    );
    assert!(
        net.rpc.get_balance(&bob).await.is_err(),
        "memory that is ahead of the disk is shown to nobody"
    );

    meddle(net.folder.path(), "DROP TRIGGER broken").await;
    let net = net.restart().await;
    assert_eq!(net.rpc.get_balance(&bob).await.unwrap(), 0);
    assert!(
        net.rpc
            .get_signature_status(&transaction.signatures[0])
            .await
            .unwrap()
            .is_none()
    );
    net.rpc.send_and_confirm_transaction(&transaction).await.unwrap();
    assert_eq!(net.rpc.get_balance(&bob).await.unwrap(), SOL);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_genesis_that_was_cut_short_is_begun_anew() {
    let net = start().await;
    let alice = net.wallet(2).await.pubkey();
    let (folder, genesis) = (net.folder.clone(), net.rpc.get_genesis_hash().await.unwrap());
    net.network.shutdown().await;
    meddle(folder.path(), "UPDATE chain SET complete = 0").await;
    let net = start_in(folder).await;
    assert_ne!(net.rpc.get_genesis_hash().await.unwrap(), genesis);
    assert_eq!(net.rpc.get_balance(&alice).await.unwrap(), 0);
    crate::common::faucet(&net.rpc, &alice, 1).await.unwrap();
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_port_in_use_is_named() {
    let net = start().await;
    let folder = tempfile::tempdir().unwrap();
    let mut config = PracticeConfig::new(folder.path());
    config.rpc_listen = net
        .network
        .rpc_url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let error = Practice::start(config.clone()).await.err().unwrap();
    assert!(
        error.to_string().contains(&config.rpc_listen.to_string()),
        "{error}"
    );
    net.network.shutdown().await;
    Practice::start(config).await.unwrap().shutdown().await;
}
