//! Transactions that ran. A transaction is confirmed at once and final 32 slots later.

use std::collections::HashSet;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use solana_message::{VersionedMessage, compiled_instruction::CompiledInstruction};
use solana_rpc_client_types::{
    config::{
        RpcEncodingConfigWrapper, RpcSignatureStatusConfig, RpcSignaturesForAddressConfig,
        RpcTransactionConfig, UiTransactionEncoding,
    },
    response::RpcConfirmedTransactionStatusWithSignature,
};
use solana_sdk::pubkey::Pubkey;
use solana_transaction::versioned::{TransactionVersion, VersionedTransaction};
use solana_transaction_status_client_types::{
    EncodedConfirmedTransactionWithStatusMeta, EncodedTransaction, EncodedTransactionWithStatusMeta,
    ParsedAccount, ParsedAccountSource, TransactionBinaryEncoding, TransactionConfirmationStatus,
    TransactionStatus, UiAddressTableLookup, UiCompiledInstruction, UiInstruction, UiMessage,
    UiParsedInstruction, UiParsedMessage, UiPartiallyDecodedInstruction, UiRawMessage, UiTransaction,
    UiTransactionStatusMeta,
};

use super::{
    Rpc, RpcError, in_context,
    params::{Params, check_min_slot, parse_signature, wants_final},
};
use crate::{clock::Moment, history::Past, ledger::LedgerError};

/// Signatures that one `getSignatureStatuses` may name.
const MAX_STATUSES: usize = 256;
/// The most that one `getSignaturesForAddress` gives.
const MAX_SIGNATURES: u32 = 1_000;

impl Rpc {
    pub(super) async fn get_signature_statuses(&self, params: &Params) -> Result<Value, RpcError> {
        let texts: Vec<String> = params.required(0, "signatures")?;
        // Nothing is ever forgotten, so searching further back is no different.
        let _: Option<RpcSignatureStatusConfig> = params.optional(1, "config")?;
        if texts.len() > MAX_STATUSES {
            return Err(RpcError::invalid_params(format!(
                "at most {MAX_STATUSES} signatures"
            )));
        }
        let signatures = texts
            .iter()
            .map(|text| parse_signature(text))
            .collect::<Result<Vec<_>, _>>()?;
        let mut found = Vec::with_capacity(signatures.len());
        for signature in &signatures {
            found.push(self.history.find(signature).await?);
        }
        let now = self.chain.now();
        let statuses: Vec<_> = found
            .into_iter()
            .map(|past| past.map(|past| status(&now, past)))
            .collect();
        Ok(in_context(now.slot, statuses))
    }

    pub(super) async fn get_signatures_for_address(&self, params: &Params) -> Result<Value, RpcError> {
        let address = params.address(0)?;
        let config: Option<RpcSignaturesForAddressConfig> = params.optional(1, "config")?;
        let (mut limit, mut before, mut until) = (MAX_SIGNATURES, None, None);
        let (mut commitment, mut min_slot) = (None, None);
        if let Some(config) = config {
            limit = config
                .limit
                .map_or(Some(MAX_SIGNATURES), |limit| u32::try_from(limit).ok())
                .unwrap_or(u32::MAX);
            before = config.before.as_deref().map(parse_signature).transpose()?;
            until = config.until.as_deref().map(parse_signature).transpose()?;
            (commitment, min_slot) = (config.commitment, config.min_context_slot);
        }
        if !(1..=MAX_SIGNATURES).contains(&limit) {
            return Err(RpcError::invalid_params(format!(
                "limit is 1 to {MAX_SIGNATURES}"
            )));
        }
        let now = self.chain.now();
        check_min_slot(&now, min_slot)?;
        let newest = if wants_final(commitment) {
            now.final_slot()
        } else {
            now.slot
        };
        let past = self
            .history
            .mentioning(&address, newest, before.as_ref(), until.as_ref(), limit)
            .await?;
        let shown = past
            .into_iter()
            .map(|past| RpcConfirmedTransactionStatusWithSignature {
                signature: past.signature.to_string(),
                slot: past.slot,
                confirmation_status: Some(confirmation(&now, past.slot)),
                err: past.err.map(Into::into),
                memo: None,
                block_time: Some(past.block_time),
                transaction_index: None,
            });
        Ok(json!(shown.collect::<Vec<_>>()))
    }

    pub(super) async fn get_transaction(&self, params: &Params) -> Result<Value, RpcError> {
        let signature = params.signature(0)?;
        let config = params
            .optional::<RpcEncodingConfigWrapper<RpcTransactionConfig>>(1, "config")?
            .map(|config| config.convert_to_current())
            .unwrap_or_default();
        let newest = if wants_final(config.commitment) {
            self.chain.now().final_slot()
        } else {
            u64::MAX
        };
        let found = self
            .history
            .find_in_full(&signature)
            .await?
            .filter(|found| found.past.slot <= newest);
        let Some(found) = found else {
            return Ok(Value::Null);
        };

        let transaction: VersionedTransaction =
            wincode::deserialize_exact(&found.packet).map_err(|_| LedgerError::Damaged("packet"))?;
        let version = match (config.max_supported_transaction_version, transaction.version()) {
            (None, TransactionVersion::Legacy(_)) => None,
            (Some(_), TransactionVersion::Legacy(legacy)) => Some(TransactionVersion::Legacy(legacy)),
            (Some(most), TransactionVersion::Number(number)) if number <= most => {
                Some(TransactionVersion::Number(number))
            }
            (_, TransactionVersion::Number(number)) => return Err(RpcError::unsupported_version(number)),
        };
        let meta: UiTransactionStatusMeta =
            serde_json::from_str(&found.meta).map_err(|_| LedgerError::Damaged("transaction meta"))?;
        let transaction = EncodedTransactionWithStatusMeta {
            transaction: encode(
                &transaction,
                &found.packet,
                config.encoding.unwrap_or(UiTransactionEncoding::Json),
            ),
            meta: Some(meta),
            version,
        };
        Ok(json!(EncodedConfirmedTransactionWithStatusMeta {
            slot: found.past.slot,
            transaction,
            block_time: Some(found.past.block_time),
            transaction_index: None,
        }))
    }
}

fn confirmation(now: &Moment, slot: u64) -> TransactionConfirmationStatus {
    if slot <= now.final_slot() {
        TransactionConfirmationStatus::Finalized
    } else {
        TransactionConfirmationStatus::Confirmed
    }
}

fn status(now: &Moment, past: Past) -> TransactionStatus {
    let confirmation = confirmation(now, past.slot);
    let confirmations = match confirmation {
        TransactionConfirmationStatus::Finalized => None,
        TransactionConfirmationStatus::Confirmed | TransactionConfirmationStatus::Processed => {
            usize::try_from(now.slot.saturating_sub(past.slot)).ok()
        }
    };
    TransactionStatus {
        slot: past.slot,
        confirmations,
        status: past.err.clone().map_or(Ok(()), Err),
        err: past.err,
        confirmation_status: Some(confirmation),
    }
}

fn encode(
    transaction: &VersionedTransaction,
    packet: &[u8],
    encoding: UiTransactionEncoding,
) -> EncodedTransaction {
    match encoding {
        UiTransactionEncoding::Binary => EncodedTransaction::LegacyBinary(bs58::encode(packet).into_string()),
        UiTransactionEncoding::Base58 => EncodedTransaction::Binary(
            bs58::encode(packet).into_string(),
            TransactionBinaryEncoding::Base58,
        ),
        UiTransactionEncoding::Base64 => {
            EncodedTransaction::Binary(BASE64_STANDARD.encode(packet), TransactionBinaryEncoding::Base64)
        }
        UiTransactionEncoding::Json => with_message(transaction, UiMessage::Raw(raw(&transaction.message))),
        UiTransactionEncoding::JsonParsed => {
            with_message(transaction, UiMessage::Parsed(parsed(&transaction.message)))
        }
    }
}

fn with_message(transaction: &VersionedTransaction, message: UiMessage) -> EncodedTransaction {
    let signatures = transaction.signatures.iter().map(ToString::to_string).collect();
    EncodedTransaction::Json(UiTransaction { signatures, message })
}

fn raw(message: &VersionedMessage) -> UiRawMessage {
    UiRawMessage {
        header: *message.header(),
        account_keys: message
            .static_account_keys()
            .iter()
            .map(ToString::to_string)
            .collect(),
        recent_blockhash: message.recent_blockhash().to_string(),
        instructions: message
            .instructions()
            .iter()
            .map(|ix| UiCompiledInstruction::from(ix, Some(1)))
            .collect(),
        address_table_lookups: lookups(message),
        transaction_config: None,
    }
}

/// Accounts are named, instruction data stays as it is, as a cluster shows programs it cannot read.
fn parsed(message: &VersionedMessage) -> UiParsedMessage {
    let keys = message.static_account_keys();
    let name = |index: &u8| {
        keys.get(usize::from(*index))
            .map_or_else(|| index.to_string(), ToString::to_string)
    };
    let decode = |instruction: &CompiledInstruction| {
        UiInstruction::Parsed(UiParsedInstruction::PartiallyDecoded(
            UiPartiallyDecodedInstruction {
                program_id: name(&instruction.program_id_index),
                accounts: instruction.accounts.iter().map(name).collect(),
                data: bs58::encode(&instruction.data).into_string(),
                stack_height: Some(1),
            },
        ))
    };
    let account = |(index, key): (usize, &Pubkey)| ParsedAccount {
        pubkey: key.to_string(),
        writable: message.is_maybe_writable_with_reserved_addresses(index, None::<&HashSet<Pubkey>>),
        signer: message.is_signer(index),
        source: Some(ParsedAccountSource::Transaction),
    };
    UiParsedMessage {
        account_keys: keys.iter().enumerate().map(account).collect(),
        recent_blockhash: message.recent_blockhash().to_string(),
        instructions: message.instructions().iter().map(decode).collect(),
        address_table_lookups: lookups(message),
        transaction_config: None,
    }
}

fn lookups(message: &VersionedMessage) -> Option<Vec<UiAddressTableLookup>> {
    message
        .address_table_lookups()
        .map(|lookups| lookups.iter().map(Into::into).collect())
}
