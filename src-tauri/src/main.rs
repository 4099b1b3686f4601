//! The window of Hearth: a web view with the interface, and a wire from it to the daemon.
//!
//! It finds or starts the daemon ([`daemon`]), keeps a connection to it ([`link`]) and forwards messages both ways.
//! A file that the page hands over goes to the downloads folder ([`saving`]).
//! Closing it ends this process; the daemon goes on. It decides nothing and must never know the engine, SQL, a GPU
//! or the chain.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod daemon;
mod link;
mod place;
mod saving;
mod session;

use std::process::ExitCode;

use anyhow::Context as _;
use hearth_types::ipc::{Code, Command, DaemonConnection, IpcError};
use serde_json::Value;
use tauri::{AppHandle, Emitter as _, Manager as _, State, Url, WebviewWindowBuilder};

use crate::{
    link::{Link, Notice},
    place::Place,
};

/// Sends one command to the engine; the answer is the engine's.
#[tauri::command]
async fn ipc(link: State<'_, Link>, command: Value) -> Result<Value, IpcError> {
    let command = serde_json::from_value::<Command>(command)
        .map_err(|cause| IpcError::new(Code::BadRequest, "The message is no command.").detail(cause))?;
    link.ask(command).await
}

/// How the connection to the engine stands; changes come as `hearth-connection`.
#[tauri::command]
fn connection(link: State<'_, Link>) -> DaemonConnection {
    link.connection()
}

fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_env("HEARTH_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let place = Place::find()?;
    let mut context = tauri::generate_context!();
    // Each profile is an app of its own: one window, its own position and web storage.
    context.config_mut().identifier.push_str(&place.profile_suffix());
    tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| to_front(app)))
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .invoke_handler(tauri::generate_handler![ipc, connection])
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(Link::start(place, move |notice| forward(&handle, notice)));
            open(app.handle())?;
            Ok(())
        })
        .run(context)
        .context("the window")
}

/// Opens the window. It shows the interface, saves files of its making and goes nowhere else.
fn open(app: &AppHandle) -> tauri::Result<()> {
    for config in &app.config().app.windows {
        WebviewWindowBuilder::from_config(app, config)?
            .on_navigation(|url| is_interface(url) || saving::is_of_page(url))
            .on_download(|webview, event| saving::on_download(webview.app_handle(), event))
            .build()?;
    }
    Ok(())
}

/// The interface's own address: `tauri://localhost`, on Windows `http://tauri.localhost`.
pub(crate) fn is_interface(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

fn to_front(app: &AppHandle) {
    for window in app.webview_windows().values() {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}

/// Tells the page. A page that is not there yet asks when it comes.
fn forward(app: &AppHandle, notice: Notice) {
    let told = match notice {
        Notice::Event(event) => app.emit("hearth-event", &event),
        Notice::Connection(connection) => app.emit("hearth-connection", &connection),
        Notice::Quit => {
            app.exit(0);
            Ok(())
        }
    };
    if let Err(error) = told {
        tracing::debug!(%error, "an event did not reach the page");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_else() {
        let goes = |url: &str| is_interface(&url.parse().unwrap());
        assert!(goes("tauri://localhost/index.html"));
        assert!(goes("http://tauri.localhost/rent"));
        assert!(!goes("https://example.org/"));
        assert!(!goes("file:///etc/passwd"));
        assert!(!goes("http://localhost:1420/"));
    }
}
