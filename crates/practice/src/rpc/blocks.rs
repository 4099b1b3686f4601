//! Slots, heights, blockhashes and the state of the node.

use serde_json::{Value, json};
use solana_rpc_client_types::{
    config::RpcContextConfig,
    response::{RpcBlockhash, RpcPrioritizationFee},
};
use solana_sdk::{epoch_schedule::EpochSchedule, hash::Hash};

use super::{
    Rpc, RpcError, in_context,
    params::{Params, check_min_slot, parse, wants_final},
};
use crate::clock::{FIRST_SLOT, Moment};

/// The Solana release whose RPC this speaks.
pub(crate) const API_VERSION: &str = "4.2.2";

/// `getVersion`.
pub(crate) fn version() -> Value {
    json!({ "solana-core": API_VERSION, "feature-set": 0 })
}

impl Rpc {
    /// The slot to answer for: the current one or, for final data, the newest final one.
    fn slot_for(&self, params: &Params, index: usize) -> Result<(Moment, u64), RpcError> {
        let config: RpcContextConfig = params.optional(index, "config")?.unwrap_or_default();
        let now = self.chain.now();
        check_min_slot(&now, config.min_context_slot)?;
        Ok((
            now,
            if wants_final(config.commitment) {
                now.final_slot()
            } else {
                now.slot
            },
        ))
    }

    pub(super) fn get_health(&self) -> Result<Value, RpcError> {
        if self.chain.is_running() {
            Ok(json!("ok"))
        } else {
            Err(RpcError::unhealthy())
        }
    }

    pub(super) fn get_slot(&self, params: &Params) -> Result<Value, RpcError> {
        Ok(json!(self.slot_for(params, 0)?.1))
    }

    pub(super) fn get_block_height(&self, params: &Params) -> Result<Value, RpcError> {
        Ok(json!(self.slot_for(params, 0)?.1.saturating_sub(FIRST_SLOT)))
    }

    pub(super) fn get_block_time(&self, params: &Params) -> Result<Value, RpcError> {
        let slot: u64 = params.required(0, "slot")?;
        let now = self.chain.now();
        let known = (FIRST_SLOT..=now.slot).contains(&slot);
        Ok(if known {
            json!(now.genesis.seconds_of(slot))
        } else {
            Value::Null
        })
    }

    pub(super) async fn get_epoch_info(&self, params: &Params) -> Result<Value, RpcError> {
        let (_, slot) = self.slot_for(params, 0)?;
        let schedule = EpochSchedule::default();
        let (epoch, slot_index) = schedule.get_epoch_and_slot_index(slot);
        Ok(json!({
            "absoluteSlot": slot,
            "blockHeight": slot.saturating_sub(FIRST_SLOT),
            "epoch": epoch,
            "slotIndex": slot_index,
            "slotsInEpoch": schedule.get_slots_in_epoch(epoch),
            "transactionCount": self.history.count().await?,
        }))
    }

    pub(super) fn get_latest_blockhash(&self, params: &Params) -> Result<Value, RpcError> {
        let config: RpcContextConfig = params.optional(0, "config")?.unwrap_or_default();
        let now = self.chain.now();
        check_min_slot(&now, config.min_context_slot)?;
        let (blockhash, last_valid_block_height) = now.blockhash(wants_final(config.commitment));
        Ok(in_context(
            now.slot,
            RpcBlockhash {
                blockhash: blockhash.to_string(),
                last_valid_block_height,
            },
        ))
    }

    pub(super) fn is_blockhash_valid(&self, params: &Params) -> Result<Value, RpcError> {
        let text: String = params.required(0, "blockhash")?;
        let blockhash: Hash = parse(&text).ok_or_else(|| RpcError::invalid_params("not a blockhash"))?;
        let (now, _) = self.slot_for(params, 1)?;
        Ok(in_context(now.slot, now.knows(&blockhash)))
    }

    /// There is no competition for room here, so the price of priority is nothing.
    pub(super) fn get_recent_prioritization_fees(&self) -> Result<Value, RpcError> {
        Ok(json!([RpcPrioritizationFee {
            slot: self.chain.now().slot,
            prioritization_fee: 0
        }]))
    }

    pub(super) async fn get_transaction_count(&self) -> Result<Value, RpcError> {
        Ok(json!(self.history.count().await?))
    }
}
