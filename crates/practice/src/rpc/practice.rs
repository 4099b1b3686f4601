//! Methods that no cluster has. Their names begin with `practice_`; the crate's page lists them.

use std::sync::OnceLock;

use hearth_types::network::NetworkKind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use solana_sdk::pubkey::Pubkey;

use super::{
    Rpc, RpcError,
    params::{Params, parse_address},
};
use crate::faucet::Gift;

/// The farthest one call moves the clock, seconds: ten years.
const MAX_ADVANCE_SECONDS: u64 = 10 * 365 * 86_400;

/// What a client must know of this network.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NetworkInfo {
    /// Names the network in everything that is signed.
    pub(crate) network_tag: NetworkKind,
    #[serde(serialize_with = "as_text")]
    pub(crate) program_id: Pubkey,
    #[serde(serialize_with = "as_text")]
    pub(crate) io_mint: Pubkey,
    /// The program's account that holds the network's parameters.
    #[serde(serialize_with = "as_text")]
    pub(crate) network_account: Pubkey,
    /// The embedded coordinator's address, once it runs.
    #[serde(serialize_with = "as_option")]
    pub(crate) coordinator_url: OnceLock<String>,
    #[serde(serialize_with = "as_text")]
    pub(crate) faucet: Pubkey,
}

fn as_text<S: serde::Serializer>(address: &Pubkey, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(address)
}

fn as_option<S: serde::Serializer>(url: &OnceLock<String>, serializer: S) -> Result<S::Ok, S::Error> {
    url.get().serialize(serializer)
}

/// A count in JSON: a number, or a string of digits since JavaScript's numbers end at 2⁵³.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Count {
    Number(u64),
    Text(String),
}

impl Count {
    fn get(&self) -> Result<u64, RpcError> {
        match self {
            Self::Number(number) => Ok(*number),
            Self::Text(text) => text
                .parse()
                .map_err(|_| RpcError::invalid_params("not a whole number")),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FaucetParams {
    wallet: String,
    io_base_units: Count,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AdvanceParams {
    seconds: u64,
}

impl Rpc {
    pub(super) async fn faucet(&self, params: &Params) -> Result<Value, RpcError> {
        let first: Value = params.required(0, "wallet")?;
        let asked = match first.as_str() {
            Some(wallet) => FaucetParams {
                wallet: wallet.to_owned(),
                io_base_units: params.required(1, "ioBaseUnits")?,
            },
            None => serde_json::from_value(first).map_err(RpcError::invalid_params)?,
        };
        let gift = Gift::Io {
            wallet: parse_address(&asked.wallet)?,
            amount: asked.io_base_units.get()?,
        };
        Ok(json!(self.chain.give(gift).await??.to_string()))
    }

    pub(super) async fn advance_clock(&self, params: &Params) -> Result<Value, RpcError> {
        let first: Value = params.required(0, "seconds")?;
        let AdvanceParams { seconds } = match first.as_u64() {
            Some(seconds) => AdvanceParams { seconds },
            None => serde_json::from_value(first).map_err(RpcError::invalid_params)?,
        };
        if seconds > MAX_ADVANCE_SECONDS {
            return Err(RpcError::invalid_params(format!(
                "at most {MAX_ADVANCE_SECONDS} seconds"
            )));
        }
        let now = self.chain.advance(seconds.saturating_mul(1000)).await??;
        let now = now.ok_or_else(|| RpcError::invalid_params("the clock cannot go farther"))?;
        Ok(json!({ "slot": now.slot, "blockHeight": now.height(), "unixTimestamp": now.unix_seconds() }))
    }
}
