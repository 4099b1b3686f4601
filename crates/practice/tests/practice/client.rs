//! The real Solana client against the practice network.

use crate::common::{IO, SOL, code, faucet, signed, start, transfer};
use serde_json::json;
use solana_client::{
    rpc_client::GetConfirmedSignaturesForAddress2Config,
    rpc_config::{RpcSimulateTransactionConfig, RpcTransactionConfig, UiTransactionEncoding},
    rpc_request::TokenAccountsFilter,
};
use solana_rpc_client_types::config::CommitmentConfig;
use solana_sdk::{
    instruction::{AccountMeta, Instruction},
    pubkey::Pubkey,
    signature::{Keypair, Signer as _},
};
use solana_transaction_error::TransactionError;

const TOKEN_PROGRAM: Pubkey = Pubkey::from_str_const("TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA");

#[tokio::test(flavor = "multi_thread")]
async fn money_moves_and_history_tells_it() {
    let net = start().await;
    let (alice, bob) = (net.wallet(10).await, Keypair::new());
    assert_eq!(net.rpc.get_balance(&alice.pubkey()).await.unwrap(), 10 * SOL);
    assert_eq!(net.rpc.get_balance(&bob.pubkey()).await.unwrap(), 0);

    let transaction = net.transfer(&alice, &bob.pubkey(), 3 * SOL).await;
    let solana_message::VersionedMessage::Legacy(message) = transaction.message.clone() else {
        panic!("legacy")
    };
    let fee = net.rpc.get_fee_for_message(&message);
    assert_eq!(fee.await.unwrap(), 5_000);
    let signature = net.rpc.send_and_confirm_transaction(&transaction).await.unwrap();
    assert_eq!(net.rpc.get_balance(&bob.pubkey()).await.unwrap(), 3 * SOL);
    assert_eq!(
        net.rpc.get_balance(&alice.pubkey()).await.unwrap(),
        7 * SOL - 5_000
    );

    for encoding in [
        UiTransactionEncoding::Json,
        UiTransactionEncoding::JsonParsed,
        UiTransactionEncoding::Base64,
    ] {
        let config = RpcTransactionConfig {
            encoding: Some(encoding),
            commitment: Some(CommitmentConfig::confirmed()),
            max_supported_transaction_version: Some(0),
        };
        let told = net
            .rpc
            .get_transaction_with_config(&signature, config)
            .await
            .unwrap();
        let meta = told.transaction.meta.unwrap();
        assert_eq!((meta.err, meta.fee), (None, 5_000));
        assert_eq!(meta.pre_balances[..2], [10 * SOL, 0]);
        assert_eq!(meta.post_balances[..2], [7 * SOL - 5_000, 3 * SOL]);
        let logs: Vec<String> = Option::from(meta.log_messages).unwrap();
        assert!(logs.iter().any(|line| line.contains("success")), "{logs:?}");
        if encoding == UiTransactionEncoding::Base64 {
            assert_eq!(told.transaction.transaction.decode().unwrap(), transaction);
        }
    }

    let history = net
        .rpc
        .get_signatures_for_address_with_config(
            &alice.pubkey(),
            GetConfirmedSignaturesForAddress2Config {
                commitment: Some(CommitmentConfig::confirmed()),
                ..GetConfirmedSignaturesForAddress2Config::default()
            },
        )
        .await
        .unwrap();
    assert_eq!(history.len(), 2, "airdrop and transfer");
    assert_eq!(history[0].signature, signature.to_string());
    let page = GetConfirmedSignaturesForAddress2Config {
        before: Some(signature),
        limit: Some(1),
        commitment: Some(CommitmentConfig::confirmed()),
        until: None,
    };
    let older = net
        .rpc
        .get_signatures_for_address_with_config(&alice.pubkey(), page)
        .await
        .unwrap();
    assert_eq!(older[0].signature, history[1].signature);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_confirmed_at_once_and_final_after_32_slots() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let transaction = net.transfer(&alice, &alice.pubkey(), 1).await;
    let signature = net.rpc.send_transaction(&transaction).await.unwrap();
    let finalized = CommitmentConfig::finalized();
    let status = net.rpc.get_signature_statuses(&[signature]).await.unwrap().value[0]
        .clone()
        .unwrap();
    assert!(status.satisfies_commitment(CommitmentConfig::confirmed()));
    assert!(!status.satisfies_commitment(finalized));
    assert!(
        net.rpc
            .get_transaction(&signature, UiTransactionEncoding::Json)
            .await
            .is_err(),
        "final is the default"
    );

    net.advance(13).await;
    let status = net.rpc.get_signature_statuses(&[signature]).await.unwrap().value[0]
        .clone()
        .unwrap();
    assert!(status.satisfies_commitment(finalized));
    assert!(
        net.rpc
            .get_transaction(&signature, UiTransactionEncoding::Json)
            .await
            .is_ok()
    );
    let unknown = net
        .rpc
        .get_signature_statuses(&[solana_sdk::signature::Signature::default()])
        .await
        .unwrap();
    assert_eq!(unknown.value, [None]);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_faucet_gives_io_within_limits() {
    let net = start().await;
    let wallet = Keypair::new().pubkey();
    faucet(&net.rpc, &wallet, 250 * IO).await.unwrap();
    faucet(&net.rpc, &wallet, 50 * IO).await.unwrap();
    assert_eq!(net.rpc.get_balance(&wallet).await.unwrap(), SOL);

    let account = hearth_practice::associated_account(&wallet, &net.network.io_mint());
    let balance = net.rpc.get_token_account_balance(&account).await.unwrap();
    assert_eq!(
        (
            balance.amount.as_str(),
            balance.decimals,
            balance.ui_amount_string.as_str()
        ),
        ("30000000000", 8, "300")
    );
    for filter in [
        TokenAccountsFilter::Mint(net.network.io_mint()),
        TokenAccountsFilter::ProgramId(TOKEN_PROGRAM),
    ] {
        let owned = net
            .rpc
            .get_token_accounts_by_owner(&wallet, filter)
            .await
            .unwrap();
        assert_eq!(owned.len(), 1);
        assert_eq!(owned[0].pubkey, account.to_string());
    }
    let parsed = net
        .call(
            "getAccountInfo",
            json!([account.to_string(), {"encoding": "jsonParsed"}]),
        )
        .await
        .unwrap();
    assert_eq!(
        parsed["value"]["data"]["parsed"]["info"]["tokenAmount"]["uiAmountString"],
        "300"
    );
    let supply = net.rpc.get_token_supply(&net.network.io_mint()).await.unwrap();
    assert_eq!(supply.amount, "80000000000000000");

    assert_eq!(code(&faucet(&net.rpc, &wallet, 0).await.unwrap_err()), -32_602);
    assert_eq!(
        code(&faucet(&net.rpc, &wallet, 100_001 * IO).await.unwrap_err()),
        -32_602
    );
    for _ in 0..9 {
        faucet(&net.rpc, &wallet, 100_000 * IO).await.unwrap();
    }
    assert_eq!(
        code(&faucet(&net.rpc, &wallet, 100_000 * IO).await.unwrap_err()),
        -32_050,
        "it has enough"
    );
    let greedy = net
        .call("requestAirdrop", json!([wallet.to_string(), 101 * SOL]))
        .await
        .unwrap_err();
    assert_eq!(greedy["code"], -32_602);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_by_program_and_filter() {
    let net = start().await;
    let (one, two) = (Keypair::new().pubkey(), Keypair::new().pubkey());
    faucet(&net.rpc, &one, IO).await.unwrap();
    faucet(&net.rpc, &two, 2 * IO).await.unwrap();
    let filters = json!([{"dataSize": 165}, {"memcmp": {"offset": 32, "bytes": two.to_string()}}]);
    let found = net
        .call(
            "getProgramAccounts",
            json!([TOKEN_PROGRAM.to_string(), {"encoding": "base64", "filters": filters}]),
        )
        .await
        .unwrap();
    let expected = hearth_practice::associated_account(&two, &net.network.io_mint()).to_string();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(found[0]["pubkey"], expected);
    let all = net
        .call(
            "getProgramAccounts",
            json!([TOKEN_PROGRAM.to_string(), {"encoding": "base64", "withContext": true}]),
        )
        .await
        .unwrap();
    assert_eq!(
        all["value"].as_array().unwrap().len(),
        6 + vaults(&net).await,
        "two mints, the faucet's accounts in both and two wallets"
    );

    let many = net
        .rpc
        .get_multiple_accounts(&[one, Keypair::new().pubkey()])
        .await
        .unwrap();
    assert_eq!(many[0].as_ref().unwrap().lamports, SOL);
    assert!(many[1].is_none());
    let rent = net.rpc.get_minimum_balance_for_rent_exemption(165).await.unwrap();
    assert_eq!(rent, 2_039_280);
    net.network.shutdown().await;
}

/// Token accounts that the program made for itself at genesis.
async fn vaults(net: &crate::common::Net) -> usize {
    let owned = net
        .rpc
        .get_token_accounts_by_owner(
            &net.network.network_account(),
            TokenAccountsFilter::ProgramId(TOKEN_PROGRAM),
        )
        .await;
    owned.unwrap().len()
}

#[tokio::test(flavor = "multi_thread")]
async fn simulation_tells_and_changes_nothing() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let bob = Keypair::new().pubkey();
    let mut transaction = net.transfer(&alice, &bob, SOL / 2).await;
    let told = net.rpc.simulate_transaction(&transaction).await.unwrap().value;
    assert_eq!(told.err, None);
    assert!(told.units_consumed.unwrap() > 0);
    assert_eq!(net.rpc.get_balance(&bob).await.unwrap(), 0);

    let too_much = net.transfer(&alice, &bob, 2 * SOL).await;
    let told = net.rpc.simulate_transaction(&too_much).await.unwrap().value;
    assert!(matches!(
        told.err.map(TransactionError::from),
        Some(TransactionError::InstructionError(0, _))
    ));

    transaction.signatures[0] = solana_sdk::signature::Signature::default();
    let config = RpcSimulateTransactionConfig {
        sig_verify: true,
        ..RpcSimulateTransactionConfig::default()
    };
    let error = net
        .rpc
        .simulate_transaction_with_config(&transaction, config)
        .await
        .unwrap_err();
    assert_eq!(code(&error), -32_003);
    let mut stale = transfer(&alice, &bob, SOL / 2, solana_sdk::hash::Hash::default());
    let told = net.rpc.simulate_transaction(&stale).await.unwrap().value;
    assert_eq!(
        told.err.map(TransactionError::from),
        Some(TransactionError::BlockhashNotFound)
    );
    stale.signatures[0] = solana_sdk::signature::Signature::default();
    let config = RpcSimulateTransactionConfig {
        replace_recent_blockhash: true,
        ..RpcSimulateTransactionConfig::default()
    };
    let told = net
        .rpc
        .simulate_transaction_with_config(&stale, config)
        .await
        .unwrap()
        .value;
    assert_eq!(told.err, None);
    assert!(told.replacement_blockhash.is_some());
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failure_costs_its_fee_only_when_it_ran() {
    let net = start().await;
    let alice = net.wallet(1).await;
    let transaction = net.transfer(&alice, &Keypair::new().pubkey(), 2 * SOL).await;
    let error = net.rpc.send_transaction(&transaction).await.unwrap_err();
    assert_eq!(code(&error), -32_002);
    assert!(
        error.to_string().contains("insufficient lamports"),
        "logs are told: {error}"
    );
    assert_eq!(net.rpc.get_balance(&alice.pubkey()).await.unwrap(), SOL);

    let config = solana_client::rpc_config::RpcSendTransactionConfig {
        skip_preflight: true,
        ..solana_client::rpc_config::RpcSendTransactionConfig::default()
    };
    let signature = net
        .rpc
        .send_transaction_with_config(&transaction, config)
        .await
        .unwrap();
    assert_eq!(net.rpc.get_balance(&alice.pubkey()).await.unwrap(), SOL - 5_000);
    let status = net.rpc.get_signature_status(&signature).await.unwrap().unwrap();
    assert!(matches!(status, Err(TransactionError::InstructionError(0, _))));
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_that_programs_see_advances() {
    let net = start().await;
    let clock = Pubkey::from_str_const("SysvarC1ock11111111111111111111111111111111");
    let before = net.rpc.get_slot().await.unwrap();
    let time = net.rpc.get_block_time(before).await.unwrap();
    net.advance(14 * 86_400).await;
    let after = net.rpc.get_slot().await.unwrap();
    assert!(after >= before + 14 * 86_400 * 5 / 2);
    assert!(net.rpc.get_block_time(after).await.unwrap() >= time + 14 * 86_400);

    let alice = net.wallet(1).await;
    let data = net.rpc.get_account_data(&clock).await.unwrap();
    let seconds = i64::from_le_bytes(data[32..40].try_into().unwrap());
    assert!(seconds >= time + 14 * 86_400, "a transaction saw the new time");
    let epoch = net.rpc.get_epoch_info().await.unwrap();
    assert!(epoch.absolute_slot >= after && epoch.block_height > 0);
    assert!(net.rpc.get_balance(&alice.pubkey()).await.unwrap() > 0);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ed25519_precompile_runs() {
    let net = start().await;
    let alice = net.wallet(1).await;
    // No signatures to check: the smallest instruction that the precompile accepts.
    let check = Instruction {
        program_id: Pubkey::from_str_const("Ed25519SigVerify111111111111111111111111111"),
        accounts: Vec::<AccountMeta>::new(),
        data: vec![0, 0],
    };
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    net.rpc
        .send_and_confirm_transaction(&signed(std::slice::from_ref(&check), &[&alice], blockhash))
        .await
        .unwrap();
    let broken = Instruction {
        data: vec![1, 0],
        ..check
    };
    let error = net
        .rpc
        .send_transaction(&signed(&[broken], &[&alice], blockhash))
        .await
        .unwrap_err();
    assert_eq!(code(&error), -32_002);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_describes_itself() {
    let net = start().await;
    let info = net.call("practice_info", json!([])).await.unwrap();
    assert_eq!(info["networkTag"], "practice");
    assert_eq!(info["ioMint"], net.network.io_mint().to_string());
    assert_eq!(info["programId"], net.network.program_id().to_string());
    assert_eq!(info["coordinatorUrl"], json!(null));
    assert!(net.rpc.get_health().await.is_ok());
    assert_eq!(net.rpc.get_version().await.unwrap().solana_core, "4.2.2");
    assert_eq!(
        net.rpc.get_recent_prioritization_fees(&[]).await.unwrap().len(),
        1
    );
    let hash = net.rpc.get_genesis_hash().await.unwrap();
    assert_ne!(hash, solana_sdk::hash::Hash::default());
    net.network.shutdown().await;
}
