//! What the RPC says when it cannot do as asked.

use serde::Serialize;
use serde_json::{Value, json};

use crate::{actor::Stopped, chain::Refusal, faucet::GiftError, ledger::LedgerError};

const PREFLIGHT_FAILURE: i64 = -32_002;
const SIGNATURE_FAILURE: i64 = -32_003;
const NODE_UNHEALTHY: i64 = -32_005;
const UNSUPPORTED_VERSION: i64 = -32_015;
const MIN_CONTEXT_SLOT: i64 = -32_016;
const PARSE: i64 = -32_700;
const INVALID_REQUEST: i64 = -32_600;
const METHOD_NOT_FOUND: i64 = -32_601;
const INVALID_PARAMS: i64 = -32_602;
const INTERNAL: i64 = -32_603;
/// Ours: the faucet's limits.
const FAUCET: i64 = -32_050;

/// A JSON-RPC error object.
#[derive(Debug, Serialize)]
pub(crate) struct RpcError {
    pub(crate) code: i64,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
}

impl RpcError {
    fn new(code: i64, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
        }
    }

    pub(crate) fn parse() -> Self {
        Self::new(PARSE, "Parse error")
    }

    pub(crate) fn invalid_request(why: &str) -> Self {
        Self::new(INVALID_REQUEST, format!("Invalid request: {why}"))
    }

    pub(crate) fn method_not_found() -> Self {
        Self::new(METHOD_NOT_FOUND, "Method not found")
    }

    pub(crate) fn invalid_params(why: impl std::fmt::Display) -> Self {
        Self::new(INVALID_PARAMS, format!("Invalid params: {why}"))
    }

    pub(crate) fn unhealthy() -> Self {
        Self {
            data: Some(json!({ "numSlotsBehind": null })),
            ..Self::new(NODE_UNHEALTHY, "Node is unhealthy")
        }
    }

    pub(crate) fn unsupported_version(version: u8) -> Self {
        Self::new(
            UNSUPPORTED_VERSION,
            format!(
                "Transaction version ({version}) is not supported by the requesting client. Please try the request \
                 again with the following configuration parameter: \"maxSupportedTransactionVersion\": {version}"
            ),
        )
    }

    pub(crate) fn min_context_slot(slot: u64) -> Self {
        Self {
            data: Some(json!({ "contextSlot": slot })),
            ..Self::new(MIN_CONTEXT_SLOT, "Minimum context slot has not been reached")
        }
    }

    fn internal() -> Self {
        Self::new(INTERNAL, "Internal error")
    }
}

impl From<Stopped> for RpcError {
    fn from(_: Stopped) -> Self {
        Self::unhealthy()
    }
}

impl From<LedgerError> for RpcError {
    fn from(error: LedgerError) -> Self {
        // The details are for the log; the caller can do nothing with them.
        tracing::error!(error = &error as &dyn std::error::Error, "ledger");
        Self::internal()
    }
}

impl From<Refusal> for RpcError {
    fn from(refusal: Refusal) -> Self {
        let message = refusal.to_string();
        match refusal {
            Refusal::Signature => Self::new(SIGNATURE_FAILURE, message),
            Refusal::Malformed(_) => Self::invalid_params(message),
            Refusal::WouldFail { result, .. } => Self {
                data: Some(json!(result)),
                ..Self::new(PREFLIGHT_FAILURE, message)
            },
            Refusal::Ledger(error) => error.into(),
        }
    }
}

impl From<GiftError> for RpcError {
    fn from(error: GiftError) -> Self {
        match error {
            GiftError::Nothing | GiftError::TooMuch => Self::invalid_params(error),
            GiftError::HasEnough => Self::new(FAUCET, error.to_string()),
            GiftError::Refused(refusal) => refusal.into(),
        }
    }
}
