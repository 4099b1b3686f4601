//! Balances by plain JSON-RPC: a second pair of eyes that shares no code with the engine.

use anyhow::Context as _;
use hearth_types::id::WalletAddress;
use serde_json::{Value, json};

/// A Solana RPC address.
pub(super) struct Rpc {
    http: reqwest::Client,
    url: String,
}

impl Rpc {
    pub(super) fn new(url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            http: hearth_chain::http_client().no_proxy().build()?,
            url: url.to_owned(),
        })
    }

    /// IO base units in all token accounts of a wallet.
    pub(super) async fn token_balance(&self, wallet: WalletAddress) -> anyhow::Result<u64> {
        let program = "TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA";
        let accounts = self
            .call(
                "getTokenAccountsByOwner",
                json!([wallet, { "programId": program }, { "encoding": "base64" }]),
            )
            .await?;
        let mut sum: u64 = 0;
        for account in accounts["value"].as_array().context("a list of accounts")? {
            let key = account["pubkey"].as_str().context("an account's address")?;
            let balance = self.call("getTokenAccountBalance", json!([key])).await?;
            let amount = balance["value"]["amount"].as_str().context("an amount")?;
            sum = sum.checked_add(amount.parse()?).context("the balances' sum")?;
        }
        Ok(sum)
    }

    async fn call(&self, method: &str, params: Value) -> anyhow::Result<Value> {
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
}
