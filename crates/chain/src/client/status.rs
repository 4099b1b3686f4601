//! The chain's health, its clock, and where a transaction stands.

use hearth_types::id::TxSignature;
use serde_json::{Value, json};
use solana_client::{rpc_request::RpcRequest, rpc_response::Response};
use solana_transaction_status_client_types::{TransactionConfirmationStatus, TransactionStatus};

use super::{ChainClient, ChainError, TxError};

/// The most transactions that one request asks about.
pub const MAX_STATUSES: usize = 256;

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
    /// Succeeds when a server answers and says it is healthy.
    ///
    /// # Errors
    /// [`ChainError::Unreachable`] or [`ChainError::Server`].
    pub async fn health(&self) -> Result<(), ChainError> {
        let answer: String = self.request(RpcRequest::GetHealth, Value::Null).await?;
        if answer == "ok" {
            Ok(())
        } else {
            Err(ChainError::BadAnswer("not healthy"))
        }
    }

    /// Height of the newest confirmed block.
    ///
    /// # Errors
    /// A failed request.
    pub async fn block_height(&self) -> Result<u64, ChainError> {
        self.request(RpcRequest::GetBlockHeight, json!([{"commitment": "confirmed"}]))
            .await
    }

    /// The newest confirmed slot.
    ///
    /// # Errors
    /// A failed request.
    pub async fn slot(&self) -> Result<u64, ChainError> {
        self.request(RpcRequest::GetSlot, json!([{"commitment": "confirmed"}]))
            .await
    }

    /// Where a transaction stands by one server, its whole history searched. For showing; what is decided by it is
    /// decided by [`Self::follow`].
    ///
    /// # Errors
    /// A failed request.
    pub async fn signature_status(&self, signature: TxSignature) -> Result<TxStatus, ChainError> {
        let [status] = <[_; 1]>::try_from(self.statuses(&[signature]).await?)
            .map_err(|_| ChainError::BadAnswer("other than one signature status"))?;
        Ok(status)
    }

    /// Where transactions stand by one server, in the same order; at most [`MAX_STATUSES`].
    ///
    /// # Errors
    /// A failed request, an answer of another length.
    pub async fn statuses(&self, signatures: &[TxSignature]) -> Result<Vec<TxStatus>, ChainError> {
        let texts: Vec<_> = signatures.iter().map(TxSignature::to_string).collect();
        let params = json!([texts, {"searchTransactionHistory": true}]);
        let answer: Response<Vec<Option<TransactionStatus>>> =
            self.request(RpcRequest::GetSignatureStatuses, params).await?;
        if answer.value.len() != signatures.len() {
            return Err(ChainError::BadAnswer("another number of signature statuses"));
        }
        let statuses = answer.value.into_iter().map(|status| {
            status.map_or(TxStatus::Unknown, |status| {
                let error = status.err.as_ref().map(TxError::from);
                match status.confirmation_status() {
                    TransactionConfirmationStatus::Processed => TxStatus::Processed { error },
                    TransactionConfirmationStatus::Confirmed => TxStatus::Confirmed { error },
                    TransactionConfirmationStatus::Finalized => TxStatus::Finalized { error },
                }
            })
        });
        Ok(statuses.collect())
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
