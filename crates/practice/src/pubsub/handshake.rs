//! From an HTTP request to a WebSocket.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, StatusCode,
        header::{
            CONNECTION, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
        },
    },
    response::{IntoResponse as _, Response},
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        handshake::derive_accept_key,
        protocol::{Role, WebSocketConfig},
    },
};

use super::session::Session;
use crate::rpc::Rpc;

/// The largest message a subscriber may send, bytes.
const MAX_MESSAGE: usize = 16 * 1024;
/// The version of the protocol that RFC 6455 names.
const VERSION: &str = "13";

/// Answers a request for a WebSocket and serves it from then on.
pub(crate) async fn accept(State(rpc): State<Rpc>, mut request: Request) -> Response {
    let headers = request.headers();
    // Only browsers send it, and a web page has no business here.
    if headers.contains_key(ORIGIN) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let key = match asked(headers) {
        Some(key) => derive_accept_key(key),
        None => return (StatusCode::UPGRADE_REQUIRED, "POST for JSON-RPC, or a WebSocket").into_response(),
    };
    let Some(upgrade) = request.extensions_mut().remove::<OnUpgrade>() else {
        return StatusCode::UPGRADE_REQUIRED.into_response();
    };
    tokio::spawn(async move {
        // An error means that the other side has gone away.
        if let Ok(raw) = upgrade.await {
            let config = WebSocketConfig::default()
                .max_message_size(Some(MAX_MESSAGE))
                .max_frame_size(Some(MAX_MESSAGE));
            let raw = TokioIo::new(raw);
            let socket = WebSocketStream::from_raw_socket(raw, Role::Server, Some(config)).await;
            Session::new(rpc).serve(socket).await;
        }
    });
    let headers = [
        (CONNECTION, "upgrade"),
        (UPGRADE, "websocket"),
        (SEC_WEBSOCKET_ACCEPT, key.as_str()),
    ];
    (StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

/// The key of a well-formed request for a WebSocket.
fn asked(headers: &HeaderMap) -> Option<&[u8]> {
    let upgrade = headers.get(UPGRADE)?.to_str().ok()?;
    let version = headers.get(SEC_WEBSOCKET_VERSION)?;
    let right = upgrade.eq_ignore_ascii_case("websocket") && version == VERSION;
    headers
        .get(SEC_WEBSOCKET_KEY)
        .filter(|_| right)
        .map(|key| key.as_bytes())
}
