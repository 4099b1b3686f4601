//! All calls to the engine: one typed `ask`, one stream of events, two ways they travel.

mod http;
mod tauri;

#[cfg(feature = "demo")]
mod demo;

use hearth_types::ipc::{Code, Command, Event, FileSaved, IpcError, Request};

/// What comes unasked.
#[derive(Clone, Debug)]
pub(crate) enum Incoming {
    /// The engine said something.
    Event(Box<Event>),
    /// The stream is open (again): whatever was missed must be fetched.
    Opened,
    /// The stream broke.
    Lost,
    /// The engine is gone and being started again; why the last attempt failed, when one did.
    Down(Option<Box<IpcError>>),
    /// The window has written a file of this page, or could not.
    Saved(FileSaved),
}

/// The way to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Backend {
    /// A browser, over HTTP.
    Http,
    /// The desktop window, which forwards to the local socket.
    Tauri,
    /// Sample data.
    #[cfg(feature = "demo")]
    Demo,
}

impl Backend {
    /// The way that exists here.
    pub(crate) fn detect() -> Self {
        #[cfg(feature = "demo")]
        return Self::Demo;
        #[cfg(not(feature = "demo"))]
        if tauri::present() { Self::Tauri } else { Self::Http }
    }

    /// Whether this is the desktop window.
    pub(crate) fn is_window(self) -> bool {
        !matches!(self, Self::Http)
    }

    /// Asks the engine and parses its answer.
    ///
    /// # Errors
    /// What the engine said, or `engine_unreachable` when it does not answer.
    pub(crate) async fn ask<R: Request>(self, request: R) -> Result<R::Reply, IpcError> {
        let command: Command = request.into();
        let body = serde_json::to_string(&command).map_err(unreadable)?;
        let reply = match self {
            Self::Http => http::ask(body).await?,
            Self::Tauri => tauri::ask(&body).await?,
            #[cfg(feature = "demo")]
            Self::Demo => demo::ask(command).await?,
        };
        serde_json::from_str(if reply.is_empty() { "null" } else { &reply }).map_err(unreadable)
    }

    /// Calls back with everything that comes unasked, for as long as the page lives.
    pub(crate) fn listen(self, on: impl Fn(Incoming) + 'static) {
        match self {
            Self::Http => http::listen(on),
            Self::Tauri => tauri::listen(on),
            #[cfg(feature = "demo")]
            Self::Demo => demo::listen(on),
        }
    }

    /// Trades a pairing code for the browser's cookie.
    ///
    /// # Errors
    /// When the code is wrong or the engine does not answer.
    pub(crate) async fn pair(self, code: &str) -> Result<(), IpcError> {
        http::pair(code).await
    }
}

fn unreadable(cause: impl std::fmt::Display) -> IpcError {
    IpcError::new(Code::Internal, "The answer of Hearth's engine cannot be read.")
        .mend("Restart Hearth, so that window and engine are of one version.")
        .detail(cause)
}

fn unreachable_engine(cause: impl std::fmt::Debug) -> IpcError {
    IpcError::new(Code::EngineUnreachable, "Hearth's engine does not answer.")
        .mend("Wait a moment; the interface tries again by itself. If it stays away, start Hearth anew.")
        .detail(format!("{cause:?}"))
}

/// The event in a JSON text; one that a newer engine added means "fetch everything".
fn parse_event(json: &str) -> Event {
    serde_json::from_str(json).unwrap_or(Event::Lagged)
}
