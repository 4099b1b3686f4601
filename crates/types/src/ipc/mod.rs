//! The one protocol between the engine and its clients: window, browser and command line.
//!
//! A client sends a [`Command`] and gets the reply that its request type names ([`Request::Reply`]) or an
//! [`IpcError`]; [`Event`]s arrive unasked. Over the local socket every message is one line of JSON
//! ([`ClientMessage`], [`ServerMessage`]); over HTTP a command is the body of `POST /ipc` and events are
//! server-sent events of `GET /events`. Knows neither tauri nor wasm-bindgen.

mod command;
mod connection;
mod error;
mod event;
mod view;
mod wallet;
mod wire;

pub use command::*;
pub use connection::*;
pub use error::*;
pub use event::*;
pub use view::*;
pub use wallet::*;
pub use wire::*;
