//! A practice network: the chain and the coordinator as two processes, so that each can die alone.

use std::{
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use ed25519_dalek::SigningKey;
use hearth_types::{
    id::{Address, WalletAddress},
    network::NetworkKind,
};
use serde_json::{Value, json};

use crate::process::{PATIENCE, Process, program};

/// SOL that the coordinator's fee payer gets, lamports.
const FEES: u64 = 10_000_000_000;
/// Between two tries to start where the port is still taken.
const RETRY: std::time::Duration = std::time::Duration::from_millis(100);

/// The network, with everything it remembers below one folder.
#[derive(Debug)]
pub struct Network {
    folder: PathBuf,
    kind: NetworkKind,
    chain: Process,
    coordinator: Process,
    rpc_url: String,
    coordinator_url: String,
}

impl Network {
    /// Starts a fresh network in `folder`, on free ports that it keeps over restarts.
    ///
    /// # Errors
    /// When a process does not start.
    pub async fn start(folder: &Path) -> anyhow::Result<Self> {
        Self::start_as(NetworkKind::Practice, folder).await
    }

    /// The same, calling itself practice or custom.
    ///
    /// # Errors
    /// When a process does not start.
    pub async fn start_as(kind: NetworkKind, folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let chain = start_chain(kind, folder, "127.0.0.1:0").await?;
        let rpc_url = chain.told("rpcUrl")?;
        let secret = SigningKey::from_bytes(&rand::random());
        write_private(&folder.join("fee-payer.key"), &secret.to_bytes())?;
        let payer = WalletAddress(secret.verifying_key().to_bytes());
        Rpc::new(&rpc_url)?
            .call("requestAirdrop", json!([payer, FEES]))
            .await?;
        let coordinator = start_coordinator((kind, folder), &chain, "127.0.0.1:0", None).await?;
        let coordinator_url = coordinator.told("url")?;
        Ok(Self {
            folder: folder.to_owned(),
            kind,
            chain,
            coordinator,
            rpc_url,
            coordinator_url,
        })
    }

    /// What it calls itself.
    #[must_use]
    pub fn kind(&self) -> NetworkKind {
        self.kind
    }

    /// The chain's JSON-RPC address.
    #[must_use]
    pub fn rpc_url(&self) -> &str {
        &self.rpc_url
    }

    /// The coordinator's address.
    #[must_use]
    pub fn coordinator_url(&self) -> &str {
        &self.coordinator_url
    }

    /// The chain by plain JSON-RPC.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn rpc(&self) -> anyhow::Result<Rpc> {
        Rpc::new(&self.rpc_url)
    }

    /// The chain's process.
    pub fn chain(&mut self) -> &mut Process {
        &mut self.chain
    }

    /// The coordinator's process.
    pub fn coordinator(&mut self) -> &mut Process {
        &mut self.coordinator
    }

    /// Kills the chain and starts it again on its ledger and port.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn restart_chain(&mut self) -> anyhow::Result<()> {
        self.chain.kill().await?;
        let listen = self.rpc_url.trim_start_matches("http://");
        self.chain = patiently(async || start_chain(self.kind, &self.folder, listen).await).await?;
        Ok(())
    }

    /// Kills the coordinator and starts it again on its database and port; with `kill_at` it dies at that place.
    ///
    /// # Errors
    /// When it does not come back.
    pub async fn restart_coordinator(&mut self, kill_at: Option<&str>) -> anyhow::Result<()> {
        self.coordinator.kill().await?;
        let listen = self.coordinator_url.trim_start_matches("http://");
        let start = async || start_coordinator((self.kind, &self.folder), &self.chain, listen, kill_at).await;
        self.coordinator = patiently(start).await?;
        Ok(())
    }
}

fn write_private(path: &Path, content: &[u8]) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)?
        .write_all(content)
}

/// The port of a process that was just killed may be taken for a moment longer.
async fn patiently(start: impl AsyncFn() -> anyhow::Result<Process>) -> anyhow::Result<Process> {
    let started = async {
        loop {
            match start().await {
                Ok(process) => return process,
                Err(_) => tokio::time::sleep(RETRY).await,
            }
        }
    };
    match tokio::time::timeout(PATIENCE / 4, started).await {
        Ok(process) => Ok(process),
        Err(_) => start().await,
    }
}

async fn start_chain(kind: NetworkKind, folder: &Path, listen: &str) -> anyhow::Result<Process> {
    let mut command = program("hearth-practice")?;
    command.arg("--data-dir").arg(folder.join("chain"));
    command.args(["--network", kind.name()]);
    command.args(["--no-coordinator", "--rpc-listen", listen]);
    Process::start(command, "the chain", &folder.join("chain.log")).await
}

async fn start_coordinator(
    (kind, folder): (NetworkKind, &Path),
    chain: &Process,
    listen: &str,
    kill_at: Option<&str>,
) -> anyhow::Result<Process> {
    let mut command = program("hearth-coordinator")?;
    command.arg("--data-dir").arg(folder.join("coordinator"));
    command.args(["--network", kind.name(), "--listen", listen]);
    command.args(["--rpc-url", &chain.told("rpcUrl")?]);
    command.args(["--program", &chain.told("programId")?]);
    command.args(["--io-mint", &chain.told("ioMint")?]);
    command.arg("--fee-payer").arg(folder.join("fee-payer.key"));
    command.env("HEARTH_KILL_AT", kill_at.unwrap_or_default());
    Process::start(command, "the coordinator", &folder.join("coordinator.log")).await
}

/// The chain by plain JSON-RPC: a second pair of eyes that shares no code with the engine.
#[derive(Debug)]
pub struct Rpc {
    http: reqwest::Client,
    url: String,
}

/// A token account of the IO mint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IoAccount {
    /// Where it is.
    pub address: Address,
    /// Whose it is.
    pub owner: Address,
    /// IO base units.
    pub amount: u64,
}

impl Rpc {
    /// A client for an address.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            http: crate::http().no_proxy().timeout(PATIENCE).build()?,
            url: url.to_owned(),
        })
    }

    /// Calls a method.
    ///
    /// # Errors
    /// When there is no answer, or an error.
    pub async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        let request = self
            .http
            .post(&self.url)
            .header("content-type", "application/json");
        let reply = request.body(body.to_string()).send().await?.text().await?;
        let mut reply: Value = serde_json::from_str(&reply)?;
        anyhow::ensure!(reply["error"].is_null(), "{method}: {}", reply["error"]);
        Ok(reply["result"].take())
    }

    /// Every account that holds IO, but the faucet's.
    ///
    /// # Errors
    /// When the chain does not answer or answers nonsense.
    pub async fn io_accounts(&self) -> anyhow::Result<Vec<IoAccount>> {
        let program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
        let info = self.call("practice_info", json!([])).await?;
        let mint = json!({ "memcmp": { "offset": 0, "bytes": info["ioMint"] } });
        let filter = json!({ "encoding": "jsonParsed", "filters": [{ "dataSize": 165 }, mint] });
        let all = self.call("getProgramAccounts", json!([program, filter])).await?;
        let faucet: Address = info["faucet"].as_str().context("the faucet")?.parse()?;
        let mut accounts = Vec::new();
        for account in all.as_array().context("a list of accounts")? {
            let facts = &account["account"]["data"]["parsed"]["info"];
            let owner: Address = facts["owner"].as_str().context("an owner")?.parse()?;
            let amount = facts["tokenAmount"]["amount"]
                .as_str()
                .context("an amount")?
                .parse()?;
            let address: Address = account["pubkey"].as_str().context("an address")?.parse()?;
            if owner != faucet {
                accounts.push(IoAccount {
                    address,
                    owner,
                    amount,
                });
            }
        }
        Ok(accounts)
    }
}
