//! What happened: events and fees of past transactions.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hearth_program_interface::event::Event;
use hearth_types::{
    id::{Address, TxSignature},
    money::Lamports,
};
use serde_json::json;
use solana_client::{rpc_request::RpcRequest, rpc_response::RpcConfirmedTransactionStatusWithSignature};
use solana_transaction_error::TransactionError;
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, option_serializer::OptionSerializer,
};

use super::{ChainClient, ChainError, TxError, status::parse_signature};

/// The most signatures one request gives.
pub const MAX_SIGNATURES: usize = 1_000;

/// A past transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionRecord {
    /// Its slot.
    pub slot: u64,
    /// The chain's time of its block, Unix seconds.
    pub block_time: Option<u64>,
    /// What the fee payer paid for signatures and priority.
    pub fee: Lamports,
    /// What the fee payer's SOL changed by, lamports: the fee, rent of accounts made, rent that came back.
    pub payer_change: i64,
    /// What the SOL of each account named in it changed by, lamports; zeros left out.
    pub changes: Vec<(Address, i64)>,
    /// Why it failed, if it did.
    pub error: Option<TxError>,
    /// What our program logged; empty when the transaction failed, because then nothing happened.
    pub events: Vec<Event>,
}

impl TransactionRecord {
    /// What the SOL of an account changed by, lamports.
    #[must_use]
    pub fn change_of(&self, account: Address) -> i64 {
        let mut changes = self.changes.iter().filter(|(address, _)| *address == account);
        changes.next().map_or(0, |(_, change)| *change)
    }
}

/// A past transaction of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureInfo {
    /// Its id.
    pub signature: TxSignature,
    /// Its slot.
    pub slot: u64,
    /// The chain's time of its block, Unix seconds.
    pub block_time: Option<u64>,
    /// Why it failed, if it did.
    pub error: Option<TxError>,
}

impl ChainClient {
    /// A confirmed transaction with the events in it; `None` when the chain does not know it (yet).
    ///
    /// # Errors
    /// A failed request.
    pub async fn transaction_events(
        &self,
        signature: TxSignature,
    ) -> Result<Option<TransactionRecord>, ChainError> {
        let config =
            json!({"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0});
        let params = json!([signature.to_string(), config]);
        let answer: Option<EncodedConfirmedTransactionWithStatusMeta> =
            self.request(RpcRequest::GetTransaction, params).await?;
        let Some(found) = answer else { return Ok(None) };
        let meta = found
            .transaction
            .meta
            .ok_or(ChainError::BadAnswer("a transaction without its outcome"))?;
        let logs = match meta.log_messages {
            OptionSerializer::Some(logs) => logs,
            OptionSerializer::None | OptionSerializer::Skip => Vec::new(),
        };
        let error = meta
            .err
            .map(|error| TxError::read(&TransactionError::from(error), &logs));
        let events = if error.is_none() {
            events_in(&logs, self.program.address)
        } else {
            Vec::new()
        };
        let changes = changes(&meta.pre_balances, &meta.post_balances);
        let payer_change = *changes
            .first()
            .ok_or(ChainError::BadAnswer("a transaction without its payer's balance"))?;
        let decoded = found.transaction.transaction.decode();
        let decoded = decoded.ok_or(ChainError::BadAnswer("a transaction that does not decode"))?;
        // Ours name every account outright, so these are all; others' looked-up ones come after and do not matter.
        let named = decoded.message.static_account_keys().iter();
        let changes = named
            .map(|key| Address(key.to_bytes()))
            .zip(changes)
            .filter(|(_, change)| *change != 0)
            .collect();
        Ok(Some(TransactionRecord {
            slot: found.slot,
            block_time: found.block_time.and_then(|time| u64::try_from(time).ok()),
            fee: Lamports(meta.fee),
            payer_change,
            changes,
            error,
            events,
        }))
    }

    /// Confirmed transactions that touched an address, newest first, older than `before` if given.
    ///
    /// # Errors
    /// A failed request.
    pub async fn signatures_for(
        &self,
        address: Address,
        before: Option<TxSignature>,
        limit: usize,
    ) -> Result<Vec<SignatureInfo>, ChainError> {
        let limit = limit.clamp(1, MAX_SIGNATURES);
        let mut config = json!({"limit": limit, "commitment": "confirmed"});
        if let (Some(before), Some(fields)) = (before, config.as_object_mut()) {
            fields.insert("before".into(), before.to_string().into());
        }
        let answer: Vec<RpcConfirmedTransactionStatusWithSignature> = self
            .request(
                RpcRequest::GetSignaturesForAddress,
                json!([address.to_string(), config]),
            )
            .await?;
        answer
            .into_iter()
            .take(limit)
            .map(|found| {
                Ok(SignatureInfo {
                    signature: parse_signature(Some(&found.signature))?,
                    slot: found.slot,
                    block_time: found.block_time.and_then(|time| u64::try_from(time).ok()),
                    error: found
                        .err
                        .map(|error| TxError::from(&TransactionError::from(error))),
                })
            })
            .collect()
    }
}

/// What each balance changed by; one beyond what can be counted ends the list.
fn changes(before: &[u64], after: &[u64]) -> Vec<i64> {
    let both = before.iter().zip(after);
    both.map_while(|(before, after)| i64::try_from(*after).ok()?.checked_sub_unsigned(*before))
        .collect()
}

/// The events in a transaction's log: data lines written while our program was the innermost one running. Any
/// other program in the transaction can write data lines too.
pub(super) fn events_in(logs: &[String], program: Address) -> Vec<Event> {
    let program = program.to_string();
    let mut running: Vec<&str> = Vec::new();
    let mut events = Vec::new();
    for line in logs {
        let Some(rest) = line.strip_prefix("Program ") else {
            continue;
        };
        if let Some(items) = rest.strip_prefix("data: ") {
            if running.last() == Some(&program.as_str()) {
                let items = items.split(' ').filter_map(|item| STANDARD.decode(item).ok());
                events.extend(items.filter_map(|item| Event::from_bytes(&item)));
            }
        } else if rest.starts_with("log: ") || rest.starts_with("return: ") {
            // Text of a program's choice: it may look like any of the lines below.
        } else if let Some((id, what)) = rest.split_once(' ') {
            if what.starts_with("invoke [") {
                running.push(id);
            } else if what == "success" || what.starts_with("failed") {
                running.pop();
            }
        }
    }
    events
}

#[cfg(test)]
mod tests {
    use hearth_program_interface::event::Withdrawn;
    use proptest::prelude::*;

    use super::*;

    const OURS: Address = Address([1; 32]);

    fn event(amount: u64) -> (Event, String) {
        let event = Withdrawn {
            owner: [1; 32],
            device: [2; 32],
            amount,
            at: 4,
        };
        (
            Event::Withdrawn(event),
            format!("Program data: {}", STANDARD.encode(event.to_bytes())),
        )
    }

    #[test]
    fn only_our_own_data_lines_count() {
        let other = Address([2; 32]);
        let ((first, ours), (second, also_ours)) = (event(1), event(2));
        let forged = event(3).1;
        let logs = [
            format!("Program {other} invoke [1]"),
            forged.clone(),
            format!("Program log: Program {OURS} invoke [1]"),
            forged.clone(),
            format!("Program {other} success"),
            forged.clone(),
            format!("Program {OURS} invoke [1]"),
            ours,
            format!("Program {other} invoke [2]"),
            forged,
            format!("Program {other} consumed 5 of 10 compute units"),
            format!("Program {other} success"),
            also_ours,
            format!("Program {OURS} success"),
        ];
        assert_eq!(events_in(&logs, OURS), [first, second]);
    }

    proptest! {
        #[test]
        fn any_log_is_read(lines: Vec<String>) {
            let lines: Vec<_> = lines.into_iter().map(|line| format!("Program {line}")).collect();
            prop_assert_eq!(events_in(&lines, OURS), []);
        }
    }
}
