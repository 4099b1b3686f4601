//! Sending and trying out.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_program_interface::event::Event;
use hearth_types::id::TxSignature;
use serde_json::{Value, json};
use solana_client::{
    rpc_request::RpcRequest,
    rpc_response::{Response, RpcSimulateTransactionResult},
};
use solana_transaction_error::TransactionError;

use super::{
    ChainClient, ChainError, TxError, events::events_in, status::parse_signature, transport::Failure,
};
use crate::transactions::PreparedTransaction;

/// What a transaction would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Simulation {
    /// Why it would fail; `None` = it would work.
    pub error: Option<TxError>,
    /// What the program would log.
    pub events: Vec<Event>,
    /// What it would take.
    pub compute_units: Option<u64>,
    /// Log lines, for a person who looks for the cause.
    pub logs: Vec<String>,
}

impl ChainClient {
    /// Sends signed bytes once, to the next server where one does not answer; always the same bytes. Success means
    /// that a server took them, not that they ran; bytes that ran before count as taken.
    ///
    /// # Errors
    /// [`ChainError::Refused`] when the only server that was given them refused them; a failed request leaves open
    /// whether they were taken.
    pub async fn send_raw(&self, bytes: &[u8]) -> Result<TxSignature, ChainError> {
        let config = json!({"encoding": "base64", "preflightCommitment": "confirmed"});
        let params = json!([STANDARD.encode(bytes), config]);
        let mut unclear = None;
        for number in 0..self.servers.count() {
            let answer = self
                .servers
                .ask_one(number, RpcRequest::SendTransaction, params.clone())
                .await;
            match answer.map_err(|Failure { error, .. }| error) {
                Ok(signature) => return parse_signature(signature.as_str()),
                Err(ChainError::Refused(TxError::AlreadyProcessed)) => return first_signature(bytes),
                // A server that was asked before may have taken them: then this refusal may only say that they ran.
                Err(error @ ChainError::Refused(_)) => return Err(unclear.unwrap_or(error)),
                Err(error) => unclear = Some(error),
            }
        }
        Err(unclear.unwrap_or(ChainError::BadAnswer("no such chain server")))
    }

    /// What a transaction would do now, tried out without its signatures: nothing that is sent here could run.
    ///
    /// # Errors
    /// A failed request.
    pub async fn try_out(&self, transaction: &PreparedTransaction) -> Result<Simulation, ChainError> {
        let unsigned = transaction
            .unsigned()
            .ok_or(ChainError::BadAnswer("these bytes are no transaction"))?;
        // On the server's own blockhash: it may not know ours yet.
        let config = json!({
            "encoding": "base64",
            "sigVerify": false,
            "replaceRecentBlockhash": true,
            "commitment": "confirmed",
        });
        let params = json!([STANDARD.encode(unsigned), config]);
        let answer: Response<Value> = self.request(RpcRequest::SimulateTransaction, params).await?;
        // Every field is optional to the parser; without this a foreign object would count as "it would work".
        if answer.value.get("err").is_none() {
            return Err(ChainError::BadAnswer("a simulation without outcome"));
        }
        let result: RpcSimulateTransactionResult =
            serde_json::from_value(answer.value).map_err(|_| ChainError::BadAnswer("no simulation"))?;
        let logs = result.logs.unwrap_or_default();
        Ok(Simulation {
            error: result
                .err
                .map(|error| TxError::read(&TransactionError::from(error), &logs)),
            events: events_in(&logs, self.program.address),
            compute_units: result.units_consumed,
            logs,
        })
    }
}

/// The id of a transaction: its first signature, after the count.
fn first_signature(bytes: &[u8]) -> Result<TxSignature, ChainError> {
    bytes
        .get(1..)
        .and_then(<[u8]>::first_chunk::<64>)
        .map(|signature| TxSignature(*signature))
        .ok_or(ChainError::BadAnswer("a transaction without signature was taken"))
}
