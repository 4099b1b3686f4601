//! The program and its network account, as genesis leaves them.

use hearth_practice::{NetworkRules, Practice, PracticeConfig};
use hearth_program_interface::account::Network;
use hearth_types::network::NetworkKind;
use serde_json::json;
use solana_sdk::{pubkey::Pubkey, signature::Signer as _};

use crate::common::{IO, client, start};

#[tokio::test(flavor = "multi_thread")]
async fn genesis_makes_the_network_by_the_usual_rules() {
    let net = start().await;
    let network = read(&net.rpc, &net.network.network_account()).await;
    assert_eq!(&network.network_tag, b"practice\0\0\0\0\0\0\0\0");
    assert_eq!(network.io_mint, net.network.io_mint().to_bytes());
    assert_eq!(network.min_stake_per_device, 200 * IO);
    assert_eq!(network.cooldown_seconds, 1_209_600);
    assert_eq!(network.settle_window_seconds, 259_200);
    assert_eq!(network.margin_bps, 1_000);
    for (vault, amount) in [
        (network.stake_vault, "0"),
        (network.fee_vault, "0"),
        (network.usdc_fee_vault, "0"),
        (network.slash_vault, "0"),
        (network.reward_vault, "30000000000000000"),
        (network.market_vault, "1000000000000000"),
    ] {
        let held = net
            .rpc
            .get_token_account_balance(&Pubkey::new_from_array(vault))
            .await
            .unwrap();
        assert_eq!(held.amount, amount);
    }
    let program = net.rpc.get_account(&net.network.program_id()).await.unwrap();
    assert!(program.executable);
    let info = net.call("practice_info", json!([])).await.unwrap();
    assert_eq!(info["networkAccount"], net.network.network_account().to_string());

    // The program runs after a restart too: it refuses what it does not know.
    let net = net.restart().await;
    assert_eq!(read(&net.rpc, &net.network.network_account()).await, network);
    let alice = net.wallet(1).await;
    let unknown = solana_sdk::instruction::Instruction {
        program_id: net.network.program_id(),
        accounts: vec![],
        data: vec![255],
    };
    let blockhash = net.rpc.get_latest_blockhash().await.unwrap();
    let error = net
        .rpc
        .send_transaction(&crate::common::signed(&[unknown], &[&alice], blockhash))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("Program {} invoke", net.network.program_id())),
        "{error}"
    );
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_are_chosen_at_genesis_and_stay() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = PracticeConfig::new(folder.path());
    config.rules = NetworkRules {
        kind: NetworkKind::Custom,
        cooldown_seconds: 60,
        settle_window_seconds: 5,
    };
    for rules in [config.rules, NetworkRules::default()] {
        config.rules = rules;
        let network = Practice::start(config.clone()).await.unwrap();
        let account = read(&client(&network.rpc_url()), &network.network_account()).await;
        assert_eq!((account.cooldown_seconds, account.settle_window_seconds), (60, 5));
        assert_eq!(account.network_tag, NetworkKind::Custom.tag());
        network.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_release_brings_its_program() {
    let net = start().await;
    let loader = Pubkey::from_str_const("BPFLoaderUpgradeab1e11111111111111111111111");
    let data = Pubkey::find_program_address(&[net.network.program_id().as_ref()], &loader).0;
    let (code, account) = (
        net.rpc.get_account_data(&data).await.unwrap(),
        net.network.network_account(),
    );
    let before = read(&net.rpc, &account).await;
    let folder = net.folder.clone();
    net.network.shutdown().await;

    let other = "UPDATE accounts SET data = CAST(data || x'00' AS BLOB) WHERE length(data) > 10000";
    crate::disk::meddle(folder.path(), other).await;
    let net = crate::common::start_in(folder).await;
    let now = net.rpc.get_account_data(&data).await.unwrap();
    // The first bytes name the slot of the deployment.
    assert_eq!(now.len(), code.len());
    assert_eq!(now[45..], code[45..]);
    assert_eq!(read(&net.rpc, &account).await, before);
    net.network.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_this_release_cannot_read_is_set_aside() {
    let net = start().await;
    let old = net.network.network_account();
    let wallet = net.wallet(1).await.pubkey();
    assert_eq!(net.network.set_aside(), None);
    let folder = net.folder.clone();
    net.network.shutdown().await;
    // The network account of an older version.
    let older = "UPDATE accounts SET data = CAST(x'0101' || substr(data, 3) AS BLOB) WHERE substr(data, 1, 2) = x'0102'";
    crate::disk::meddle(folder.path(), older).await;
    std::fs::create_dir(folder.path().join("coordinator")).unwrap();

    let net = crate::common::start_in(folder.clone()).await;
    let kept = net.network.set_aside().unwrap().to_owned();
    assert!(kept.starts_with(folder.path()) && kept.join("ledger.sqlite").is_file());
    assert!(kept.join("coordinator").is_dir() && !folder.path().join("coordinator").exists());
    assert_eq!(net.network.network_account(), old);
    assert_eq!(read(&net.rpc, &old).await.cooldown_seconds, 1_209_600);
    assert_eq!(net.rpc.get_balance(&wallet).await.unwrap(), 0, "a new chain");
    let net = net.restart().await;
    assert_eq!(net.network.set_aside(), None);
    net.network.shutdown().await;
}

async fn read(rpc: &solana_client::nonblocking::rpc_client::RpcClient, address: &Pubkey) -> Network {
    Network::from_bytes(&rpc.get_account_data(address).await.unwrap()).unwrap()
}
