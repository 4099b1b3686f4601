//! The HTTP side: one address, POST for JSON-RPC and a WebSocket for subscriptions, and `/health`.

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};

use crate::{pubsub, rpc::Rpc};

/// The largest request, bytes; a cluster's limit is the same.
const MAX_BODY: usize = 50 * 1024;

/// The routes.
pub(crate) fn router(rpc: Rpc) -> Router {
    Router::new()
        .route("/", post(answer).get(pubsub::accept))
        .route("/health", get(health))
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .with_state(rpc)
}

async fn answer(State(rpc): State<Rpc>, headers: HeaderMap, body: Bytes) -> Response {
    // A web page cannot send this type to another origin without asking first, and we never agree.
    let kind = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok())
        .unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("application/json") {
        return (
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Content-Type: application/json is expected",
        )
            .into_response();
    }
    let answer = rpc.answer(&body).await;
    ([(CONTENT_TYPE, "application/json")], answer.to_string()).into_response()
}

async fn health(State(rpc): State<Rpc>) -> (StatusCode, &'static str) {
    if rpc.chain.is_running() {
        (StatusCode::OK, "ok")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "stopped")
    }
}
