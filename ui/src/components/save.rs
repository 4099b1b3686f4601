//! Files that leave the page: to a browser's downloads, or through the window to the downloads folder.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::{backend::Backend, state::App, words::w};

/// How long the content stays reachable: reading it begins after the press that asked for it.
const KEEP: Duration = Duration::from_secs(60);

/// Offers the parts, one after another, as a file of that name.
fn offer(name: &str, parts: &js_sys::Array, kind: &str) -> Result<(), JsValue> {
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(kind);
    let blob = web_sys::Blob::new_with_blob_sequence_and_options(parts, &options)?;
    let url = web_sys::Url::create_object_url_with_blob(&blob)?;
    let anchor: web_sys::HtmlAnchorElement = document().create_element("a")?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(name.rsplit('/').next().unwrap_or(name));
    anchor.click();
    set_timeout(
        move || {
            let _gone_with_its_page = web_sys::Url::revoke_object_url(&url);
        },
        KEEP,
    );
    Ok(())
}

/// Saves bytes under a name and says so. The window says by itself where it put the file.
pub(crate) fn save_bytes(app: App, name: &str, content: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(content));
    said(app, name, offer(name, &parts, "application/octet-stream"));
}

/// Saves a CSV file that came in pieces.
pub(crate) fn save_csv(app: App, name: &str, pieces: &[String]) {
    let parts: js_sys::Array = pieces.iter().map(|piece| JsValue::from_str(piece)).collect();
    said(app, name, offer(name, &parts, "text/csv;charset=utf-8"));
}

fn said(app: App, name: &str, offered: Result<(), JsValue>) {
    match offered {
        Ok(()) if app.backend == Backend::Tauri => {}
        Ok(()) => app.say(w!(save.handed, name = name.to_owned()).to_string()),
        Err(_) => app.say(w!(save.failed)),
    }
}
