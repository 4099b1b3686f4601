//! What the tests that run whole programs share: real processes, no part replaced.
//!
//! * `process`: a program that says in one line of JSON that it is ready; started, killed, started again.
//! * `network`: the practice network's chain and its coordinator as two processes; the chain by plain JSON-RPC.
//! * `daemon`: one side's daemon on its data folder; `client`: a client of its local socket.
//! * `http`: HTTP clients of their own.
//! * `processes`: every process of one test, also those started by others.
#![cfg(target_os = "linux")]

pub mod client;
pub mod daemon;
mod http;
pub mod network;
pub mod process;
pub mod processes;

pub use http::http;
