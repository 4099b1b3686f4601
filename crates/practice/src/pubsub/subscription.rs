//! What somebody waits for.

use std::collections::BTreeSet;

use solana_rpc_client_types::{
    config::{RpcAccountInfoConfig, RpcSignatureSubscribeConfig},
    response::{ProcessedSignatureResult, RpcSignatureResult},
};
use solana_sdk::{pubkey::Pubkey, signature::Signature};

use serde_json::Value;

use crate::{
    chain::Ran,
    clock::Moment,
    history::Past,
    rpc::{Params, Rpc, RpcError, in_context, wants_final},
};

/// One subscription.
pub(super) struct Subscription {
    target: Target,
    /// Whether only final slots count.
    is_final: bool,
    /// Slots in which something happened that was not told yet.
    due: BTreeSet<u64>,
}

enum Target {
    Signature(Signature),
    /// With the parameters of `getAccountInfo`, which has the same answer.
    Account(Pubkey, Params),
}

impl Subscription {
    /// A transaction's end, which may have come already.
    pub(super) async fn signature(rpc: &Rpc, params: &Params) -> Result<Self, RpcError> {
        let config: Option<RpcSignatureSubscribeConfig> = params.optional(1, "config")?;
        let mut subscription = Self {
            target: Target::Signature(params.signature(0)?),
            is_final: wants_final(config.and_then(|config| config.commitment)),
            due: BTreeSet::new(),
        };
        subscription.look(rpc).await?;
        Ok(subscription)
    }

    /// An account's changes from now on.
    pub(super) fn account(params: Params) -> Result<Self, RpcError> {
        let config: Option<RpcAccountInfoConfig> = params.optional(1, "config")?;
        Ok(Self {
            is_final: wants_final(config.and_then(|config| config.commitment)),
            target: Target::Account(params.address(0)?, params),
            due: BTreeSet::new(),
        })
    }

    /// Takes note of a transaction.
    pub(super) fn ran(&mut self, ran: &Ran) {
        let concerned = match &self.target {
            Target::Signature(signature) => *signature == ran.signature,
            Target::Account(address, _) => ran.changed.contains(address),
        };
        if concerned {
            self.due.insert(ran.slot);
        }
    }

    /// Looks for what was missed.
    pub(super) async fn look(&mut self, rpc: &Rpc) -> Result<(), RpcError> {
        match &self.target {
            Target::Signature(signature) => {
                let past = rpc.history.find(signature).await?;
                self.due.extend(past.map(|past| past.slot));
            }
            Target::Account(..) => {
                self.due.insert(rpc.chain.now().slot);
            }
        }
        Ok(())
    }

    /// Whether something waits for its slot to become final.
    pub(super) fn waits(&self) -> bool {
        !self.due.is_empty()
    }

    /// Whether something is to be told by now; it counts as told.
    pub(super) fn take_due(&mut self, now: &Moment) -> bool {
        let newest = if self.is_final { now.final_slot() } else { u64::MAX };
        let before = self.due.len();
        self.due.retain(|slot| *slot > newest);
        self.due.len() < before
    }

    /// Method and result of the notification, and whether the subscription is over with it.
    pub(super) async fn notification(&self, rpc: &Rpc) -> Result<(&'static str, Value, bool), RpcError> {
        match &self.target {
            Target::Signature(signature) => {
                let past: Option<Past> = rpc.history.find(signature).await?;
                let slot = past.as_ref().map_or(0, |past| past.slot);
                let err = past.and_then(|past| past.err).map(Into::into);
                let result = RpcSignatureResult::ProcessedSignature(ProcessedSignatureResult { err });
                Ok(("signatureNotification", in_context(slot, result), true))
            }
            Target::Account(_, params) => {
                let account = rpc.get_account_info(params).await?;
                Ok(("accountNotification", account, false))
            }
        }
    }
}
