//! HTTP under the RPC client, with a limit on what an answer may weigh.

use std::{io, time::Duration};

use async_trait::async_trait;
use serde::Deserialize;
use serde_json::Value;
use solana_client::{
    client_error::{ClientErrorKind, Result},
    rpc_custom_error::JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
    rpc_request::{RpcError, RpcRequest, RpcResponseErrorData},
    rpc_sender::{RpcSender, RpcTransportStats},
};

/// The longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The heaviest answer: a thousand signatures take a quarter of it.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// Sends requests to one server.
pub(super) struct Transport {
    /// Without it every request fails with this cause.
    http: std::result::Result<reqwest::Client, String>,
    url: String,
}

/// What a server answers.
#[derive(Deserialize)]
struct Answer {
    error: Option<AnswerError>,
    #[serde(default)]
    result: Value,
}

#[derive(Deserialize)]
struct AnswerError {
    code: i64,
    message: String,
    #[serde(default)]
    data: Value,
}

impl Transport {
    /// `direct`: past any proxy, as for a server on this machine.
    pub(super) fn new(url: String, direct: bool) -> Self {
        let mut builder = crate::http_client()
            .timeout(ANSWER_TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT);
        if direct {
            builder = builder.no_proxy();
        }
        Self {
            http: builder.build().map_err(|error| error.to_string()),
            url,
        }
    }

    async fn exchange(&self, body: Vec<u8>) -> io::Result<Vec<u8>> {
        let http = self
            .http
            .as_ref()
            .map_err(|cause| io::Error::other(cause.clone()))?;
        // The address may hold an access token.
        let lost = |error: reqwest::Error| io::Error::other(error.without_url());
        let request = http
            .post(&self.url)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body);
        let mut response = request.send().await.map_err(lost)?;
        let status = response.status();
        let mut answer = Vec::new();
        while let Some(part) = response.chunk().await.map_err(lost)? {
            if answer.len().saturating_add(part.len()) > MAX_ANSWER_BYTES {
                return Err(io::Error::new(
                    io::ErrorKind::FileTooLarge,
                    "the answer is too long",
                ));
            }
            answer.extend_from_slice(&part);
        }
        // Some servers send JSON-RPC errors with another status than 200.
        if status.is_success() || answer.first() == Some(&b'{') {
            Ok(answer)
        } else {
            Err(io::Error::other(format!("HTTP status {status}")))
        }
    }
}

#[async_trait]
impl RpcSender for Transport {
    async fn send(&self, request: RpcRequest, params: Value) -> Result<Value> {
        // One request a connection at a time: the id need not tell answers apart.
        let body = request.build_request_json(1, params).to_string().into_bytes();
        let answer = self.exchange(body).await.map_err(ClientErrorKind::Io)?;
        let answer: Answer = serde_json::from_slice(&answer).map_err(ClientErrorKind::SerdeJson)?;
        let Some(AnswerError { code, message, data }) = answer.error else {
            return Ok(answer.result);
        };
        let data = if code == JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE {
            serde_json::from_value(data).map_or(
                RpcResponseErrorData::Empty,
                RpcResponseErrorData::SendTransactionPreflightFailure,
            )
        } else {
            RpcResponseErrorData::Empty
        };
        Err(ClientErrorKind::RpcError(RpcError::RpcResponseError { code, message, data }).into())
    }

    fn get_transport_stats(&self) -> RpcTransportStats {
        RpcTransportStats::default()
    }

    fn url(&self) -> String {
        self.url.clone()
    }
}
