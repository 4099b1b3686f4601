//! Parameters by position, parsed into types.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde_json::Value;
use solana_rpc_client_types::config::{CommitmentConfig, CommitmentLevel};
use solana_sdk::{pubkey::Pubkey, signature::Signature};

use super::RpcError;
use crate::clock::Moment;

/// The longest text that can be an address or a signature; longer ones are refused before decoding.
const LONGEST_ID: usize = 88;

/// The `params` of a request.
pub(crate) struct Params(Vec<Value>);

impl Params {
    pub(crate) fn new(params: Option<&Value>) -> Result<Self, RpcError> {
        match params {
            None | Some(Value::Null) => Ok(Self(Vec::new())),
            Some(Value::Array(values)) => Ok(Self(values.clone())),
            Some(Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_)) => {
                Err(RpcError::invalid_params("an array is expected"))
            }
        }
    }

    /// The parameter at a position; absent and null are the same.
    pub(crate) fn optional<T: DeserializeOwned>(
        &self,
        index: usize,
        name: &str,
    ) -> Result<Option<T>, RpcError> {
        let Some(value) = self.0.get(index).filter(|value| !value.is_null()) else {
            return Ok(None);
        };
        serde_json::from_value(value.clone())
            .map(Some)
            .map_err(|error| RpcError::invalid_params(format!("{name}: {error}")))
    }

    pub(crate) fn required<T: DeserializeOwned>(&self, index: usize, name: &str) -> Result<T, RpcError> {
        self.optional(index, name)?
            .ok_or_else(|| RpcError::invalid_params(format!("{name} is missing")))
    }

    pub(crate) fn address(&self, index: usize) -> Result<Pubkey, RpcError> {
        parse_address(&self.required::<String>(index, "address")?)
    }

    pub(crate) fn signature(&self, index: usize) -> Result<Signature, RpcError> {
        parse_signature(&self.required::<String>(index, "signature")?)
    }
}

pub(crate) fn parse_address(text: &str) -> Result<Pubkey, RpcError> {
    parse(text).ok_or_else(|| RpcError::invalid_params("not an address (base58 of 32 bytes)"))
}

pub(crate) fn parse_signature(text: &str) -> Result<Signature, RpcError> {
    parse(text).ok_or_else(|| RpcError::invalid_params("not a signature (base58 of 64 bytes)"))
}

pub(crate) fn parse<T: FromStr>(text: &str) -> Option<T> {
    if text.len() > LONGEST_ID {
        return None;
    }
    text.parse().ok()
}

/// Refuses when the caller wants a slot that is still to come.
pub(crate) fn check_min_slot(now: &Moment, wanted: Option<u64>) -> Result<(), RpcError> {
    match wanted {
        Some(slot) if slot > now.slot => Err(RpcError::min_context_slot(now.slot)),
        Some(_) | None => Ok(()),
    }
}

/// Whether final data is asked for; that is the default, as on a cluster.
pub(crate) fn wants_final(commitment: Option<CommitmentConfig>) -> bool {
    match commitment.unwrap_or_default().commitment {
        CommitmentLevel::Finalized => true,
        CommitmentLevel::Confirmed | CommitmentLevel::Processed => false,
    }
}
