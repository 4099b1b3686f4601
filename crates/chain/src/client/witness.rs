//! One server of the client as a witness of transactions.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_types::id::{Address, TxSignature};
use serde_json::{Value, json};
use solana_client::{
    rpc_request::RpcRequest,
    rpc_response::{Response, RpcConfirmedTransactionStatusWithSignature},
};
use solana_sdk::hash::Hash;
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{TransactionConfirmationStatus, TransactionStatus};

use super::{ChainClient, ChainError, MAX_SIGNATURES, TxError, status::parse_signature};
use crate::outgoing::{Answer, Level, Listing, Root, Searched, Seen, Witness};

/// Pages of a history that are searched; further back nothing is proven.
const MAX_PAGES: usize = 10;

/// One server.
#[derive(Clone, Copy)]
pub(super) struct ServerOf<'a> {
    pub(super) client: &'a ChainClient,
    pub(super) number: usize,
}

impl ServerOf<'_> {
    async fn ask<T: serde::de::DeserializeOwned>(
        &self,
        request: RpcRequest,
        params: Value,
    ) -> Result<T, ChainError> {
        self.client.request_of(self.number, request, params).await
    }

    /// Its newest block of this commitment.
    pub(super) async fn block(&self, commitment: &str) -> Result<Root, ChainError> {
        let info: Value = self
            .ask(RpcRequest::GetEpochInfo, json!([{"commitment": commitment}]))
            .await?;
        let number = |name: &str| {
            info.get(name)
                .and_then(Value::as_u64)
                .ok_or(ChainError::BadAnswer("no slot and height"))
        };
        Ok(Root {
            slot: number("absoluteSlot")?,
            height: number("blockHeight")?,
        })
    }
}

impl Witness for ServerOf<'_> {
    async fn status(&self, signature: TxSignature) -> Result<(u64, Option<Seen>), ChainError> {
        let params = json!([[signature.to_string()], {"searchTransactionHistory": true}]);
        let answer: Response<Vec<Option<TransactionStatus>>> =
            self.ask(RpcRequest::GetSignatureStatuses, params).await?;
        let [status] = <[_; 1]>::try_from(answer.value)
            .map_err(|_| ChainError::BadAnswer("other than one signature status"))?;
        let seen = status.map(|status| Seen {
            level: match status.confirmation_status() {
                TransactionConfirmationStatus::Processed => Level::Processed,
                TransactionConfirmationStatus::Confirmed => Level::Confirmed,
                TransactionConfirmationStatus::Finalized => Level::Final,
            },
            slot: status.slot,
            error: status.err.as_ref().map(TxError::from),
        });
        Ok((answer.context.slot, seen))
    }

    async fn root(&self) -> Result<Root, ChainError> {
        self.block("finalized").await
    }

    async fn takes_blockhash(&self, blockhash: [u8; 32]) -> Result<bool, ChainError> {
        let hash = Hash::new_from_array(blockhash).to_string();
        let params = json!([hash, {"commitment": "processed"}]);
        let answer: Response<bool> = self.ask(RpcRequest::IsBlockhashValid, params).await?;
        Ok(answer.value)
    }

    async fn search(
        &self,
        payer: Address,
        signature: TxSignature,
        not_before: u64,
        until_slot: Option<u64>,
    ) -> Result<Searched, ChainError> {
        let mut oldest_slot = None;
        let mut before: Option<TxSignature> = None;
        for _ in 0..MAX_PAGES {
            let config = json!({
                "limit": MAX_SIGNATURES,
                "commitment": "finalized",
                "minContextSlot": not_before,
                "before": before.map(|signature| signature.to_string()),
            });
            let params = json!([payer.to_string(), config]);
            let page: Vec<RpcConfirmedTransactionStatusWithSignature> =
                self.ask(RpcRequest::GetSignaturesForAddress, params).await?;
            let full = page.len() >= MAX_SIGNATURES;
            for found in page {
                let id = parse_signature(Some(&found.signature))?;
                if id == signature {
                    let error = found
                        .err
                        .map(|error| TxError::from(&TransactionError::from(error)));
                    return Ok(Searched::Holds {
                        slot: found.slot,
                        error,
                    });
                }
                oldest_slot = Some(oldest_slot.map_or(found.slot, |oldest: u64| oldest.min(found.slot)));
                before = Some(id);
            }
            let reached = until_slot.is_some_and(|until| oldest_slot.is_some_and(|oldest| oldest <= until));
            if reached || !full {
                break;
            }
        }
        Ok(Searched::Lacks(Listing { oldest_slot }))
    }

    async fn first_slot(&self) -> Result<u64, ChainError> {
        self.ask(RpcRequest::GetFirstAvailableBlock, json!([])).await
    }

    async fn send(&self, bytes: &[u8]) -> Answer {
        let config = json!({"encoding": "base64", "preflightCommitment": "confirmed"});
        let params = json!([STANDARD.encode(bytes), config]);
        match self.ask::<Value>(RpcRequest::SendTransaction, params).await {
            Ok(_) | Err(ChainError::Refused(TxError::AlreadyProcessed)) => Answer::Taken,
            Err(ChainError::Refused(TxError::BlockhashNotFound)) => Answer::TooOld,
            Err(ChainError::Refused(error)) => Answer::Refused(error),
            Err(_) => Answer::Unclear,
        }
    }
}
