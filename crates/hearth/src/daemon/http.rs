//! The browser's way in: the same interface, the same protocol, over HTTP on loopback.
//!
//! `POST /ipc` carries a command, `GET /events` server-sent events, `POST /pair` a pairing code; everything else
//! is the interface's files. Host and Origin are checked on every request, so a web page elsewhere can neither
//! rebind a name to this port nor post to it.

use std::{convert::Infallible, net::SocketAddr, path::PathBuf, sync::Arc};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::{
        IntoResponse, Response,
        sse::{self, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures::{Stream, StreamExt as _};
use hearth_engine::Engine;
use hearth_types::ipc::{Code, Command, Event, IpcError, MAX_MESSAGE_BYTES};
use tokio::sync::watch;
use tokio_stream::wrappers::BroadcastStream;
use tower_http::{
    services::{ServeDir, ServeFile},
    set_header::SetResponseHeaderLayer,
};

use super::pairing::Pairing;

/// What the browser may load and where it may connect: this server only.
const SECURITY_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     style-src-attr 'unsafe-inline'; connect-src 'self'; img-src 'self' data: blob:; font-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The HTTP server.
pub(super) struct Server {
    pairing: Arc<Pairing>,
    stop: watch::Sender<bool>,
    task: tokio::task::JoinHandle<()>,
}

#[derive(Clone)]
struct App {
    engine: Engine,
    pairing: Arc<Pairing>,
    address: SocketAddr,
    stop: watch::Receiver<bool>,
}

impl Server {
    /// Listens and serves.
    ///
    /// # Errors
    /// [`Code::PortInUse`] with a mend when the address is taken.
    pub(super) async fn start(
        engine: Engine,
        address: SocketAddr,
        data_dir: &std::path::Path,
        ui_dir: Option<PathBuf>,
    ) -> Result<Self, IpcError> {
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|cause| {
            IpcError::new(
                Code::PortInUse,
                format!("The browser interface cannot listen on {address}."),
            )
            .mend("Another program uses this port. Choose another with --http, or 127.0.0.1:0 for any.")
            .detail(cause)
        })?;
        let address = listener.local_addr().unwrap_or(address);
        let pairing = Arc::new(Pairing::load(data_dir, address));
        let (stop, stopped) = watch::channel(false);
        let app = App {
            engine,
            pairing: Arc::clone(&pairing),
            address,
            stop: stopped.clone(),
        };
        let router = router(app, ui_dir);
        let mut stopped = stopped;
        let task = tokio::spawn(async move {
            let until_stop = async move {
                let _ = stopped.wait_for(|stop| *stop).await;
            };
            let served = axum::serve(listener, router)
                .with_graceful_shutdown(until_stop)
                .await;
            if let Err(error) = served {
                tracing::error!(%error, "the browser interface stopped");
            }
        });
        Ok(Self { pairing, stop, task })
    }

    /// The door-keeper, for offering codes.
    pub(super) fn pairing(&self) -> Arc<Pairing> {
        Arc::clone(&self.pairing)
    }

    /// Stops listening and ends the event streams.
    pub(super) async fn stop(self) {
        self.stop.send_replace(true);
        let _ = tokio::time::timeout(std::time::Duration::from_secs(2), self.task).await;
    }
}

fn router(app: App, ui_dir: Option<PathBuf>) -> Router {
    let api = Router::new()
        .route("/ipc", post(ipc))
        .route("/events", get(events))
        .route_layer(middleware::from_fn_with_state(app.clone(), require_pairing))
        .route("/pair", post(pair))
        .layer(DefaultBodyLimit::max(MAX_MESSAGE_BYTES));
    let with_files = match ui_dir {
        // Pages have addresses of their own: an unknown path is the interface's to show.
        Some(dir) => {
            let index = ServeFile::new(dir.join("index.html"));
            api.fallback_service(ServeDir::new(dir).fallback(index))
        }
        None => api.fallback(async || {
            (
                StatusCode::NOT_FOUND,
                "The interface's files are not here. Build them with “cargo xtask run”.",
            )
        }),
    };
    let fixed = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    with_files
        .layer(middleware::from_fn_with_state(app.clone(), require_own_origin))
        .layer(fixed(header::CONTENT_SECURITY_POLICY, SECURITY_POLICY))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(header::CACHE_CONTROL, "no-cache"))
        .with_state(app)
}

fn refused(status: StatusCode, error: IpcError) -> Response {
    (status, Json(error)).into_response()
}

fn is_own(headers: &HeaderMap, port: u16) -> bool {
    let own = [
        format!("127.0.0.1:{port}"),
        format!("localhost:{port}"),
        format!("[::1]:{port}"),
    ];
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let host_ok = headers
        .get(header::HOST)
        .and_then(text)
        .is_some_and(|host| own.contains(&host));
    let origin_ok = headers.get(header::ORIGIN).is_none_or(|origin| {
        text(origin)
            .and_then(|o| o.strip_prefix("http://").map(str::to_owned))
            .is_some_and(|o| own.contains(&o))
    });
    host_ok && origin_ok
}

/// Host must be this server's own address, Origin (when sent) its own origin.
async fn require_own_origin(State(app): State<App>, request: Request, next: Next) -> Response {
    let port = app.address.port();
    if is_own(request.headers(), port) {
        return next.run(request).await;
    }
    let error = IpcError::new(Code::Forbidden, "This address is not Hearth's own.")
        .mend(format!("Open http://127.0.0.1:{port} instead."));
    refused(StatusCode::FORBIDDEN, error)
}

fn session_token<'a>(headers: &'a HeaderMap, cookie: &str) -> Option<&'a str> {
    let cookies = headers.get(header::COOKIE)?.to_str().ok()?;
    cookies
        .split(';')
        .find_map(|pair| pair.trim().strip_prefix(cookie)?.strip_prefix('='))
}

async fn require_pairing(State(app): State<App>, request: Request, next: Next) -> Response {
    if session_token(request.headers(), app.pairing.cookie()).is_some_and(|token| app.pairing.knows(token)) {
        return next.run(request).await;
    }
    let error = IpcError::new(Code::Forbidden, "This browser is not paired with Hearth.")
        .mend("Enter the code that the daemon printed, or that Settings shows in the window.");
    refused(StatusCode::UNAUTHORIZED, error)
}

#[derive(serde::Deserialize)]
struct PairRequest {
    code: String,
}

async fn pair(State(app): State<App>, Json(request): Json<PairRequest>) -> Response {
    let Some(token) = app.pairing.pair(&request.code) else {
        let error = IpcError::new(Code::Forbidden, "The code is wrong or was used.")
            .mend("Ask for a new code: Settings in the window, or start the daemon again.");
        return refused(StatusCode::FORBIDDEN, error);
    };
    let name = app.pairing.cookie();
    let cookie = format!("{name}={token}; HttpOnly; SameSite=Strict; Path=/; Max-Age=31536000");
    ([(header::SET_COOKIE, cookie)], StatusCode::NO_CONTENT).into_response()
}

async fn ipc(State(app): State<App>, body: Bytes) -> Response {
    let command: Command = match serde_json::from_slice(&body) {
        Ok(command) => command,
        Err(cause) => {
            let error = super::no_command(cause);
            return refused(StatusCode::BAD_REQUEST, error);
        }
    };
    // A browser could pair another browser with it; only the local socket hands out codes.
    if matches!(command, Command::GetBrowserAccess(_)) {
        let error = IpcError::new(Code::Forbidden, "A browser cannot invite another one.")
            .mend("Settings in the window shows a code.");
        return refused(StatusCode::FORBIDDEN, error);
    }
    match app.engine.handle(command).await {
        Ok(reply) => Json(reply).into_response(),
        Err(error) => refused(StatusCode::UNPROCESSABLE_ENTITY, error),
    }
}

async fn events(State(app): State<App>) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let mut stop = app.stop.clone();
    let stopped = async move {
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let stream = BroadcastStream::new(app.engine.events()).map(|event| {
        let event = event.unwrap_or(Event::Lagged);
        Ok(sse::Event::default().json_data(event).unwrap_or_default())
    });
    Sse::new(stream.take_until(Box::pin(stopped))).keep_alive(KeepAlive::default())
}
