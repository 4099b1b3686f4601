//! A server that can be asked about a transaction and given its bytes.

use hearth_types::id::{Address, TxSignature};

use super::{Answer, Level, Listing, Root};
use crate::client::{ChainError, TxError};

/// Where a server sees a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) level: Level,
    pub(crate) slot: u64,
    pub(crate) error: Option<TxError>,
}

/// A payer's finalized history, searched for one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Searched {
    /// It is there: its slot, and why it failed, if it did.
    Holds { slot: u64, error: Option<TxError> },
    /// It is not.
    Lacks(Listing),
}

/// A server.
pub(crate) trait Witness {
    /// Whether it knows the transaction, and the slot for which it says so.
    async fn status(&self, signature: TxSignature) -> Result<(u64, Option<Seen>), ChainError>;

    /// Its newest finalized block.
    async fn root(&self) -> Result<Root, ChainError>;

    /// Whether it takes transactions on this blockhash now.
    async fn takes_blockhash(&self, blockhash: [u8; 32]) -> Result<bool, ChainError>;

    /// The payer's finalized history at slot `not_before` or later, from the newest back to `until_slot`.
    async fn search(
        &self,
        payer: Address,
        signature: TxSignature,
        not_before: u64,
        until_slot: Option<u64>,
    ) -> Result<Searched, ChainError>;

    /// The oldest slot whose blocks it still has.
    async fn first_slot(&self) -> Result<u64, ChainError>;

    /// Sends the bytes.
    async fn send(&self, bytes: &[u8]) -> Answer;
}
