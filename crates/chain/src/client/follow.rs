//! Following a transaction until it is certain what became of it.

use std::time::Duration;

use super::{ChainClient, ChainError, TxError, witness::ServerOf};
use crate::{
    outgoing::{Begin, Outgoing, Reason, Verdict, drive},
    transactions::PreparedTransaction,
};

/// What became of a transaction, for certain where it can be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It ran. Until it is final a fork may drop it: [`ChainClient::follow`] it on.
    Confirmed,
    /// It was taken and undone; only the fee is gone.
    Failed(TxError),
    /// It was not taken and never can be; nothing is gone.
    Expired,
    /// Its time is over, and nobody can prove what became of it.
    Undecided(Reason),
}

/// Whether the bytes may have gone out before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    /// They certainly have not.
    First,
    /// They may have, say before a crash: a refusal now may only mean that they have run.
    Again,
}

impl ChainClient {
    /// A transaction to be followed.
    ///
    /// # Errors
    /// [`ChainError::BadAnswer`] when the bytes are no transaction.
    pub fn outgoing(&self, transaction: &PreparedTransaction, begin: Begin) -> Result<Outgoing, ChainError> {
        let terms = transaction
            .terms()
            .ok_or(ChainError::BadAnswer("these bytes are no transaction"))?;
        Ok(Outgoing::new(terms, self.policy(), self.servers.count(), begin))
    }

    /// Sends and looks as far as it is due, always these same bytes, and says where they stand after it.
    ///
    /// # Errors
    /// A failed request, when no server said anything. Nothing is lost: call again.
    pub async fn follow(&self, outgoing: &mut Outgoing, bytes: &[u8]) -> Result<Verdict, ChainError> {
        let servers: Vec<_> = (0..self.servers.count())
            .map(|number| ServerOf { client: self, number })
            .collect();
        drive(outgoing, bytes, &servers, || self.servers.now()).await
    }

    /// Sends a transaction, again and again while the chain does not know it, until its outcome is certain. May
    /// be called again after an error or a restart: the same bytes run once.
    ///
    /// # Errors
    /// [`ChainError::Refused`] on the first sending: the servers would not take it. They may have passed it on all the
    /// same: only [`Outcome::Expired`] of a later call with [`Sending::Again`] proves that it never ran. Any other is
    /// a failed request, and the outcome is still open.
    pub async fn confirm(
        &self,
        transaction: &PreparedTransaction,
        sending: Sending,
    ) -> Result<Outcome, ChainError> {
        let begin = match sending {
            Sending::First => Begin::Fresh,
            Sending::Again => Begin::Maybe,
        };
        let mut outgoing = self.outgoing(transaction, begin)?;
        loop {
            match self.follow(&mut outgoing, &transaction.bytes).await? {
                Verdict::Open | Verdict::Dropped => {}
                Verdict::Refused(error) => return Err(ChainError::Refused(error)),
                Verdict::Confirmed | Verdict::Final => return Ok(Outcome::Confirmed),
                Verdict::Failed(error) => return Ok(Outcome::Failed(error)),
                Verdict::Expired => return Ok(Outcome::Expired),
                Verdict::Undecided(reason) => return Ok(Outcome::Undecided(reason)),
            }
            tokio::time::sleep(self.pause()).await;
        }
    }

    /// How long to wait between two calls of [`Self::follow`] while somebody waits for the outcome.
    #[must_use]
    pub fn pause(&self) -> Duration {
        self.policy().look_every
    }
}
