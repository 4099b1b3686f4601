//! The window's way, on `window.__TAURI__`: the commands `ipc` and `connection`, the events `hearth-event`,
//! `hearth-connection` and `hearth-saved`.

use std::rc::Rc;

use hearth_types::ipc::{DaemonConnection, IpcError};
use js_sys::{Function, JSON, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::{Incoming, parse_event, unreachable_engine};

fn get(of: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    Reflect::get(of, &key.into())
}

fn namespace(name: &str) -> Result<JsValue, JsValue> {
    let tauri = get(&js_sys::global(), "__TAURI__")?;
    get(&tauri, name)
}

/// Whether this page runs in the desktop window.
#[cfg_attr(
    feature = "demo",
    expect(dead_code, reason = "the demo never asks which way exists")
)]
pub(super) fn present() -> bool {
    namespace("core").is_ok_and(|core| core.is_object())
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

async fn invoke(name: &str, arguments: &Object) -> Result<JsValue, JsValue> {
    let core = namespace("core")?;
    let invoke: Function = get(&core, "invoke")?.dyn_into()?;
    let promise: Promise = invoke.call2(&core, &name.into(), arguments)?.dyn_into()?;
    JsFuture::from(promise).await
}

async fn send(body: &str) -> Result<JsValue, JsValue> {
    let arguments = Object::new();
    Reflect::set(&arguments, &"command".into(), &JSON::parse(body)?)?;
    invoke("ipc", &arguments).await
}

/// The reply as JSON text.
pub(super) async fn ask(body: &str) -> Result<String, IpcError> {
    match send(body).await {
        Ok(reply) => Ok(text(&reply)),
        Err(error) => Err(serde_json::from_str(&text(&error)).unwrap_or_else(|_| unreachable_engine(error))),
    }
}

async fn subscribe(name: &str, on: impl Fn(String) + 'static) -> Result<(), JsValue> {
    let event = namespace("event")?;
    let listen: Function = get(&event, "listen")?.dyn_into()?;
    let handler = Closure::<dyn Fn(JsValue)>::new(move |message: JsValue| {
        if let Ok(payload) = get(&message, "payload") {
            on(text(&payload));
        }
    });
    let promise: Promise = listen.call2(&event, &name.into(), handler.as_ref())?.dyn_into()?;
    // Subscribed for as long as the page lives.
    handler.forget();
    JsFuture::from(promise).await.map(drop)
}

/// What the window says of its connection to the daemon.
fn connection(json: &str) -> Incoming {
    match serde_json::from_str(json) {
        Ok(DaemonConnection::Connected) => Incoming::Opened,
        Ok(DaemonConnection::Connecting) => Incoming::Down(None),
        Ok(DaemonConnection::Unreachable { error }) => Incoming::Down(Some(Box::new(error))),
        Err(_) => Incoming::Lost,
    }
}

async fn subscribe_to_all(on: &Rc<dyn Fn(Incoming)>) -> Result<(), JsValue> {
    let events = Rc::clone(on);
    subscribe("hearth-event", move |json| {
        events(Incoming::Event(Box::new(parse_event(&json))));
    })
    .await?;
    let changes = Rc::clone(on);
    subscribe("hearth-connection", move |json| changes(connection(&json))).await?;
    let saves = Rc::clone(on);
    subscribe("hearth-saved", move |json| {
        if let Ok(saved) = serde_json::from_str(&json) {
            saves(Incoming::Saved(saved));
        }
    })
    .await?;
    // What changed before the page listened.
    let now = invoke("connection", &Object::new()).await?;
    on(connection(&text(&now)));
    Ok(())
}

pub(super) fn listen(on: impl Fn(Incoming) + 'static) {
    let on: Rc<dyn Fn(Incoming)> = Rc::new(on);
    spawn_local(async move {
        if subscribe_to_all(&on).await.is_err() {
            on(Incoming::Lost);
        }
    });
}
