//! Solana's JSON-RPC: which method does what. Errors carry the codes that a cluster gives.

mod accounts;
mod blocks;
mod error;
mod params;
mod past;
mod practice;
mod tokens;
mod transactions;

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Value, json};

pub(crate) use self::{
    error::RpcError,
    params::{Params, wants_final},
    practice::NetworkInfo,
};
use crate::{actor::ChainHandle, history::History};

/// What the methods need.
#[derive(Clone)]
pub(crate) struct Rpc {
    pub(crate) chain: ChainHandle,
    pub(crate) history: History,
    pub(crate) info: Arc<NetworkInfo>,
}

impl Rpc {
    /// Answers one request, whatever it is.
    pub(crate) async fn answer(&self, body: &[u8]) -> Value {
        let (id, asked) = request(body);
        let (method, params) = match asked {
            Ok(asked) => asked,
            Err(error) => return reply(id, Err(error)),
        };
        let result = self.call(&method, &params).await;
        if let Err(error) = &result {
            tracing::debug!(method, code = error.code, "refused");
        }
        reply(id, result)
    }

    async fn call(&self, method: &str, params: &Params) -> Result<Value, RpcError> {
        match method {
            "getAccountInfo" => self.get_account_info(params).await,
            "getBalance" => self.get_balance(params).await,
            "getBlockHeight" => self.get_block_height(params),
            "getBlockTime" => self.get_block_time(params),
            "getEpochInfo" => self.get_epoch_info(params).await,
            "getFeeForMessage" => self.get_fee_for_message(params).await,
            "getFirstAvailableBlock" | "minimumLedgerSlot" => Ok(json!(crate::clock::FIRST_SLOT)),
            "getGenesisHash" => Ok(json!(self.chain.now().genesis.hash().to_string())),
            "getHealth" => self.get_health(),
            "getLatestBlockhash" => self.get_latest_blockhash(params),
            "getMinimumBalanceForRentExemption" => self.get_minimum_balance(params).await,
            "getMultipleAccounts" => self.get_multiple_accounts(params).await,
            "getProgramAccounts" => self.get_program_accounts(params).await,
            "getRecentPrioritizationFees" => self.get_recent_prioritization_fees(),
            "getSignatureStatuses" => self.get_signature_statuses(params).await,
            "getSignaturesForAddress" => self.get_signatures_for_address(params).await,
            "getSlot" => self.get_slot(params),
            "getTokenAccountBalance" => self.get_token_account_balance(params).await,
            "getTokenAccountsByOwner" => self.get_token_accounts_by_owner(params).await,
            "getTokenSupply" => self.get_token_supply(params).await,
            "getTransaction" => self.get_transaction(params).await,
            "getTransactionCount" => self.get_transaction_count().await,
            "getVersion" => Ok(blocks::version()),
            "isBlockhashValid" => self.is_blockhash_valid(params),
            "requestAirdrop" => self.request_airdrop(params).await,
            "sendTransaction" => self.send_transaction(params).await,
            "simulateTransaction" => self.simulate_transaction(params).await,
            "practice_advanceClock" => self.advance_clock(params).await,
            "practice_faucet" => self.faucet(params).await,
            "practice_info" => Ok(json!(self.info.as_ref())),
            _ => Err(RpcError::method_not_found()),
        }
    }

    /// A value with the slot it was read at.
    fn in_context(&self, value: impl Serialize) -> Value {
        in_context(self.chain.now().slot, value)
    }
}

pub(crate) fn in_context(slot: u64, value: impl Serialize) -> Value {
    json!({ "context": { "slot": slot, "apiVersion": blocks::API_VERSION }, "value": value })
}

/// The id of a request, and its method and parameters.
pub(crate) fn request(body: &[u8]) -> (Value, Result<(String, Params), RpcError>) {
    let Ok(request) = serde_json::from_slice::<Value>(body) else {
        return (Value::Null, Err(RpcError::parse()));
    };
    let id = request.get("id").filter(|id| id.is_string() || id.is_number());
    let id = id.cloned().unwrap_or(Value::Null);
    let version = request.get("jsonrpc").and_then(Value::as_str);
    let asked = match (request.get("method").and_then(Value::as_str), version) {
        (Some(method), Some("2.0")) => {
            Params::new(request.get("params")).map(|params| (method.to_owned(), params))
        }
        _ => Err(RpcError::invalid_request(
            "one JSON-RPC 2.0 request object is expected",
        )),
    };
    (id, asked)
}

/// The answer to a request.
pub(crate) fn reply(id: Value, result: Result<Value, RpcError>) -> Value {
    match result {
        Ok(result) => json!({ "jsonrpc": "2.0", "result": result, "id": id }),
        Err(error) => json!({ "jsonrpc": "2.0", "error": error, "id": id }),
    }
}
