//! The practice network's chain: a real Solana virtual machine behind Solana's JSON-RPC, on this machine, with
//! worthless tokens.
//!
//! Everything that talks to Solana talks to this in the same way, so offline use and tests take the path that
//! devnet and mainnet take. LiteSVM runs the transactions; what it lacks of a cluster is here: blockhashes that
//! live for 150 blocks, signatures that are remembered for ever, a clock and slots that advance, the packet
//! limit, and a ledger file that is written before anybody is answered.
//!
//! - [`clock`]: slots, heights, blockhashes as functions of time. Nothing ticks.
//! - `bank`: the SVM. Knows no disk and no history.
//! - `ledger`, `history`: the SQLite file; one writes, the other reads.
//! - `chain`: bank, ledger and clock together; `actor`: the one thread that owns them.
//! - `rpc`: JSON-RPC methods; `pubsub`: subscriptions; `server`: HTTP.
//! - [`genesis`]: the first start. [`faucet`]: gives tokens away. [`prices`]: what the worthless is said to cost.
//!
//! Beside Solana's methods there are
//!
//! | method | params | result |
//! |---|---|---|
//! | `practice_info` | none | `{networkTag, programId, ioMint, networkAccount, coordinatorUrl, faucet}`; the URL is null until the coordinator runs |
//! | `practice_faucet` | `[wallet, ioBaseUnits]` (a number or a string of digits), or `[{wallet, ioBaseUnits}]` | the transaction's signature; error -32050 when the wallet has enough, -32602 beyond a call's limit |
//! | `practice_advanceClock` | `[seconds]`, or `[{seconds}]` | `{slot, blockHeight, unixTimestamp}` after it |
//!
//! Not like a cluster, on purpose: account reads know no past, so `finalized` shows what `confirmed` shows; a
//! transaction that cannot run (blockhash too old, no fee) is refused with an error even when preflight is
//! skipped, where a cluster would drop it silently; durable nonces are not supported; the WebSocket for subscriptions
//! is at the RPC's own port, not at the next one.

mod actor;
mod bank;
mod chain;
mod history;
mod ledger;
mod meta;
mod practice;
mod pubsub;
mod rpc;
mod server;
mod token;

pub mod clock;
pub mod faucet;
pub mod genesis;
pub mod keys;
pub mod prices;

pub use bank::LoadError;
pub use chain::{PACKET_BYTES, Refusal};
pub use genesis::NetworkRules;
pub use ledger::LedgerError;
pub use practice::{COORDINATOR, Practice, PracticeConfig, RunningPractice, StartError};
pub use token::associated_account;
