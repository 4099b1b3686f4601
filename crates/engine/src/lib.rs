//! The engine: wires the pure rules (`market`) to the outside world (`chain`, `store`, `mesh`, `sandbox`) and
//! handles every command of the interface ([`Engine::handle`]).
//!
//! The daemon and tests host it; it knows no window, no HTTP server and no tray. One data folder belongs to one
//! engine at a time.
//!
//! * Money: [`money`] writes the history entry and the signed transaction in one database transaction, then sends.
//!   After a crash the same bytes are completed or the entry is reversed. [`prices`] says what an entry is worth.
//! * Lending: [`provider`] keeps the node listed, answers quote requests and runs leased workloads.
//! * Renting: [`renter`] opens a lease, sends the job, prepays by vouchers and collects output.
//! * Both sides end in [`settlement`].

mod children;
mod closing;
mod config;
mod coordinator_client;
mod devices;
mod dispatch;
mod engine;
mod lending;
mod money;
mod network;
mod pause;
mod practice_faucet;
mod prices;
mod private_file;
mod provider;
mod readiness;
mod renter;
mod settlement;
mod state;
mod status;
mod wallet;

pub use children::{Benchmarking, probe};
pub use config::{EngineConfig, Host, NetworkConfig};
pub use engine::Engine;
pub use practice_faucet::{practice_faucet, practice_info};
pub use private_file::{create_private_dir, write_private};
