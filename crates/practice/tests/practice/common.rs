//! What the tests share: a network, a real Solana client, and transactions.

use std::sync::{Arc, LazyLock};

use hearth_practice::{Practice, PracticeConfig, RunningPractice};
use serde_json::{Value, json};
use solana_client::{
    client_error::{ClientError, ClientErrorKind},
    nonblocking::rpc_client::RpcClient,
    rpc_request::RpcRequest,
};
use solana_message::Message;
use solana_rpc_client_types::config::CommitmentConfig;
use solana_sdk::{
    hash::Hash,
    instruction::Instruction,
    pubkey::Pubkey,
    signature::{Keypair, Signer as _},
};
use solana_transaction::{Transaction, versioned::VersionedTransaction};

pub(crate) const SOL: u64 = 1_000_000_000;
pub(crate) const IO: u64 = 100_000_000;

/// A network in a folder of its own.
pub(crate) struct Net {
    pub(crate) folder: Arc<tempfile::TempDir>,
    pub(crate) network: RunningPractice,
    pub(crate) rpc: RpcClient,
}

pub(crate) async fn start() -> Net {
    start_in(Arc::new(tempfile::tempdir().unwrap())).await
}

pub(crate) async fn start_in(folder: Arc<tempfile::TempDir>) -> Net {
    let network = Practice::start(PracticeConfig::new(folder.path())).await.unwrap();
    let rpc = client(&network.rpc_url());
    Net { folder, network, rpc }
}

pub(crate) fn client(url: &str) -> RpcClient {
    RpcClient::new_with_commitment(url.to_owned(), CommitmentConfig::confirmed())
}

impl Net {
    /// Ends the network and starts it again on the same folder.
    pub(crate) async fn restart(self) -> Self {
        let folder = self.folder.clone();
        self.network.shutdown().await;
        start_in(folder).await
    }

    /// A new wallet with SOL.
    pub(crate) async fn wallet(&self, sol: u64) -> Keypair {
        let wallet = Keypair::new();
        self.rpc
            .request_airdrop(&wallet.pubkey(), sol * SOL)
            .await
            .unwrap();
        wallet
    }

    /// Calls any method; the error is the JSON-RPC error object.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        raw(
            &self.network.rpc_url(),
            json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string(),
        )
        .await
        .map(|answer| match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        })
        .unwrap()
    }

    pub(crate) async fn advance(&self, seconds: u64) {
        self.call("practice_advanceClock", json!([seconds]))
            .await
            .unwrap();
    }

    pub(crate) async fn transfer(&self, from: &Keypair, to: &Pubkey, lamports: u64) -> VersionedTransaction {
        let blockhash = self.rpc.get_latest_blockhash().await.unwrap();
        transfer(from, to, lamports, blockhash)
    }
}

/// Posts any body.
pub(crate) async fn raw(url: &str, body: impl Into<reqwest::Body>) -> reqwest::Result<Value> {
    static CLIENT: LazyLock<reqwest::Client> = LazyLock::new(|| hearth_chain::http_client().build().unwrap());
    let request = CLIENT
        .post(url)
        .header("content-type", "application/json")
        .body(body);
    request.send().await?.json().await
}

pub(crate) fn transfer(from: &Keypair, to: &Pubkey, lamports: u64, blockhash: Hash) -> VersionedTransaction {
    signed(
        &[solana_system_interface::instruction::transfer(
            &from.pubkey(),
            to,
            lamports,
        )],
        &[from],
        blockhash,
    )
}

pub(crate) fn signed(
    instructions: &[Instruction],
    signers: &[&Keypair],
    blockhash: Hash,
) -> VersionedTransaction {
    let message = Message::new(instructions, Some(&signers[0].pubkey()));
    let mut transaction = Transaction::new_unsigned(message);
    transaction.sign(signers, blockhash);
    transaction.into()
}

/// The code of a JSON-RPC error.
pub(crate) fn code(error: &ClientError) -> i64 {
    match error.kind() {
        ClientErrorKind::RpcError(solana_client::rpc_request::RpcError::RpcResponseError {
            code, ..
        }) => *code,
        other @ (ClientErrorKind::Io(_)
        | ClientErrorKind::Reqwest(_)
        | ClientErrorKind::Middleware(_)
        | ClientErrorKind::RpcError(_)
        | ClientErrorKind::SerdeJson(_)
        | ClientErrorKind::SigningError(_)
        | ClientErrorKind::TransactionError(_)
        | ClientErrorKind::Custom(_)) => panic!("no response error: {other}"),
    }
}

/// `practice_faucet` through the real client.
pub(crate) async fn faucet(rpc: &RpcClient, wallet: &Pubkey, amount: u64) -> Result<String, ClientError> {
    rpc.send(
        RpcRequest::Custom {
            method: "practice_faucet",
        },
        json!([wallet.to_string(), amount]),
    )
    .await
}
