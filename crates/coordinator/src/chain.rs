//! What the coordinator needs of the chain, as a trait so that tests can script it.

use async_trait::async_trait;
use hearth_chain::{
    ChainClient, ChainError, PreparedTransaction, RecentBlockhash,
    client::{Outcome, Sending},
};
use hearth_program_interface::account::{Device, Lease};
use hearth_types::{
    id::{DeviceId, LeaseId, TxSignature, WalletAddress},
    time::UnixMillis,
};

/// The chain.
#[async_trait]
pub(crate) trait Chain: Send + Sync {
    /// A device's account.
    async fn device(&self, owner: WalletAddress, device: DeviceId) -> Result<Option<Device>, ChainError>;
    /// Every device that a wallet has staked on.
    async fn devices_of(&self, owner: WalletAddress) -> Result<Vec<Device>, ChainError>;
    /// A lease's account, closed ones included.
    async fn lease(&self, lease: LeaseId) -> Result<Option<Lease>, ChainError>;
    /// The chain's own clock, to the second.
    async fn time(&self) -> Result<UnixMillis, ChainError>;
    /// A blockhash for a new transaction.
    async fn latest_blockhash(&self) -> Result<RecentBlockhash, ChainError>;
    /// Sends bytes once.
    async fn send(&self, bytes: &[u8]) -> Result<TxSignature, ChainError>;
    /// Sends bytes that may have been sent before, until it is certain what became of them.
    async fn confirm(&self, transaction: &PreparedTransaction) -> Result<Outcome, ChainError>;
}

#[async_trait]
impl Chain for ChainClient {
    async fn device(&self, owner: WalletAddress, device: DeviceId) -> Result<Option<Device>, ChainError> {
        Self::device(self, owner, device).await
    }

    async fn devices_of(&self, owner: WalletAddress) -> Result<Vec<Device>, ChainError> {
        Self::devices_of(self, owner).await
    }

    async fn lease(&self, lease: LeaseId) -> Result<Option<Lease>, ChainError> {
        Self::lease(self, lease).await
    }

    async fn time(&self) -> Result<UnixMillis, ChainError> {
        Self::time(self).await
    }

    async fn latest_blockhash(&self) -> Result<RecentBlockhash, ChainError> {
        Self::latest_blockhash(self).await
    }

    async fn send(&self, bytes: &[u8]) -> Result<TxSignature, ChainError> {
        self.send_raw(bytes).await
    }

    async fn confirm(&self, transaction: &PreparedTransaction) -> Result<Outcome, ChainError> {
        Self::confirm(self, transaction, Sending::Again).await
    }
}
