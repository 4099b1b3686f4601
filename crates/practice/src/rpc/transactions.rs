//! Sending and trying out transactions.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::{Value, json};
use solana_account_decoder::{UiAccount, UiAccountEncoding};
use solana_message::VersionedMessage;
use solana_rpc_client_types::config::{
    RpcAccountInfoConfig, RpcSendTransactionConfig, RpcSimulateTransactionAccountsConfig,
    RpcSimulateTransactionConfig, UiTransactionEncoding,
};
use solana_transaction::versioned::VersionedTransaction;

use super::{
    Rpc, RpcError,
    accounts::Shown,
    params::{Params, check_min_slot, parse_address},
};
use crate::{
    bank::{Bank, Outcome},
    chain::{PACKET_BYTES, Trial},
    faucet::Gift,
    meta,
};

/// The longest base58 of a packet, characters.
const LONGEST_BASE58: usize = 1_683;
/// The longest base64 of a packet, characters.
const LONGEST_BASE64: usize = 1_644;
/// Accounts that one simulation may show.
const MAX_SHOWN: usize = 64;

impl Rpc {
    pub(super) async fn send_transaction(&self, params: &Params) -> Result<Value, RpcError> {
        let text: String = params.required(0, "transaction")?;
        let config: RpcSendTransactionConfig = params.optional(1, "config")?.unwrap_or_default();
        check_min_slot(&self.chain.now(), config.min_context_slot)?;
        let packet = decode(&text, config.encoding)?;
        let transaction = parse_transaction(&packet)?;
        let signature = self
            .chain
            .submit(packet, transaction, !config.skip_preflight)
            .await??;
        Ok(json!(signature.to_string()))
    }

    pub(super) async fn simulate_transaction(&self, params: &Params) -> Result<Value, RpcError> {
        let text: String = params.required(0, "transaction")?;
        let config: RpcSimulateTransactionConfig = params.optional(1, "config")?.unwrap_or_default();
        check_min_slot(&self.chain.now(), config.min_context_slot)?;
        let trial = match (config.sig_verify, config.replace_recent_blockhash) {
            (true, true) => {
                return Err(RpcError::invalid_params(
                    "sigVerify may not be used with replaceRecentBlockhash",
                ));
            }
            (true, false) => Trial::Signed,
            (false, true) => Trial::NewBlockhash,
            (false, false) => Trial::AsIs,
        };
        let transaction = parse_transaction(&decode(&text, config.encoding)?)?;
        let tried = self.chain.try_out(transaction, trial).await??;
        let mut result = tried.result;
        if let Some(outcome) = tried.outcome {
            if config.inner_instructions {
                result.inner_instructions = Some(
                    meta::inner_instructions(&outcome)
                        .into_iter()
                        .map(Into::into)
                        .collect(),
                );
            }
            if let Some(wanted) = config.accounts {
                result.accounts = Some(self.show_after(outcome, wanted).await?);
            }
        }
        Ok(self.in_context(result))
    }

    pub(super) async fn get_fee_for_message(&self, params: &Params) -> Result<Value, RpcError> {
        let text: String = params.required(0, "message")?;
        let bytes = decode(&text, Some(UiTransactionEncoding::Base64))?;
        let message: VersionedMessage = wincode::deserialize_exact(&bytes)
            .map_err(|error| RpcError::invalid_params(format!("message: {error}")))?;
        Ok(self.in_context(self.chain.fee(message).await?))
    }

    pub(super) async fn request_airdrop(&self, params: &Params) -> Result<Value, RpcError> {
        let gift = Gift::Sol {
            wallet: params.address(0)?,
            lamports: params.required(1, "lamports")?,
        };
        Ok(json!(self.chain.give(gift).await??.to_string()))
    }

    /// The accounts that a simulation is asked to show, as they would be.
    async fn show_after(
        &self,
        outcome: Outcome,
        wanted: RpcSimulateTransactionAccountsConfig,
    ) -> Result<Vec<Option<UiAccount>>, RpcError> {
        if wanted.addresses.len() > MAX_SHOWN {
            return Err(RpcError::invalid_params(format!("at most {MAX_SHOWN} accounts")));
        }
        let encoding = wanted.encoding.unwrap_or(UiAccountEncoding::Base64);
        if matches!(encoding, UiAccountEncoding::Binary | UiAccountEncoding::Base58) {
            return Err(RpcError::invalid_params("base58 encoding not supported"));
        }
        let addresses = wanted
            .addresses
            .iter()
            .map(|text| parse_address(text))
            .collect::<Result<Vec<_>, _>>()?;
        let config = RpcAccountInfoConfig {
            encoding: Some(encoding),
            ..RpcAccountInfoConfig::default()
        };
        let shown = Shown::new(config, encoding);
        let look = move |bank: &Bank, _: &crate::clock::Moment| {
            let after = |address: &_| match outcome.after.0.iter().find(|(key, _)| key == address) {
                Some((_, account)) => account
                    .as_ref()
                    .map(|account| shown.encode(bank, address, account))
                    .transpose(),
                None => shown.one(bank, address),
            };
            addresses.iter().map(after).collect()
        };
        self.chain.look(look).await?
    }
}

/// The bytes of a transaction or message; never more than fit a packet.
fn decode(text: &str, encoding: Option<UiTransactionEncoding>) -> Result<Vec<u8>, RpcError> {
    let too_large = |name: &str, longest: usize| {
        let length = text.len();
        RpcError::invalid_params(format!(
            "{name} too large: {length} bytes (max: encoded/raw {longest}/{PACKET_BYTES})"
        ))
    };
    let bytes = match encoding.unwrap_or(UiTransactionEncoding::Base58) {
        UiTransactionEncoding::Base58 | UiTransactionEncoding::Binary => {
            if text.len() > LONGEST_BASE58 {
                return Err(too_large("base58 encoded transaction", LONGEST_BASE58));
            }
            bs58::decode(text)
                .into_vec()
                .map_err(|error| RpcError::invalid_params(format!("base58: {error}")))?
        }
        UiTransactionEncoding::Base64 => {
            if text.len() > LONGEST_BASE64 {
                return Err(too_large("base64 encoded transaction", LONGEST_BASE64));
            }
            BASE64_STANDARD
                .decode(text)
                .map_err(|error| RpcError::invalid_params(format!("base64: {error}")))?
        }
        UiTransactionEncoding::Json | UiTransactionEncoding::JsonParsed => {
            return Err(RpcError::invalid_params(
                "unsupported encoding. Supported encodings: base58, base64",
            ));
        }
    };
    if bytes.len() > PACKET_BYTES {
        let length = bytes.len();
        return Err(RpcError::invalid_params(format!(
            "transaction too large: {length} bytes (max: {PACKET_BYTES} bytes)"
        )));
    }
    Ok(bytes)
}

fn parse_transaction(packet: &[u8]) -> Result<VersionedTransaction, RpcError> {
    wincode::deserialize_exact(packet)
        .map_err(|error| RpcError::invalid_params(format!("failed to deserialize transaction: {error}")))
}
