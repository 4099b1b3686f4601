//! HTTP to one server, with a limit on what an answer may weigh.

use std::time::Duration;

use serde::Deserialize;
use serde_json::Value;
use solana_client::{
    rpc_custom_error::JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE, rpc_request::RpcRequest,
    rpc_response::RpcSimulateTransactionResult,
};
use solana_transaction_error::TransactionError;

use super::{ChainError, TxError, backoff::Trouble};

/// The longest wait for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);
/// The longest wait for a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// The heaviest answer: a thousand signatures take a quarter of it.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;
/// Longest server message that is repeated, characters.
const MAX_MESSAGE_CHARS: usize = 300;

/// Sends requests to one server.
pub(super) struct Transport {
    /// Without it every request fails with this cause.
    http: Result<reqwest::Client, String>,
    /// May hold an access token: never shown.
    url: String,
}

/// Why there is no result.
pub(super) struct Failure {
    pub(super) error: ChainError,
    /// The server's own trouble; another one may do better.
    pub(super) trouble: Option<Trouble>,
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

/// What came over HTTP.
struct Body {
    bytes: Vec<u8>,
    status: reqwest::StatusCode,
    retry_after: Option<Duration>,
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

    pub(super) async fn ask(&self, request: RpcRequest, params: Value) -> Result<Value, Failure> {
        // One request a connection at a time: the id need not tell answers apart.
        let body = request.build_request_json(1, params).to_string().into_bytes();
        let body = self.exchange(body).await.map_err(|error| Failure {
            error,
            trouble: Some(Trouble::Down),
        })?;
        if body.status == reqwest::StatusCode::TOO_MANY_REQUESTS {
            return Err(Failure {
                error: ChainError::Unreachable("the server is asked too much".into()),
                trouble: Some(Trouble::Busy(body.retry_after)),
            });
        }
        // Some servers send JSON-RPC errors with another status than 200.
        if !body.status.is_success() && body.bytes.first() != Some(&b'{') {
            return Err(Failure {
                error: ChainError::Unreachable(format!("HTTP status {}", body.status).into()),
                trouble: Some(Trouble::Down),
            });
        }
        let answer: Answer = serde_json::from_slice(&body.bytes).map_err(|_| Failure {
            error: ChainError::BadAnswer("not the JSON expected"),
            trouble: Some(Trouble::Down),
        })?;
        answer
            .error
            .map_or(Ok(answer.result), |error| Err(error.sorted()))
    }

    async fn exchange(&self, body: Vec<u8>) -> Result<Body, ChainError> {
        let http = self
            .http
            .as_ref()
            .map_err(|cause| ChainError::Unreachable(cause.clone().into()))?;
        let lost = |error: reqwest::Error| ChainError::Unreachable(error.without_url().into());
        let request = http
            .post(&self.url)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body);
        let mut response = request.send().await.map_err(lost)?;
        let retry_after = response
            .headers()
            .get(reqwest::header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        let status = response.status();
        let mut bytes = Vec::new();
        while let Some(part) = response.chunk().await.map_err(lost)? {
            if bytes.len().saturating_add(part.len()) > MAX_ANSWER_BYTES {
                return Err(ChainError::Unreachable("the answer is too long".into()));
            }
            bytes.extend_from_slice(&part);
        }
        Ok(Body {
            bytes,
            status,
            retry_after,
        })
    }
}

impl AnswerError {
    fn sorted(self) -> Failure {
        let Self { code, message, data } = self;
        if code == JSON_RPC_SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE
            && let Some(refusal) = refusal(data)
        {
            return Failure {
                error: ChainError::Refused(refusal),
                trouble: None,
            };
        }
        Failure {
            error: ChainError::Server {
                code,
                message: message.chars().take(MAX_MESSAGE_CHARS).collect(),
            },
            trouble: is_its_own(code).then_some(Trouble::Down),
        }
    }
}

/// The reason in a refused preflight.
fn refusal(data: Value) -> Option<TxError> {
    let result: RpcSimulateTransactionResult = serde_json::from_value(data).ok()?;
    let error = TransactionError::from(result.err?);
    Some(TxError::read(&error, &result.logs.unwrap_or_default()))
}

/// Whether an error is about the server and not about what it was asked. These codes are Solana's: bad requests,
/// refused transactions, versions; and the practice faucet's limits.
const fn is_its_own(code: i64) -> bool {
    !matches!(
        code,
        -32_700 | -32_600 | -32_602 | -32_002 | -32_003 | -32_006 | -32_013 | -32_015 | -32_050
    )
}
