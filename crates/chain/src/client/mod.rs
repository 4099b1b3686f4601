//! Reading the chain and sending to it, over Solana's JSON-RPC.
//!
//! Every answer is data from a stranger: it is decoded into types or refused. Nothing but the servers' health and the
//! price of priority is kept between calls.

mod account_data;
mod accounts;
mod backoff;
mod blockhash;
mod config;
mod effects;
mod error;
mod events;
mod follow;
mod genesis;
mod positions;
mod priority;
mod recipient;
mod refusal;
mod rpc;
mod send;
mod servers;
mod status;
mod time;
mod transport;
mod witness;

pub use config::{ChainClient, ChainConfig};
pub use effects::WalletEffects;
pub use error::ChainError;
pub use events::{MAX_SIGNATURES, SignatureInfo, TransactionRecord};
pub use follow::{Outcome, Sending};
pub use positions::RewardBooks;
pub use recipient::Recipient;
pub use refusal::TxError;
pub use send::Simulation;
pub use status::{MAX_STATUSES, TxStatus};
