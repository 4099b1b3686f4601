//! Signed requests: who sent it is proven and it was never taken before, or the handler does not run.

use std::net::SocketAddr;

use axum::{
    body::to_bytes,
    extract::{ConnectInfo, FromRequest, Request},
    http::HeaderMap,
};
use hearth_protocol::{
    coordinator::ApiCode,
    request::{COUNTER_HEADER, KEY_HEADER, MAX_BODY, RequestParts, SIGNATURE_HEADER},
};
use hearth_types::{
    id::{Address, Signature},
    network::NetworkKind,
};
use serde::de::DeserializeOwned;

use super::Refusal;
use crate::state::App;

/// The longest signed path, bytes.
const MAX_PATH: usize = 256;

/// A request whose signature and counter are good.
pub(super) struct Signed<T> {
    /// Who signed.
    pub(super) key: [u8; 32],
    /// What.
    pub(super) body: T,
}

struct Headers {
    key: [u8; 32],
    counter: u64,
    signature: Signature,
}

impl Headers {
    fn of(headers: &HeaderMap) -> Result<Self, Refusal> {
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.ok_or_else(|| {
                Refusal::new(
                    ApiCode::BadSignature,
                    format!("the header {name} is missing or no text"),
                )
            })
        };
        let bad =
            |name: &str| Refusal::new(ApiCode::BadSignature, format!("the header {name} does not parse"));
        let key: Address = text(KEY_HEADER)?.parse().map_err(|_| bad(KEY_HEADER))?;
        let counter = text(COUNTER_HEADER)?.parse().map_err(|_| bad(COUNTER_HEADER))?;
        let signature = text(SIGNATURE_HEADER)?
            .parse()
            .map_err(|_| bad(SIGNATURE_HEADER))?;
        Ok(Self {
            key: key.0,
            counter,
            signature,
        })
    }
}

impl<T: DeserializeOwned + Send> FromRequest<App> for Signed<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, app: &App) -> Result<Self, Refusal> {
        let (head, body) = request.into_parts();
        let Headers {
            key,
            counter,
            signature,
        } = Headers::of(&head.headers)?;
        let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
        if path.len() > MAX_PATH {
            return Err(Refusal::new(ApiCode::BadRequest, "the path is too long"));
        }
        let body = to_bytes(body, MAX_BODY).await.map_err(|_| Refusal::too_large())?;
        let kind = app.network.kind;
        let is_signed_for = |kind: NetworkKind| {
            RequestParts {
                network_tag: &kind.tag(),
                method: head.method.as_str(),
                path,
                counter,
                body: &body,
            }
            .is_signed_by(&key, &signature)
        };
        if !is_signed_for(kind) {
            let other = NetworkKind::ALL
                .into_iter()
                .filter(|other| *other != kind)
                .any(is_signed_for);
            return Err(if other {
                Refusal::new(ApiCode::WrongNetwork, "the request is signed for another network")
            } else {
                Refusal::new(
                    ApiCode::BadSignature,
                    "the signature is not the key's for this request",
                )
            });
        }
        // Every connection has one; without, nobody is admitted as new.
        let peer = head.extensions.get::<ConnectInfo<SocketAddr>>();
        if !peer.is_some_and(|ConnectInfo(peer)| app.limits.admits_key(key, peer.ip())) {
            return Err(Refusal::too_many());
        }
        // Parsed before the counter is taken: only what can be handled uses one up.
        let body = serde_json::from_slice(&body).map_err(|error| {
            Refusal::new(ApiCode::BadRequest, format!("the body does not parse: {error}"))
        })?;
        app.db.take_counter(&key, counter, app.clock.now()).await?;
        Ok(Self { key, body })
    }
}
