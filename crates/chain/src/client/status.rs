//! The chain's health, its clock, and where a transaction stands.

use hearth_types::id::TxSignature;
use serde_json::{Value, json};
use solana_client::{rpc_request::RpcRequest, rpc_response::Response};
use solana_commitment_config::CommitmentConfig;
use solana_transaction_status_client_types::{TransactionConfirmationStatus, TransactionStatus};

use super::{ChainClient, ChainError, TxError, rpc::sorted};
use crate::transactions::RecentBlockhash;

/// Where a transaction stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TxStatus {
    /// The chain does not know it: not taken, or not taken yet.
    Unknown,
    /// In a block that may still be dropped.
    Processed {
        /// Why it failed, if it did.
        error: Option<TxError>,
    },
    /// Voted for by most.
    Confirmed {
        /// Why it failed, if it did.
        error: Option<TxError>,
    },
    /// For ever.
    Finalized {
        /// Why it failed, if it did.
        error: Option<TxError>,
    },
}

impl ChainClient {
    /// Succeeds when the server answers and says it is healthy.
    ///
    /// # Errors
    /// [`ChainError::Unreachable`] or [`ChainError::Server`].
    pub async fn health(&self) -> Result<(), ChainError> {
        self.rpc.get_health().await.map_err(sorted)
    }

    /// A blockhash for new transactions.
    ///
    /// # Errors
    /// A failed request.
    pub async fn latest_blockhash(&self) -> Result<RecentBlockhash, ChainError> {
        let (hash, last_valid_block_height) = self
            .rpc
            .get_latest_blockhash_with_commitment(CommitmentConfig::confirmed())
            .await
            .map_err(sorted)?;
        Ok(RecentBlockhash {
            hash: hash.to_bytes(),
            last_valid_block_height,
        })
    }

    /// Height of the newest confirmed block.
    ///
    /// # Errors
    /// A failed request.
    pub async fn block_height(&self) -> Result<u64, ChainError> {
        self.rpc.get_block_height().await.map_err(sorted)
    }

    /// Height of the newest finalized block.
    pub(super) async fn finalized_block_height(&self) -> Result<u64, ChainError> {
        self.rpc
            .get_block_height_with_commitment(CommitmentConfig::finalized())
            .await
            .map_err(sorted)
    }

    /// The newest confirmed slot.
    ///
    /// # Errors
    /// A failed request.
    pub async fn slot(&self) -> Result<u64, ChainError> {
        self.rpc.get_slot().await.map_err(sorted)
    }

    /// Where a transaction stands, the server's whole history searched.
    ///
    /// # Errors
    /// A failed request.
    pub async fn signature_status(&self, signature: TxSignature) -> Result<TxStatus, ChainError> {
        let params = json!([[signature.to_string()], {"searchTransactionHistory": true}]);
        let answer: Response<Vec<Option<TransactionStatus>>> =
            self.request(RpcRequest::GetSignatureStatuses, params).await?;
        let [status] = <[_; 1]>::try_from(answer.value)
            .map_err(|_| ChainError::BadAnswer("other than one signature status"))?;
        Ok(status.map_or(TxStatus::Unknown, |status| {
            let error = status.err.as_ref().map(TxError::from);
            match status.confirmation_status() {
                TransactionConfirmationStatus::Processed => TxStatus::Processed { error },
                TransactionConfirmationStatus::Confirmed => TxStatus::Confirmed { error },
                TransactionConfirmationStatus::Finalized => TxStatus::Finalized { error },
            }
        }))
    }

    /// Practice IO and SOL from the faucet; gives the faucet's transaction.
    ///
    /// # Errors
    /// [`ChainError::NoFaucet`] on any network but practice, [`ChainError::Faucet`] when it would not give.
    pub async fn faucet(
        &self,
        wallet: hearth_types::id::WalletAddress,
        amount: hearth_types::money::Io,
    ) -> Result<TxSignature, ChainError> {
        if !self.program.network.is_practice() {
            return Err(ChainError::NoFaucet);
        }
        let params = json!([wallet.to_string(), amount.0.to_string()]);
        let signature: Value = match self
            .request(
                RpcRequest::Custom {
                    method: "practice_faucet",
                },
                params,
            )
            .await
        {
            Err(ChainError::Server { message, .. }) => return Err(ChainError::Faucet(message)),
            answer => answer?,
        };
        parse_signature(signature.as_str())
    }

    /// A practice network's addresses and parameters, as it tells them.
    ///
    /// # Errors
    /// A failed request; [`ChainError::Server`] on any other network.
    pub async fn practice_info(&self) -> Result<Value, ChainError> {
        self.request(
            RpcRequest::Custom {
                method: "practice_info",
            },
            json!([]),
        )
        .await
    }
}

pub(super) fn parse_signature(text: Option<&str>) -> Result<TxSignature, ChainError> {
    text.and_then(|text| text.parse().ok())
        .ok_or(ChainError::BadAnswer("no transaction signature"))
}
