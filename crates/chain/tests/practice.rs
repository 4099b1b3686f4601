//! The client against a real practice network.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use hearth_chain::{
    ChainClient, ChainConfig, ChainError, Keypair, TxSigner as _,
    client::{Outcome, Sending, TxError, TxStatus},
    transactions::renewed,
};
use hearth_practice::{Practice, PracticeConfig, RunningPractice};
use hearth_types::{
    id::{Address, DeviceId, LeaseId, TxSignature},
    ipc::Code,
    money::Io,
    network::{Balances, NetworkKind},
};

struct Net {
    network: RunningPractice,
    chain: ChainClient,
    _folder: tempfile::TempDir,
}

async fn start() -> Net {
    let folder = tempfile::tempdir().unwrap();
    let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
    let chain = ChainClient::new(ChainConfig {
        rpc_url: network.rpc_url(),
        network: NetworkKind::Practice,
        program: Address(network.program_id().to_bytes()),
        io_mint: Address(network.io_mint().to_bytes()),
    });
    Net {
        network,
        chain,
        _folder: folder,
    }
}

fn wallet(number: u8) -> Keypair {
    Keypair::from_secret(&[number; 32])
}

async fn advance(network: &RunningPractice, seconds: u64) {
    let body = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"practice_advanceClock","params":[{seconds}]}}"#);
    let request = hearth_chain::http_client()
        .build()
        .unwrap()
        .post(network.rpc_url());
    let answer = request
        .header("content-type", "application/json")
        .body(body)
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success());
}

#[tokio::test]
async fn the_faucet_fills_an_empty_wallet() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    chain.health().await.unwrap();
    let wallet = wallet(1).address();
    assert_eq!(chain.balances(wallet).await.unwrap(), Balances::default());

    let signature = chain.faucet(wallet, Io(500_00000000)).await.unwrap();
    assert_eq!(
        chain.signature_status(signature).await.unwrap(),
        TxStatus::Confirmed { error: None }
    );
    let balances = chain.balances(wallet).await.unwrap();
    assert_eq!(balances.io, Io(500_00000000));
    assert!(balances.sol.0 > 0);
    let account = chain.program().token_account(wallet).address;
    assert_eq!(
        chain.token_balance(account).await.unwrap(),
        Some(Io(500_00000000))
    );
    network.shutdown().await;
}

#[tokio::test]
async fn a_transaction_runs_once_and_costs_what_was_said() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    let (payer, other) = (wallet(1), wallet(2).address());
    chain.faucet(payer.address(), Io(1)).await.unwrap();
    let before = chain.balances(payer.address()).await.unwrap();

    let recent = chain.latest_blockhash().await.unwrap();
    let built = chain
        .transactions()
        .make_token_account(&recent, &payer, other)
        .unwrap();
    assert_eq!(
        chain.signature_status(built.signature).await.unwrap(),
        TxStatus::Unknown
    );
    assert_eq!(chain.try_out(&built).await.unwrap().error, None);
    assert_eq!(
        chain.confirm(&built, Sending::First).await.unwrap(),
        Outcome::Confirmed
    );
    // As after a crash between sending and taking note.
    assert_eq!(
        chain.confirm(&built, Sending::Again).await.unwrap(),
        Outcome::Confirmed
    );
    assert_eq!(chain.send_raw(&built.bytes).await.unwrap(), built.signature);

    let rent = chain
        .rent(hearth_chain::transactions::TOKEN_ACCOUNT_BYTES)
        .await
        .unwrap();
    let after = chain.balances(payer.address()).await.unwrap();
    assert_eq!(before.sol.0 - after.sol.0, rent.0 + built.fee.0);
    let record = chain.transaction_events(built.signature).await.unwrap().unwrap();
    assert_eq!(
        (record.fee, record.error, record.events),
        (built.fee, None, vec![])
    );
    let address = chain.program().token_account(other).address;
    let found = chain.signatures_for(address, None, 10).await.unwrap();
    assert_eq!(
        found.iter().map(|found| found.signature).collect::<Vec<_>>(),
        [built.signature]
    );
    network.shutdown().await;
}

#[tokio::test]
async fn a_payer_without_sol_is_told_so() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    let recent = chain.latest_blockhash().await.unwrap();
    let built = chain
        .transactions()
        .make_token_account(&recent, &wallet(1), wallet(2).address())
        .unwrap();
    let refused = chain.confirm(&built, Sending::First).await.unwrap_err();
    assert!(
        matches!(refused, ChainError::Refused(TxError::InsufficientSol)),
        "{refused:?}"
    );
    assert_eq!(refused.code(), Code::InsufficientSol);
    assert_eq!(
        chain.try_out(&built).await.unwrap().error,
        Some(TxError::InsufficientSol)
    );
    network.shutdown().await;
}

#[tokio::test]
async fn a_transaction_that_was_never_sent_expires_for_certain() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    let payer = wallet(1);
    chain.faucet(payer.address(), Io(1)).await.unwrap();
    let recent = chain.latest_blockhash().await.unwrap();
    let height = chain.block_height().await.unwrap();
    assert!(height > 0 && chain.slot().await.unwrap() >= height);
    assert!((height..=height + 150).contains(&recent.last_valid_block_height));
    let built = chain
        .transactions()
        .make_token_account(&recent, &payer, wallet(2).address())
        .unwrap();

    advance(&network, 300).await;
    assert_eq!(
        chain.confirm(&built, Sending::Again).await.unwrap(),
        Outcome::Expired
    );
    // The same instructions on a new blockhash run, once.
    let recent = chain.latest_blockhash().await.unwrap();
    let second = renewed(&built, &recent, &payer).unwrap();
    assert_eq!(
        chain.confirm(&second, Sending::First).await.unwrap(),
        Outcome::Confirmed
    );
    let refused = chain.send_raw(&built.bytes).await.unwrap_err();
    assert!(
        matches!(refused, ChainError::Refused(TxError::BlockhashNotFound)),
        "{refused:?}"
    );
    network.shutdown().await;
}

#[tokio::test]
async fn what_is_not_on_chain_is_none() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    let owner = wallet(1).address();
    assert_eq!(chain.device(owner, DeviceId([1; 32])).await.unwrap(), None);
    assert_eq!(chain.devices_of(owner).await.unwrap(), []);
    assert_eq!(chain.lease(LeaseId([1; 32])).await.unwrap(), None);
    assert_eq!(
        chain.transaction_events(TxSignature([1; 64])).await.unwrap(),
        None
    );
    assert_eq!(
        chain
            .token_balance(chain.program().token_account(owner).address)
            .await
            .unwrap(),
        None
    );
    let rent = chain.rent_for_open().await.unwrap();
    assert!(rent.kept.0 > rent.returned.0 && rent.returned.0 > 0);
    network.shutdown().await;
}

#[tokio::test]
async fn a_chain_that_is_gone_is_unreachable() {
    let Net {
        network,
        chain,
        _folder,
    } = start().await;
    let url = network.rpc_url();
    network.shutdown().await;
    let error = chain.health().await.unwrap_err();
    assert_eq!(error.code(), Code::ChainUnreachable);
    let shown = hearth_types::ipc::IpcError::from(error);
    assert!(
        !format!("{shown:?}").contains(url.trim_start_matches("http://")),
        "{shown:?}"
    );
    let mainnet = ChainClient::new(ChainConfig {
        rpc_url: url,
        network: NetworkKind::Mainnet,
        program: Address([1; 32]),
        io_mint: Address([2; 32]),
    });
    let refused = mainnet.faucet(wallet(1).address(), Io(1)).await.unwrap_err();
    assert!(matches!(refused, ChainError::NoFaucet));
}
