//! Waiting until it is certain what became of a transaction.

use std::time::Duration;

use hearth_types::id::TxSignature;

use super::{ChainClient, ChainError, TxError, TxStatus};
use crate::transactions::PreparedTransaction;

/// Between two looks at a chain that makes a block every 400 ms.
const POLL_INTERVAL: Duration = Duration::from_millis(400);
/// On this machine, where a transaction has run once its sending is answered.
const PRACTICE_POLL_INTERVAL: Duration = Duration::from_millis(50);
/// Looks between two sendings of the same bytes: a cluster drops transactions under load.
const POLLS_BETWEEN_SENDS: u32 = 8;

/// What became of a transaction, for certain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran.
    Confirmed,
    /// It was taken and undone; only the fee is gone.
    Failed(TxError),
    /// It was not taken and never can be; nothing is gone.
    Expired,
}

/// Whether the bytes may have gone out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// They certainly have not: the chain's refusal to take them is final.
    First,
    /// They may have, say before a crash: a refusal now leaves open whether they run yet, so only being
    /// confirmed, failing or expiring counts.
    Again,
}

impl ChainClient {
    /// Waits until a sent transaction is confirmed, has failed or can never be taken any more. May be called
    /// again after an error or a restart.
    ///
    /// # Errors
    /// A failed request; the outcome is then still open.
    pub async fn wait(
        &self,
        signature: TxSignature,
        last_valid_block_height: u64,
    ) -> Result<Outcome, ChainError> {
        loop {
            if let Some(outcome) = self.look(signature, last_valid_block_height).await? {
                return Ok(outcome);
            }
            self.pause().await;
        }
    }

    /// Sends a transaction, again and again while the chain does not know it, until its outcome is certain. May
    /// be called again after an error or a restart: the same bytes run once.
    ///
    /// # Errors
    /// [`ChainError::Refused`] on the first sending: nothing was paid. Any other is a failed request; the outcome
    /// is then still open, and the next call is for [`Sending::Again`].
    pub async fn confirm(
        &self,
        transaction: &PreparedTransaction,
        sending: Sending,
    ) -> Result<Outcome, ChainError> {
        let PreparedTransaction {
            bytes,
            signature,
            last_valid_block_height,
            ..
        } = transaction;
        let mut polls = 0;
        loop {
            if let Some(outcome) = self.look(*signature, *last_valid_block_height).await? {
                return Ok(outcome);
            }
            if polls % POLLS_BETWEEN_SENDS == 0 {
                match self.send_raw(bytes).await {
                    // Taken; or too old, which the next looks will say for certain.
                    Ok(_) | Err(ChainError::Refused(TxError::BlockhashNotFound)) => {}
                    Err(ChainError::Refused(error)) if polls == 0 && sending == Sending::First => {
                        return Err(ChainError::Refused(error));
                    }
                    // May only mean that the bytes sent before have run.
                    Err(ChainError::Refused(_)) => {}
                    Err(error) => return Err(error),
                }
            }
            polls = polls.saturating_add(1);
            self.pause().await;
        }
    }

    async fn pause(&self) {
        let practice = self.program.network.is_practice();
        tokio::time::sleep(if practice {
            PRACTICE_POLL_INTERVAL
        } else {
            POLL_INTERVAL
        })
        .await;
    }

    /// The outcome, if it is certain by now.
    async fn look(&self, signature: TxSignature, last_valid: u64) -> Result<Option<Outcome>, ChainError> {
        if let Some(outcome) = certain(self.signature_status(signature).await?) {
            return Ok(Some(outcome));
        }
        // Finalized, because a confirmed height may come from a server that is ahead of the one asked before.
        if self.finalized_block_height().await? <= last_valid {
            return Ok(None);
        }
        // It may have been taken between the two requests.
        let status = self.signature_status(signature).await?;
        Ok(if status == TxStatus::Unknown {
            Some(Outcome::Expired)
        } else {
            certain(status)
        })
    }
}

fn certain(status: TxStatus) -> Option<Outcome> {
    match status {
        TxStatus::Unknown | TxStatus::Processed { .. } => None,
        TxStatus::Confirmed { error } | TxStatus::Finalized { error } => {
            Some(error.map_or(Outcome::Confirmed, Outcome::Failed))
        }
    }
}
