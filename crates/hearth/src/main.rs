//! `hearth`: the daemon (engine, local socket, HTTP, tray icon) and the command line that talks to it.
//!
//! The daemon hosts the engine and nothing else decides anything: the window, a browser and the commands here are
//! clients of one protocol ([`hearth_types::ipc`]). GPU drivers never load into this process.

mod cli;
mod client;
mod command;
mod daemon;
mod output;
mod paths;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let cli = cli::Cli::parse();
    let json = cli.json;
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::failure(&error, json);
            ExitCode::FAILURE
        }
    }
}
