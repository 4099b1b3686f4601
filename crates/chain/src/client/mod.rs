//! Reading the chain and sending to it, over Solana's JSON-RPC.
//!
//! Nothing is kept between calls. Every answer is data from a stranger: it is decoded into types or refused.

mod account_data;
mod accounts;
mod config;
mod effects;
mod error;
mod events;
mod outcome;
mod positions;
mod recipient;
mod refusal;
mod rpc;
mod send;
mod status;
mod time;
mod transport;

pub use config::{ChainClient, ChainConfig};
pub use effects::WalletEffects;
pub use error::ChainError;
pub use events::{MAX_SIGNATURES, SignatureInfo, TransactionRecord};
pub use outcome::{Outcome, Sending};
pub use positions::RewardBooks;
pub use recipient::Recipient;
pub use refusal::TxError;
pub use send::Simulation;
pub use status::TxStatus;
