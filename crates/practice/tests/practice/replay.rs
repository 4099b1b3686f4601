//! What is refused: twice, too late, too large, unsigned.

use crate::common::{SOL, code, raw, signed, start, transfer};
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::json;
use solana_client::rpc_config::RpcSendTransactionConfig;
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
    signature::{Keypair, Signer as _},
};

const MEMO: Pubkey = Pubkey::from_str_const("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr");

fn no_preflight() -> RpcSendTransactionConfig {
    RpcSendTransactionConfig {
        skip_preflight: true,
        ..RpcSendTransactionConfig::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_bytes_a_thousand_transactions_apart_run_once() {
    let net = start().await;
    let alice = net.wallet(10).await;
    let bob = Keypair::new().pubkey();
    let first = net.transfer(&alice, &bob, SOL).await;
    let signature = net
        .rpc
        .send_transaction_with_config(&first, no_preflight())
        .await
        .unwrap();

    for n in 1..=1_000 {
        let other = net.transfer(&alice, &alice.pubkey(), n).await;
        net.rpc
            .send_transaction_with_config(&other, no_preflight())
            .await
            .unwrap();
    }

    // With and without preflight, before and after its blockhash has expired, and after a restart.
    assert_eq!(net.rpc.send_transaction(&first).await.unwrap(), signature);
    net.advance(120).await;
    assert_eq!(
        net.rpc
            .send_transaction_with_config(&first, no_preflight())
            .await
            .unwrap(),
        signature
    );
    let net = net.restart().await;
    assert_eq!(net.rpc.send_transaction(&first).await.unwrap(), signature);
    assert_eq!(net.rpc.get_balance(&bob).await.unwrap(), SOL);
    assert_eq!(
        net.rpc.get_balance(&alice.pubkey()).await.unwrap(),
        9 * SOL - 1_001 * 5_000
    );
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_message_under_another_signature_runs_once() {
    let net = start().await;
    let (alice, bob) = (net.wallet(1).await, net.wallet(1).await);
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    let note = Instruction {
        program_id: MEMO,
        accounts: vec![AccountMeta::new_readonly(bob.pubkey(), true)],
        data: b"x".to_vec(),
    };
    let first = signed(&[note], &[&alice, &bob], blockhash);
    net.rpc.send_transaction(&first).await.unwrap();
    let mut forged = first.clone();
    forged.signatures[1] = solana_sdk::signature::Signature::default();
    let error = net.rpc.send_transaction(&forged).await.unwrap_err();
    assert_eq!(code(&error), -32_002, "known signature, other bytes");
    assert!(error.to_string().contains("already been processed"));
    forged.signatures[0] = solana_sdk::signature::Signature::default();
    assert_eq!(
        code(&net.rpc.send_transaction(&forged).await.unwrap_err()),
        -32_003
    );
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_blockhash_is_refused() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let (blockhash, last_valid) = net
        .rpc
        .get_latest_blockhash_with_commitment(net.rpc.commitment())
        .await
        .unwrap();
    let height = net.rpc.get_block_height().await.unwrap();
    assert!(
        (148..=150).contains(&(last_valid - height)),
        "{last_valid} {height}"
    );
    assert!(
        net.rpc
            .is_blockhash_valid(&blockhash, net.rpc.commitment())
            .await
            .unwrap()
    );
    net.advance(61).await;
    assert!(net.rpc.get_block_height().await.unwrap() > last_valid);
    assert!(
        !net.rpc
            .is_blockhash_valid(&blockhash, net.rpc.commitment())
            .await
            .unwrap()
    );
    let late = transfer(&alice, &alice.pubkey(), 1, blockhash);
    for config in [RpcSendTransactionConfig::default(), no_preflight()] {
        let error = net
            .rpc
            .send_transaction_with_config(&late, config)
            .await
            .unwrap_err();
        assert_eq!(code(&error), -32_002);
        assert!(error.to_string().contains("Blockhash not found"), "{error}");
    }
    assert_eq!(net.rpc.get_balance(&alice.pubkey()).await.unwrap(), SOL, "no fee");
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_packet_of_1232_bytes_runs_and_of_1233_is_refused() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    let note = |length: usize| {
        let note = Instruction {
            program_id: MEMO,
            accounts: Vec::new(),
            data: vec![b'a'; length],
        };
        let packet = wincode::serialize(&signed(&[note], &[&alice], blockhash)).unwrap();
        (packet.len(), BASE64_STANDARD.encode(packet))
    };
    let overhead = note(1_000).0 - 1_000;
    let (length, text) = note(1_232 - overhead);
    assert_eq!(length, 1_232);
    net.call("sendTransaction", json!([text, {"encoding": "base64"}]))
        .await
        .unwrap();
    let (length, text) = note(1_233 - overhead);
    assert_eq!(length, 1_233);
    let error = net
        .call("sendTransaction", json!([text, {"encoding": "base64"}]))
        .await
        .unwrap_err();
    assert_eq!(error["code"], -32_602);
    assert!(error["message"].as_str().unwrap().contains("too large"));

    let body =
        json!({"jsonrpc": "2.0", "id": 1, "method": "getHealth", "params": ["x".repeat(60_000)]}).to_string();
    assert!(raw(&net.network.rpc_url(), body).await.is_err(), "413 is no JSON");
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_signature_is_refused_and_costs_nothing() {
    let net = start().await;
    let (alice, mallory) = (net.wallet(1).await, Keypair::new());
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    let mut theft = transfer(&alice, &mallory.pubkey(), SOL / 2, blockhash);
    theft.signatures[0] = mallory.sign_message(&theft.message.serialize());
    for config in [RpcSendTransactionConfig::default(), no_preflight()] {
        assert_eq!(
            code(
                &net.rpc
                    .send_transaction_with_config(&theft, config)
                    .await
                    .unwrap_err()
            ),
            -32_003
        );
    }
    assert_eq!(net.rpc.get_balance(&alice.pubkey()).await.unwrap(), SOL);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_survives_a_restart() {
    let net = start().await;
    let alice = net.wallet(5).await;
    let signature = {
        let transaction = net.transfer(&alice, &Keypair::new().pubkey(), SOL).await;
        net.rpc.send_and_confirm_transaction(&transaction).await.unwrap()
    };
    crate::common::faucet(&net.rpc, &alice.pubkey(), 7).await.unwrap();
    net.advance(1_000_000).await;
    let (genesis, slot, mint) = (
        net.rpc.get_genesis_hash().await.unwrap(),
        net.rpc.get_slot().await.unwrap(),
        net.network.io_mint(),
    );

    let net = net.restart().await;
    assert_eq!(net.rpc.get_genesis_hash().await.unwrap(), genesis);
    assert!(net.rpc.get_slot().await.unwrap() >= slot);
    assert_eq!(net.network.io_mint(), mint);
    assert_eq!(
        net.rpc.get_balance(&alice.pubkey()).await.unwrap(),
        4 * SOL - 5_000
    );
    assert!(
        net.rpc
            .get_signature_status(&signature)
            .await
            .unwrap()
            .unwrap()
            .is_ok()
    );
    let account = hearth_practice::associated_account(&alice.pubkey(), &mint);
    assert_eq!(
        net.rpc.get_token_account_balance(&account).await.unwrap().amount,
        "7"
    );
    crate::common::faucet(&net.rpc, &alice.pubkey(), 7).await.unwrap();

    let second =
        hearth_practice::Practice::start(hearth_practice::PracticeConfig::new(net.folder.path())).await;
    assert!(matches!(second, Err(hearth_practice::StartError::InUse(_))));
    net.network.shutdown().await;
}
