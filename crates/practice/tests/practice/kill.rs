//! SIGKILL of the real process in mid-traffic: what was acknowledged is there, once, and no IO is lost.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::common::{IO, SOL, client, faucet, transfer};
use serde_json::Value;
use solana_client::{rpc_config::RpcSendTransactionConfig, rpc_request::TokenAccountsFilter};
use solana_sdk::{
    pubkey::Pubkey,
    signature::{Keypair, Signature, Signer as _},
};

/// Acknowledged transfers before the kill.
const BEFORE_KILL: usize = 150;
const SENDERS: usize = 4;

struct Process {
    child: Child,
    ready: Value,
}

impl Process {
    fn start(data_dir: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_hearth-practice"))
            .args(["--no-coordinator", "--exit-with-parent", "--data-dir"])
            .arg(data_dir)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(ready["event"], "ready");
        Self { child, ready }
    }

    fn url(&self) -> &str {
        self.ready["rpcUrl"].as_str().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sigkill_in_mid_traffic_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    let url = process.url().to_owned();
    let acknowledged = Arc::new(AtomicUsize::new(0));

    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        let rpc = client(&url);
        let wallet = Keypair::new();
        rpc.request_airdrop(&wallet.pubkey(), 10 * SOL).await.unwrap();
        faucet(&rpc, &wallet.pubkey(), 5 * IO).await.unwrap();
        let acknowledged = acknowledged.clone();
        senders.push(tokio::spawn(async move {
            let sink = Keypair::new().pubkey();
            let config = RpcSendTransactionConfig {
                skip_preflight: true,
                ..RpcSendTransactionConfig::default()
            };
            // One that was sent and not answered may have run or not; it is told apart.
            let (mut done, mut open): (
                Vec<Signature>,
                Option<solana_transaction::versioned::VersionedTransaction>,
            ) = (Vec::new(), None);
            for n in 0.. {
                let Ok(blockhash) = rpc.get_latest_blockhash().await else {
                    break;
                };
                let transaction = transfer(&wallet, &sink, SOL / 1000 + n, blockhash);
                match rpc.send_transaction_with_config(&transaction, config).await {
                    Ok(signature) => done.push(signature),
                    Err(_) => {
                        open = Some(transaction);
                        break;
                    }
                }
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            (wallet, sink, done, open)
        }));
    }
    let deadline = Instant::now() + Duration::from_secs(120);
    while acknowledged.load(Ordering::SeqCst) < BEFORE_KILL {
        assert!(Instant::now() < deadline, "too slow");
        tokio::task::yield_now().await;
    }
    process.child.kill().unwrap();
    process.child.wait().unwrap();

    let again = Process::start(folder.path());
    assert_eq!(again.ready["ioMint"], process.ready["ioMint"]);
    let rpc = client(again.url());
    let mut wallets = Vec::new();
    for sender in senders {
        let (wallet, sink, done, open) = sender.await.unwrap();
        let mut expected: u64 = (0..u64::try_from(done.len()).unwrap())
            .map(|n| SOL / 1000 + n)
            .sum();
        let mut ran = u64::try_from(done.len()).unwrap();
        for signatures in done.chunks(200) {
            for status in rpc.get_signature_statuses(signatures).await.unwrap().value {
                assert!(status.unwrap().err.is_none(), "acknowledged, so it is there");
            }
        }
        if let Some(transaction) = open {
            let amount = SOL / 1000 + ran;
            let had_run = rpc
                .get_signature_status(&transaction.signatures[0])
                .await
                .unwrap()
                .is_some();
            let before = rpc.get_balance(&sink).await.unwrap();
            // Sending it once more completes it or changes nothing.
            rpc.send_transaction(&transaction).await.unwrap();
            let after = rpc.get_balance(&sink).await.unwrap();
            assert_eq!(after - before, if had_run { 0 } else { amount });
            expected += amount;
            ran += 1;
        }
        assert_eq!(rpc.get_balance(&sink).await.unwrap(), expected);
        assert_eq!(
            rpc.get_balance(&wallet.pubkey()).await.unwrap(),
            10 * SOL - expected - ran * 5_000
        );
        wallets.push(wallet);
    }

    let mint: Pubkey = again.ready["ioMint"].as_str().unwrap().parse().unwrap();
    for wallet in &wallets {
        let account = hearth_practice::associated_account(&wallet.pubkey(), &mint);
        assert_eq!(
            rpc.get_token_account_balance(&account).await.unwrap().amount,
            (5 * IO).to_string()
        );
    }
    assert_eq!(all_io(&rpc, &mint, again.url()).await, 80_000_000_000_000_000);
}

/// The sum of all IO accounts, base units.
async fn all_io(rpc: &solana_client::nonblocking::rpc_client::RpcClient, mint: &Pubkey, url: &str) -> u64 {
    let info = crate::common::raw(url, r#"{"jsonrpc":"2.0","id":1,"method":"practice_info"}"#)
        .await
        .unwrap();
    let body = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": "getProgramAccounts", "params": [
        "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA",
        {"encoding": "jsonParsed", "filters": [{"dataSize": 165}, {"memcmp": {"offset": 0, "bytes": mint.to_string()}}]}
    ]});
    let all = crate::common::raw(url, body.to_string()).await.unwrap();
    let faucet: Pubkey = info["result"]["faucet"].as_str().unwrap().parse().unwrap();
    assert!(
        !rpc.get_token_accounts_by_owner(&faucet, TokenAccountsFilter::Mint(*mint))
            .await
            .unwrap()
            .is_empty()
    );
    let amount = |account: &Value| -> u64 {
        account["account"]["data"]["parsed"]["info"]["tokenAmount"]["amount"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap()
    };
    all["result"].as_array().unwrap().iter().map(amount).sum()
}

#[test]
fn it_ends_with_its_parent_and_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let mut process = Process::start(folder.path());
    drop(process.child.stdin.take());
    assert!(wait(&mut process.child).success());

    let mut process = Process::start(folder.path());
    Command::new("kill")
        .args(["-TERM", &process.child.id().to_string()])
        .status()
        .unwrap();
    assert!(wait(&mut process.child).success());
}

fn wait(child: &mut Child) -> std::process::ExitStatus {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        assert!(Instant::now() < deadline, "it does not end");
        std::thread::yield_now();
    }
}
