//! The chain: what LiteSVM lacks of a cluster.
//!
//! A transaction is checked against every signature and message there ever was, then its signatures, then its
//! blockhash; it runs; and what it did is on disk before the caller hears of it.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use solana_message::{Message, VersionedMessage};
use solana_rpc_client_types::response::{RpcBlockhash, RpcSimulateTransactionResult};
use solana_sdk::{
    instruction::Instruction,
    pubkey::Pubkey,
    signature::{Keypair, Signature, Signer as _},
};
use solana_transaction::{Transaction, versioned::VersionedTransaction};
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::UiTransactionStatusMeta;
use tokio::sync::broadcast;

use crate::{
    bank::{Bank, Outcome},
    clock::{ChainClock, Moment},
    ledger::{Entry, Ledger, LedgerError},
    meta::{refused, simulation_result, status_meta},
};

/// The most bytes a transaction may have: what fits a packet on Solana's network.
pub const PACKET_BYTES: usize = 1_232;

/// Why a transaction did not run. Nothing was taken and its signature may still be used.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A signature does not fit.
    #[error("Transaction signature verification failure")]
    Signature,
    /// It is no well-formed transaction.
    #[error("invalid transaction: {0}")]
    Malformed(String),
    /// It would fail, or may not run.
    #[error("Transaction simulation failed: {error}")]
    WouldFail {
        /// Why.
        error: TransactionError,
        /// The trial run's result, with logs.
        result: Box<RpcSimulateTransactionResult>,
    },
    /// The ledger failed. The chain stops: memory may be ahead of the disk.
    #[error("the ledger failed")]
    Ledger(#[from] LedgerError),
}

impl Refusal {
    fn before_running(error: TransactionError) -> Self {
        Self::WouldFail {
            result: Box::new(refused(error.clone())),
            error,
        }
    }
}

/// The clock, read by everybody.
#[derive(Clone)]
pub(crate) struct SharedClock {
    clock: Arc<Mutex<ChainClock>>,
    started: Instant,
}

impl SharedClock {
    pub(crate) fn new(row: &crate::ledger::ChainRow) -> Self {
        let clock = ChainClock::new(row.genesis, row.offset_ms, row.chain_ms, Duration::ZERO);
        Self {
            clock: Arc::new(Mutex::new(clock)),
            started: Instant::now(),
        }
    }

    /// The chain's time.
    pub(crate) fn now(&self) -> Moment {
        self.with(|clock| clock.at(wall_ms(), self.started.elapsed()))
    }

    fn with<T>(&self, f: impl FnOnce(&mut ChainClock) -> T) -> T {
        f(&mut self.clock.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Unix milliseconds.
pub(crate) fn wall_ms() -> u64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// How to try a transaction out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trial {
    /// Signatures unchecked, blockhash as it is.
    AsIs,
    /// Signatures checked.
    Signed,
    /// Signatures unchecked, blockhash replaced by the newest.
    NewBlockhash,
}

/// A trial run's outcome.
pub(crate) struct Tried {
    pub(crate) result: RpcSimulateTransactionResult,
    /// `None` when it was refused before it ran.
    pub(crate) outcome: Option<Outcome>,
}

/// Transactions that a slow subscriber may be behind before it must look for itself.
const FEED: usize = 256;

/// A transaction that ran, as subscribers hear of it.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    pub(crate) signature: Signature,
    pub(crate) slot: u64,
    /// Accounts that are other than before.
    pub(crate) changed: Arc<[Pubkey]>,
}

/// Bank, ledger and clock together. One owner.
pub(crate) struct Chain {
    pub(crate) bank: Bank,
    pub(crate) ledger: Ledger,
    pub(crate) clock: SharedClock,
    /// Transactions that ran, ever.
    pub(crate) count: u64,
    /// Tells who listens what ran.
    pub(crate) feed: broadcast::Sender<Ran>,
}

impl Chain {
    pub(crate) fn new(bank: Bank, ledger: Ledger, clock: SharedClock, count: u64) -> Self {
        let (feed, _) = broadcast::channel(FEED);
        Self {
            bank,
            ledger,
            clock,
            count,
            feed,
        }
    }

    /// Runs a transaction once and for all. The very bytes that ran before give their signature again.
    pub(crate) async fn submit(
        &mut self,
        packet: &[u8],
        transaction: VersionedTransaction,
        preflight: bool,
    ) -> Result<Signature, Refusal> {
        let signature = check_form(&transaction)?;
        if let Some(ran) = self.ledger.packet(&signature).await? {
            return if ran == packet {
                Ok(signature)
            } else {
                Err(Refusal::before_running(TransactionError::AlreadyProcessed))
            };
        }
        let message_hash = transaction
            .verify_and_hash_message()
            .map_err(|_| Refusal::Signature)?;
        if self.ledger.has_message(&message_hash).await? {
            return Err(Refusal::before_running(TransactionError::AlreadyProcessed));
        }
        let now = self.clock.now();
        if !now.knows(transaction.message.recent_blockhash()) {
            return Err(Refusal::before_running(TransactionError::BlockhashNotFound));
        }
        self.bank.set_time(&now);
        if preflight {
            let outcome = self.bank.simulate(&transaction);
            if let Some(error) = outcome.err.clone() {
                let result = Box::new(simulation_result(&self.bank, &outcome));
                return Err(Refusal::WouldFail { error, result });
            }
        }
        let outcome = self.bank.execute(&transaction);
        if let (Some(error), false) = (&outcome.err, outcome.ran) {
            let result = Box::new(simulation_result(&self.bank, &outcome));
            return Err(Refusal::WouldFail {
                error: error.clone(),
                result,
            });
        }
        let meta = UiTransactionStatusMeta::from(status_meta(&self.bank, &outcome));
        let entry = Entry {
            signature: &signature,
            message_hash: &message_hash,
            slot: now.slot,
            block_time: now.unix_seconds(),
            chain_ms: now.chain_ms,
            packet,
            err: outcome
                .err
                .as_ref()
                .map(serde_json::to_string)
                .transpose()
                .map_err(LedgerError::Encode)?,
            meta: serde_json::to_string(&meta).map_err(LedgerError::Encode)?,
            mentions: outcome.before.0.iter().map(|(address, _)| *address).collect(),
            changed: outcome
                .changed()
                .map(|(address, account)| (*address, account))
                .collect(),
        };
        self.ledger.append(&entry).await?;
        self.count = self.count.saturating_add(1);
        let changed = entry.changed.iter().map(|(address, _)| *address).collect();
        // An error means that nobody listens.
        let _ = self.feed.send(Ran {
            signature,
            slot: now.slot,
            changed,
        });
        tracing::debug!(%signature, slot = now.slot, failed = outcome.err.is_some(), "ran");
        Ok(signature)
    }

    /// What a transaction would do now.
    pub(crate) async fn try_out(
        &mut self,
        mut transaction: VersionedTransaction,
        trial: Trial,
    ) -> Result<Tried, Refusal> {
        let signature = check_form(&transaction)?;
        let now = self.clock.now();
        let refuse = |error| {
            Ok(Tried {
                result: refused(error),
                outcome: None,
            })
        };
        match trial {
            Trial::AsIs => {}
            Trial::Signed => {
                transaction
                    .verify_and_hash_message()
                    .map_err(|_| Refusal::Signature)?;
            }
            Trial::NewBlockhash => transaction.message.set_recent_blockhash(now.blockhash(false).0),
        }
        if trial != Trial::NewBlockhash {
            let ran = self.ledger.packet(&signature).await?.is_some();
            if ran || self.ledger.has_message(&transaction.message.hash()).await? {
                return refuse(TransactionError::AlreadyProcessed);
            }
            if !now.knows(transaction.message.recent_blockhash()) {
                return refuse(TransactionError::BlockhashNotFound);
            }
        }
        self.bank.set_time(&now);
        let outcome = self.bank.simulate(&transaction);
        let mut result = simulation_result(&self.bank, &outcome);
        if trial == Trial::NewBlockhash {
            let (blockhash, last_valid_block_height) = now.blockhash(false);
            result.replacement_blockhash = Some(RpcBlockhash {
                blockhash: blockhash.to_string(),
                last_valid_block_height,
            });
        }
        Ok(Tried {
            result,
            outcome: Some(outcome),
        })
    }

    /// The fee of a message, lamports; `None` when it could not run at all.
    pub(crate) fn fee(&mut self, message: VersionedMessage) -> Option<u64> {
        let now = self.clock.now();
        if !now.knows(message.recent_blockhash()) {
            return None;
        }
        let signatures = usize::from(message.header().num_required_signatures);
        let transaction = VersionedTransaction {
            signatures: vec![Signature::default(); signatures],
            message,
        };
        check_form(&transaction).ok()?;
        self.bank.set_time(&now);
        // The SVM computes the fee before anything can fail, whoever pays.
        Some(self.bank.simulate(&transaction).meta.fee).filter(|fee| *fee > 0)
    }

    /// Signs instructions with our own keys (the first pays) and runs them. A numbered note makes each unique.
    pub(crate) async fn run(
        &mut self,
        note: &str,
        instructions: &[Instruction],
        signers: &[&Keypair],
    ) -> Result<Signature, Refusal> {
        let mut instructions = instructions.to_vec();
        instructions.push(crate::token::memo(&format!(
            "{note} {}",
            self.count.saturating_add(1)
        )));
        let payer = signers.first().map(|signer| signer.pubkey());
        let message = Message::new(&instructions, payer.as_ref());
        let mut transaction = Transaction::new_unsigned(message);
        transaction
            .try_sign(signers, self.clock.now().blockhash(false).0)
            .map_err(|error| Refusal::Malformed(error.to_string()))?;
        let transaction = VersionedTransaction::from(transaction);
        let packet =
            wincode::serialize(&transaction).map_err(|error| Refusal::Malformed(error.to_string()))?;
        if packet.len() > PACKET_BYTES {
            return Err(Refusal::Malformed(format!(
                "{} bytes are more than {PACKET_BYTES}",
                packet.len()
            )));
        }
        self.submit(&packet, transaction, true).await
    }

    /// Moves the clock ahead; gives the new moment, or `None` when that is too far.
    pub(crate) async fn advance(&mut self, milliseconds: u64) -> Result<Option<Moment>, LedgerError> {
        self.clock.now();
        let Some(offset_ms) = self.clock.with(|clock| clock.advance(milliseconds)) else {
            return Ok(None);
        };
        let now = self.clock.now();
        self.ledger.set_clock(offset_ms, now.chain_ms).await?;
        Ok(Some(now))
    }
}

/// Well-formed and of a version that runs; gives the signature that names it.
fn check_form(transaction: &VersionedTransaction) -> Result<Signature, Refusal> {
    transaction
        .sanitize()
        .map_err(|error| Refusal::Malformed(error.to_string()))?;
    if matches!(transaction.message, VersionedMessage::V1(_)) {
        return Err(Refusal::before_running(TransactionError::UnsupportedVersion));
    }
    transaction
        .signatures
        .first()
        .copied()
        .ok_or_else(|| Refusal::Malformed("no signature".into()))
}
