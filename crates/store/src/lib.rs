//! The engine's one SQLite file: history, transactions on their way, leases, output, quotes,
//! wallets' names, addresses and settings.
//!
//! What is decided together is written together: [`Store::begin`] gives the only [`Tx`], and money moves as ledger
//! entries plus an outbox row in one of them, before anything is sent. Every function that writes takes `&mut Tx`;
//! every function that reads takes any [`Session`], a `Tx` or a [`Read`] from [`Store::read`].
//!
//! ```no_run
//! # async fn example(store: hearth_store::Store, at: hearth_types::time::UnixMillis)
//! # -> Result<(), Box<dyn std::error::Error>> {
//! use hearth_store::ledger::{self, IdempotencyKey, Movement, NewEntry};
//! use hearth_types::money::Io;
//!
//! let mut tx = store.begin().await?;
//! let key = IdempotencyKey("stake:1".into());
//! ledger::record(&mut tx, NewEntry::of(key, Movement::Stake(Io(100)), at)?).await?;
//! tx.commit().await?;
//!
//! let balances = ledger::balances(&mut store.read().await?).await?;
//! # Ok(()) }
//! ```
//!
//! The store decides nothing, reads no clock and knows nothing of chain, network or interface. What it reads back
//! is parsed again: a file that somebody else wrote gives a [`StoreError`], never a panic.

mod border;
mod codec;
mod error;
mod lock;
mod session;
mod store;

pub mod contacts;
pub mod counter;
pub mod devices;
pub mod leases;
pub mod ledger;
pub mod outbox;
pub mod outputs;
pub mod quotes;
pub mod settings;
pub mod wallets;
pub mod withdrawal;

pub use error::StoreError;
pub use session::{Read, Session, Tx};
pub use store::Store;
