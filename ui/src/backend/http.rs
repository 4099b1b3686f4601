//! The browser's way: `POST /ipc`, server-sent events of `GET /events`, `POST /pair`.

use std::{cell::Cell, rc::Rc, time::Duration};

use gloo_net::http::{Request, Response};
use hearth_types::ipc::{Code, IpcError};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{EventSource, MessageEvent};

use super::{Incoming, parse_event, unreachable_engine};

const SLOWEST_RETRY: Duration = Duration::from_secs(8);

async fn post(path: &str, body: String) -> Result<Response, IpcError> {
    Request::post(path)
        .header("content-type", "application/json")
        .body(body)
        .map_err(unreachable_engine)?
        .send()
        .await
        .map_err(unreachable_engine)
}

/// The reply as JSON text.
pub(super) async fn ask(body: String) -> Result<String, IpcError> {
    let response = post("/ipc", body).await?;
    let text = response.text().await.map_err(unreachable_engine)?;
    if response.ok() {
        return Ok(text);
    }
    if response.status() == 401 {
        return Err(unpaired());
    }
    Err(serde_json::from_str(&text).unwrap_or_else(|_| unreachable_engine(response.status())))
}

/// What a browser gets that was never paired; the pages turn into the pairing page.
fn unpaired() -> IpcError {
    IpcError::new(Code::Forbidden, "This browser is not paired.").detail(super::super::state::UNPAIRED)
}

pub(super) async fn pair(code: &str) -> Result<(), IpcError> {
    let response = post("/pair", serde_json::json!({ "code": code }).to_string()).await?;
    if response.ok() { Ok(()) } else { Err(unpaired()) }
}

/// Keeps an event stream open; one that the browser gave up is opened anew, ever more slowly.
pub(super) fn listen(on: impl Fn(Incoming) + 'static) {
    connect(Rc::new(on), Rc::new(Cell::new(Duration::from_millis(500))));
}

fn connect(on: Rc<dyn Fn(Incoming)>, wait: Rc<Cell<Duration>>) {
    let Ok(source) = EventSource::new("/events") else {
        on(Incoming::Lost);
        return;
    };
    let opened = {
        let (on, wait) = (Rc::clone(&on), Rc::clone(&wait));
        Closure::<dyn Fn()>::new(move || {
            wait.set(Duration::from_millis(500));
            on(Incoming::Opened);
        })
    };
    let message = {
        let on = Rc::clone(&on);
        Closure::<dyn Fn(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(json) = message.data().as_string() {
                on(Incoming::Event(Box::new(parse_event(&json))));
            }
        })
    };
    let failed = {
        let source = source.clone();
        Closure::<dyn Fn()>::new(move || {
            on(Incoming::Lost);
            if source.ready_state() == EventSource::CLOSED {
                let (on, wait) = (Rc::clone(&on), Rc::clone(&wait));
                let now = wait.get();
                wait.set((now * 2).min(SLOWEST_RETRY));
                leptos::prelude::set_timeout(move || connect(on, wait), now);
            }
        })
    };
    source.set_onopen(Some(opened.as_ref().unchecked_ref()));
    source.set_onmessage(Some(message.as_ref().unchecked_ref()));
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    // The stream lives as long as the page; a closure that is dropped could not be called.
    opened.forget();
    message.forget();
    failed.forget();
}
