//! Requests to the coordinator, signed where they change something.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use hearth_protocol::{
    coordinator::{ApiCode, ApiError, NetworkReply, Offers},
    request::{COUNTER_HEADER, KEY_HEADER, RequestParts, SIGNATURE_HEADER},
};
use hearth_types::{
    id::NodeId,
    ipc::{Code, IpcError},
    requirement::Requirement,
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{prices::Prices, state::now};

/// Longer than any wait the coordinator keeps a request for.
const TIMEOUT: Duration = Duration::from_secs(40);
/// The largest reply, bytes.
const MAX_REPLY: usize = 4 * 1024 * 1024;

/// Why a request failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CoordinatorError {
    /// No answer, or none that parses.
    #[error("the coordinator does not answer")]
    Unreachable(#[source] reqwest::Error),
    /// An answer that is no message of the protocol.
    #[error("the coordinator's answer is not understood: {0}")]
    Nonsense(String),
    /// A refusal.
    #[error("the coordinator refused: {0}")]
    Refused(#[source] ApiError),
    /// The counter could not be stored.
    #[error(transparent)]
    Store(#[from] hearth_store::StoreError),
}

impl From<CoordinatorError> for IpcError {
    fn from(error: CoordinatorError) -> Self {
        match error {
            CoordinatorError::Refused(refusal) => {
                let code = match refusal.code {
                    ApiCode::NodeSilent | ApiCode::Refused => Code::NoQuote,
                    ApiCode::Busy => Code::DeviceBusy,
                    ApiCode::WrongNetwork => Code::WrongNetwork,
                    ApiCode::NotFound => Code::NotFound,
                    ApiCode::ChainUnreachable => Code::ChainUnreachable,
                    ApiCode::BadRequest
                    | ApiCode::BadSignature
                    | ApiCode::StaleCounter
                    | ApiCode::Forbidden
                    | ApiCode::NotRegistered
                    | ApiCode::StakeMissing
                    | ApiCode::BadSettlement
                    | ApiCode::TooMany
                    | ApiCode::Internal => Code::CoordinatorRefused,
                };
                Self::new(code, refusal.message)
            }
            CoordinatorError::Store(error) => error.into(),
            CoordinatorError::Unreachable(cause) => unreachable(cause),
            CoordinatorError::Nonsense(cause) => unreachable(cause),
        }
    }
}

fn unreachable(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(
        Code::CoordinatorUnreachable,
        "The coordinator does not answer. Nothing was paid.",
    )
    .mend("Hearth keeps trying. Check your connection; on the practice network restart the daemon.")
    .detail(cause)
}

/// A connection to one coordinator.
#[derive(Clone)]
pub(crate) struct CoordinatorClient {
    http: reqwest::Client,
    base: String,
    network_tag: [u8; 16],
    store: hearth_store::Store,
    prices: Prices,
}

impl CoordinatorClient {
    /// A client for the coordinator at `base`; counters are kept in `store`.
    pub(crate) fn new(
        base: &str,
        network_tag: [u8; 16],
        store: hearth_store::Store,
    ) -> Result<Self, CoordinatorError> {
        let http = hearth_chain::http_client()
            .timeout(TIMEOUT)
            .connect_timeout(Duration::from_secs(5))
            .no_proxy()
            .build()
            .map_err(CoordinatorError::Unreachable)?;
        Ok(Self {
            http,
            base: base.trim_end_matches('/').to_owned(),
            network_tag,
            store,
            prices: Prices::default(),
        })
    }

    /// The network's parameters. The prices that come with them are kept in [`Self::prices`].
    pub(crate) async fn network(&self) -> Result<NetworkReply, CoordinatorError> {
        let mut reply: NetworkReply = self.get(format!("{}/v1/network", self.base)).await?;
        self.prices.hear(std::mem::take(&mut reply.prices), now());
        Ok(reply)
    }

    /// What currencies cost, as it said last.
    pub(crate) const fn prices(&self) -> &Prices {
        &self.prices
    }

    /// The market, as far as it serves the need.
    pub(crate) async fn offers(&self, need: &Requirement) -> Result<Offers, CoordinatorError> {
        let address = format!("{}/v1/offers", self.base);
        let mut url = reqwest::Url::parse(&address).map_err(|e| CoordinatorError::Nonsense(e.to_string()))?;
        url.query_pairs_mut()
            .append_pair("model", &need.model.to_string())
            .append_pair("min_vram_bytes", &need.min_vram_bytes.to_string());
        self.get(url).await
    }

    async fn get<T: DeserializeOwned>(&self, url: impl reqwest::IntoUrl) -> Result<T, CoordinatorError> {
        let sent = self.http.get(url).send().await;
        read(sent.map_err(CoordinatorError::Unreachable)?).await
    }

    /// Sends a signed request. A counter that the coordinator calls stale is corrected once: after a restored
    /// backup the store may know a lower one.
    pub(crate) async fn post<B: Serialize, T: DeserializeOwned>(
        &self,
        key: &SigningKey,
        path: &str,
        body: &B,
    ) -> Result<T, CoordinatorError> {
        match self.post_once(key, path, body, 0).await {
            Err(CoordinatorError::Refused(ApiError {
                code: ApiCode::StaleCounter,
                expected_counter: Some(counter),
                ..
            })) => self.post_once(key, path, body, counter).await,
            answer => answer,
        }
    }

    async fn post_once<B: Serialize, T: DeserializeOwned>(
        &self,
        key: &SigningKey,
        path: &str,
        body: &B,
        at_least: u64,
    ) -> Result<T, CoordinatorError> {
        let body = serde_json::to_vec(body).map_err(|e| CoordinatorError::Nonsense(e.to_string()))?;
        let public = NodeId(key.verifying_key().to_bytes());
        let counter = self.store.next_counter(&public.to_string(), at_least).await?;
        let parts = RequestParts {
            network_tag: &self.network_tag,
            method: "POST",
            path,
            counter,
            body: &body,
        };
        let signature = parts.sign(key);
        let request = self
            .http
            .post(format!("{}{path}", self.base))
            .header(KEY_HEADER, public.to_string())
            .header(COUNTER_HEADER, counter.to_string())
            .header(SIGNATURE_HEADER, signature.to_string())
            .header("content-type", "application/json")
            .body(body);
        read(request.send().await.map_err(CoordinatorError::Unreachable)?).await
    }
}

async fn read<T: DeserializeOwned>(mut response: reqwest::Response) -> Result<T, CoordinatorError> {
    let ok = response.status().is_success();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(CoordinatorError::Unreachable)? {
        if bytes.len() + chunk.len() > MAX_REPLY {
            return Err(CoordinatorError::Nonsense("more than 4 MiB".into()));
        }
        bytes.extend_from_slice(&chunk);
    }
    if ok {
        return serde_json::from_slice(&bytes).map_err(|e| CoordinatorError::Nonsense(e.to_string()));
    }
    match serde_json::from_slice::<ApiError>(&bytes) {
        Ok(refusal) => Err(CoordinatorError::Refused(refusal)),
        Err(error) => Err(CoordinatorError::Nonsense(error.to_string())),
    }
}
