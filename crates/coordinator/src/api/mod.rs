//! The HTTP interface: every route of [`hearth_protocol::coordinator`].

mod error;
mod leases;
pub(crate) mod limits;
mod nodes;
mod offers;
mod quotes;
mod signed;

use std::{net::SocketAddr, time::Duration};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    middleware::{self, Next},
    response::Response,
    routing::{get, post},
};
use hearth_protocol::coordinator::{ApiCode, NetworkReply, PROTOCOL_VERSION};

use crate::state::App;
pub(crate) use error::Refusal;

/// Longer than any wait that the protocol allows.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(40);

/// All routes.
pub(crate) fn router(app: App) -> Router {
    Router::new()
        .route("/v1/network", get(network))
        .route("/v1/nodes", post(nodes::register))
        .route("/v1/nodes/heartbeat", post(nodes::heartbeat))
        .route("/v1/nodes/inbox", post(quotes::inbox))
        .route("/v1/nodes/quotes", post(quotes::answer))
        .route("/v1/offers", get(offers::offers))
        .route("/v1/quotes", post(quotes::ask))
        .route("/v1/leases/address", post(leases::address))
        .route("/v1/leases/settlement", post(leases::settlement))
        .fallback(no_such_route)
        .method_not_allowed_fallback(no_such_route)
        .layer(middleware::from_fn_with_state(app.clone(), within_limits))
        .with_state(app)
}

async fn network(State(app): State<App>) -> Json<NetworkReply> {
    Json(NetworkReply {
        network: app.network.clone(),
        protocol: PROTOCOL_VERSION,
        prices: (app.prices)(app.clock.now()),
    })
}

async fn no_such_route() -> Refusal {
    Refusal::new(ApiCode::NotFound, "there is no such route")
}

/// Bounds how often an address may ask and how long one request may take, slow bodies included.
async fn within_limits(
    State(app): State<App>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, Refusal> {
    if !app.limits.admits_address(peer.ip()) {
        return Err(Refusal::too_many());
    }
    tokio::time::timeout(REQUEST_TIMEOUT, next.run(request))
        .await
        .map_err(|_| Refusal::new(ApiCode::BadRequest, "the request took too long"))
}
