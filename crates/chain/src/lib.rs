//! Everything on chain: the wallet and its key, transactions, and the RPC client.
//!
//! Money moves in three steps that callers keep apart, so that a crash between any two loses nothing:
//! [`Transactions`] builds signed bytes without sending them; the caller writes them down; [`ChainClient`] sends
//! them and says what became of them. The same bytes can be sent any number of times and run once.
//!
//! * [`wallet`]: seed phrase, derivation, keychain or encrypted file.
//! * [`node_key`]: identity of a node and keys of single leases, apart from the wallet.
//! * [`program`]: one deployment of the on-chain program and the addresses that follow from it.
//! * [`statements`]: quotes, vouchers and closes, signed and checked.
//! * [`transactions`][]: builders.
//! * [`outgoing`]: the state machine of one transaction on its way, and what proves its fate.
//! * [`client`]: reading and sending over Solana's JSON-RPC; practice network, devnet and mainnet alike.
//!
//! Knows nothing of the interface, the market's rules or the database. Logs nothing.

pub mod client;
mod error;
mod http;
mod key_file;
pub mod node_key;
pub mod outgoing;
pub mod program;
pub mod signer;
pub mod statements;
pub mod transactions;
pub mod wallet;

pub use client::{ChainClient, ChainConfig, ChainError};
pub use http::http_client;
pub use key_file::KeyFileError;
pub use node_key::{NodeKey, SessionKeypair};
pub use program::Program;
pub use signer::{Keypair, TxSigner};
pub use statements::StatementError;
pub use transactions::{BuildError, PreparedTransaction, RecentBlockhash, Transactions};
pub use wallet::{Wallet, WalletError, WalletStore};
